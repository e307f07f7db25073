/** The chart's objects, as `helm template` makes them. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { CHART, helm, run } from './programs.ts';

// biome-ignore lint/suspicious/noExplicitAny: objects of every kind
export type Json = any;

export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string>; annotations?: Record<string, string> };
  spec?: Json;
  [more: string]: Json;
}

/** Every set of values that is in the repository, by its name. */
export const VALUES: Record<string, string> = {
  ...Object.fromEntries(
    readdirSync(path.join(CHART, 'ci')).map((file) => [file.replace('.values.yaml', ''), path.join(CHART, 'ci', file)]),
  ),
  oke: path.join(CHART, 'values-oke.yaml'),
};

/** `name` is one of VALUES; `set` are further values, as `--set` takes them. */
export async function renderText(name: string, ...set: string[]): Promise<string> {
  const file = VALUES[name];
  if (file === undefined) throw new Error(`there are no values ${name}`);
  const args = ['template', 'todo-app', CHART, '--namespace', 'taskflow', '--values', file];
  const { code, stdout, stderr } = await run(await helm(), [...args, ...set.flatMap((value) => ['--set', value])]);
  if (code !== 0) throw new Error(stderr);
  return stdout;
}

export const render = async (name: string, ...set: string[]): Promise<Manifest[]> =>
  parseManifests(await renderText(name, ...set));

export function parseManifests(text: string): Manifest[] {
  return parseAllDocuments(text)
    .map((document) => {
      const [fault] = document.errors;
      if (fault !== undefined) throw fault;
      return document.toJS() as Manifest | null;
    })
    .filter((manifest) => manifest !== null);
}

export function find(manifests: readonly Manifest[], kind: string, name: string): Manifest {
  const found = manifests.find((one) => one.kind === kind && one.metadata.name === name);
  if (found === undefined) throw new Error(`there is no ${kind} ${name}`);
  return found;
}

export const SERVICES = ['backend', 'worker', 'frontend'] as const;

/** The pods that an object makes, or is. */
export function podOf({ kind, spec, metadata }: Manifest): Json | null {
  if (kind === 'Pod') return { metadata, spec };
  return ['Deployment', 'StatefulSet', 'Job'].includes(kind) ? spec.template : null;
}
