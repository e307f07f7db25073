/** The quickstart's own lines, run with programs that only take notes: what they ask for, and that a second run asks for no second secret. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { asScript, documentedCommands } from '../support/documented-commands.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');
const DATABASE_URL = "postgresql://me:it's a $ecret@db.example.org/taskflow?sslmode=verify-full";

/** Knows secrets that it was told to make. */
const KUBECTL = `#!/bin/bash
printf '%s\\n' "kubectl $*" >> "$NOTES/calls"
case $1 in
  get) [[ $2 != secret ]] || { [[ -e $NOTES/$3 ]] && echo found; } ;;
  create) touch "$NOTES/$4"; printf '%s\\0' "$@" > "$NOTES/$4" ;;
esac
`;
const OTHER = (name: string) => `#!/bin/bash\nprintf '%s\\n' "${name} $*" >> "$NOTES/calls"\n`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'taskflow-quickstart-'));
  mkdirSync(path.join(folder, 'bin'));
  mkdirSync(path.join(folder, 'notes'));
  const programs = { kubectl: KUBECTL, helm: OTHER('helm'), curl: OTHER('curl') };
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(path.join(folder, 'bin', name), text);
    chmodSync(path.join(folder, 'bin', name), 0o755);
  }
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const page = documentedCommands(readFileSync(path.join(ROOT, 'docs', 'quickstart.md'), 'utf8'));

function follow(): string[] {
  rmSync(path.join(folder, 'notes', 'calls'), { force: true });
  const { status, stderr } = spawnSync('bash', ['--norc', '-c', asScript('docs/quickstart.md', page)], {
    cwd: ROOT,
    encoding: 'utf8',
    env: {
      PATH: `${path.join(folder, 'bin')}:${process.env.PATH}`,
      NOTES: path.join(folder, 'notes'),
      TASKFLOW_REGISTRY: 'ghcr.io/owner',
      DATABASE_URL,
    },
  });
  expect([status, stderr]).toEqual([0, '']);
  return readFileSync(path.join(folder, 'notes', 'calls'), 'utf8')
    .trim()
    .split('\n');
}

it('installs Strimzi, Dapr and TaskFlow in this order, with the images of the registry', () => {
  const releases = follow()
    .filter((call) => call.startsWith('helm upgrade'))
    .map((call) => call.split(' ')[3]);
  expect(releases).toEqual(['strimzi', 'dapr', 'todo-app']);
  const install = follow().find((call) => call.includes('--install todo-app'));
  expect(install).toContain('--set image.registry=ghcr.io/owner');
});

it('makes the three secrets of what the reader has said, whatever characters it has, and leaves them as they are', () => {
  const made = (calls: string[]) => calls.filter((call) => call.startsWith('kubectl create secret'));
  expect(made(follow()).length).toBe(3);
  const asked = readFileSync(path.join(folder, 'notes', 'taskflow'), 'utf8').split('\0');
  expect(asked).toContain(`--from-literal=database-url=${DATABASE_URL}`);
  const key = asked.find((part) => part.startsWith('--from-literal=auth-secret='))?.split('=')[2] ?? '';
  expect(key.length).toBeGreaterThanOrEqual(32);
  for (const name of ['taskflow-dapr-api-token', 'taskflow-app-api-token'])
    expect(existsSync(path.join(folder, 'notes', name))).toBe(true);
  expect(made(follow())).toEqual([]);
});
