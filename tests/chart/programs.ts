/** The programs that the chart is tried with: those that the engine builds, or others that the environment names (`HELM`, `CHECKOV`, …). */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { cacheFolder } from '../../engine/src/config.ts';
import { ensureModule } from '../../engine/src/kubernetes/programs.ts';

export const ROOT = path.join(import.meta.dirname, '..', '..');
export const CHART = path.join(ROOT, 'helm', 'todo-app');
export const CACHE = cacheFolder(process.env);

export const helm = async (): Promise<string> => process.env.HELM ?? (await ensureModule(CACHE, 'tools', say)).helm;

export const kubeconform = async (): Promise<string> =>
  process.env.KUBECONFORM ?? (await ensureModule(CACHE, 'checks', say)).kubeconform;

export const kubeScore = async (): Promise<string> =>
  process.env.KUBE_SCORE ?? (await ensureModule(CACHE, 'checks', say))['kube-score'];

/** Dapr's module: its chart, its custom resource definitions, the injector's source. */
export async function daprModule(): Promise<string> {
  const args = ['list', '-m', '-f', '{{.Dir}}', 'github.com/dapr/dapr'];
  const { stdout, stderr } = await run('go', args, { cwd: path.join(ROOT, 'engine/dapr') });
  if (stdout.trim() === '') throw new Error(`Dapr's module is not there: ${stderr}`);
  return stdout.trim();
}

export interface Finished {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs it to its end, whatever that is. */
export function run(
  program: string,
  args: readonly string[],
  { input = '', env = {}, cwd = ROOT }: { input?: string; env?: NodeJS.ProcessEnv; cwd?: string } = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const options = { cwd, env: { ...process.env, ...env }, maxBuffer: 64 * 1024 * 1024 };
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== 'number') reject(error);
      else resolve({ code: (error?.code as number | undefined) ?? 0, stdout, stderr });
    });
    // One that does not read it ends earlier.
    child.stdin?.on('error', () => {}).end(input);
  });
}

function say(line: string): void {
  console.error(line);
}
