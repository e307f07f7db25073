/** A program that takes long says every ten seconds that it is still at it, and shows what it said only when it fails. */
import { spawn, spawnSync } from 'node:child_process';
import { Failure } from '@taskflow/core/domain/failure.ts';

export interface Step {
  title: string;
  command: string;
  args: string[];
  cwd: string;
  env?: Record<string, string>;
  say(line: string): void;
}

const PROGRESS_MS = 10_000;

export async function runStep({ title, command, args, cwd, env = {}, say }: Step): Promise<void> {
  const started = performance.now();
  const elapsed = () => `${Math.round((performance.now() - started) / 1000)} s`;
  say(`${title} …`);
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      said = (said + chunk).slice(-4000);
    });
  const timer = setInterval(() => say(`${title} … ${elapsed()}`), PROGRESS_MS);
  try {
    const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
    if (code !== 0) throw new Failure('unavailable', `${title} failed after ${elapsed()}:\n${said.trim()}`);
    say(`${title}: done in ${elapsed()}`);
  } finally {
    clearInterval(timer);
  }
}

/** What a program says about itself; a machine that does not have it gets a sentence that says what to install. */
export function askProgram(command: string, args: string[], cwd: string, install: string): string {
  const { error, status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (error) throw new Failure('unavailable', install);
  if (status !== 0) throw new Failure('unavailable', `${command} does not work here: ${(stderr || stdout).trim()}`);
  return `${stdout}${stderr}`.trim();
}
