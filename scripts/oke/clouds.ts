/** Oracle's cloud through its CLI, and one that is only thought of: it prints each call and remembers what would have been made. */
import { spawn } from 'node:child_process';
import type { Call } from './calls.ts';
import type { Cloud } from './ensure-cluster.ts';

export const commandOf = ({ command, input }: Call): string[] => [
  ...command.split(' '),
  '--from-json',
  JSON.stringify(input),
];

/** `oci` of the machine, with its own configuration. */
export function realCloud(say: Cloud['say'], program: readonly [string, ...string[]] = ['oci']): Cloud {
  const [command, ...args] = program;
  return { say, ask: (call) => run(command, [...args, ...commandOf(call)]) };
}

async function run(program: string, args: string[]): Promise<unknown> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (piece) => {
    said += piece;
  });
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve)).catch((error) => {
    if (error.code === 'ENOENT')
      throw new Error('There is no oci here: install oci-cli from PyPI (docs/oke.md, step 2).');
    throw error;
  });
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} failed.`);
  // Nothing found, nothing said; and create-kubeconfig answers with a sentence.
  return said.trimStart().startsWith('{') ? JSON.parse(said).data : undefined;
}

export function plannedCloud(say: Cloud['say']): Cloud {
  const made = new Set<string>();
  const said = new Set<string>();
  const ask = async (call: Call): Promise<unknown> => {
    const { command, input } = call;
    const line = `oci ${command} --from-json '${JSON.stringify(input)}'`;
    if (!said.has(line)) say(line);
    said.add(line);
    const [kind, verb] = [command.slice(0, command.lastIndexOf(' ')), command.slice(command.lastIndexOf(' ') + 1)];
    const name = `${kind.split(' ').at(-1)} ${input.displayName ?? input.name}`;
    if (verb === 'create') made.add(name);
    if (verb === 'list' && made.has(name)) return [{ id: `<OCID of ${name}>` }];
    return THOUGHT[command];
  };
  return { ask, say: (line) => say(`# ${line}`) };
}

/** What only the cloud knows. */
const THOUGHT: Record<string, unknown> = {
  'ce cluster-options get': { 'kubernetes-versions': ['<newest version>'] },
  'ce node-pool-options get': { sources: [{ 'source-name': 'aarch64', 'image-id': '<OCID of the newest image>' }] },
  'iam availability-domain list': ['first', 'second', 'third'].map((name) => ({
    name: `<${name} availability domain>`,
  })),
};
