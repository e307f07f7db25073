/** k8s/apply.sh: everything in order, each step waiting for the one before, and a dry run that touches nothing. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { readYaml } from '../../k8s/local/manifests.ts';
import { helm, ROOT, run } from './programs.ts';
import type { Json } from './render.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'taskflow-apply-'));
const calls = path.join(folder, 'calls');
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => rmSync(calls, { force: true }));

/** Programs of these names that write down how they are called; the secrets that there are decide what kubectl answers. */
function pretend(secrets: readonly string[], helm_version = 'v4.3.1'): NodeJS.ProcessEnv {
  const script = (lines: string[]) => ['#!/bin/sh', ...lines].join('\n');
  const record = `echo "$(basename "$0") $*" >> "${calls}"`;
  const answers = secrets.map((name) => `"get secret ${name} "*) echo found ;;`);
  writeFileSync(path.join(folder, 'kubectl'), script([record, 'case "$*" in', ...answers, 'esac']));
  writeFileSync(path.join(folder, 'helm'), script([record, `[ "$1" != version ] || echo ${helm_version}`]));
  for (const name of ['kubectl', 'helm']) chmodSync(path.join(folder, name), 0o755);
  return { PATH: `${folder}:${process.env.PATH}` };
}

const SECRETS = ['taskflow', 'taskflow-dapr-api-token', 'taskflow-app-api-token'];
const apply = (args: readonly string[], env: NodeJS.ProcessEnv, cwd = ROOT) =>
  run(path.join(ROOT, 'k8s/apply.sh'), args, { env, cwd });
const made = (): string[] => (existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : []);
const changes = (): string[] => made().filter((line) => !/^(kubectl get|helm version)/.test(line));

const ORDER = [
  /^kubectl apply -f \.\/k8s\/namespaces\.yaml -f \.\/k8s\/dapr\/components\/namespace\.yaml$/,
  /^helm upgrade --install strimzi \S+ .*--namespace kafka --values \.\/k8s\/strimzi\/values\.yaml --wait/,
  /^kubectl apply -f \.\/k8s\/kafka\/$/,
  /^kubectl wait kafka\/taskflow-kafka .*Ready/,
  /^kubectl wait kafkatopic\/tasks .*Ready/,
  /^helm upgrade --install dapr \S+ .*--values \.\/k8s\/dapr-system\/values\.yaml --wait/,
  /^kubectl apply -f \.\/k8s\/dapr\/components\/ -f \.\/k8s\/dapr\/$/,
  /^helm upgrade --install todo-app \.\/helm\/todo-app\/ --namespace taskflow --wait .*--values mine\.yaml$/,
  /^helm test todo-app --namespace taskflow$/,
];

test('goes through everything in order, and hands its last options to the chart', async () => {
  const { code, stderr } = await apply(['--', '--values', 'mine.yaml'], pretend(SECRETS));
  expect(code, stderr).toBe(0);
  expect(changes()).toHaveLength(ORDER.length);
  for (const [index, line] of changes().entries()) expect(line).toMatch(ORDER[index]!);
});

test('a dry run prints the same commands, and runs none of them', async () => {
  const { code, stdout } = await apply(['--dry-run', '--', '--values', 'mine.yaml'], pretend([]));
  expect(code).toBe(0);
  expect(changes()).toEqual([]);
  const printed = stdout.split('\n').filter((line) => line.startsWith('+ '));
  const plain = printed.map((line) => line.slice(2).replace(/^env HELM_PLUGINS=\S+ /, ''));
  expect(plain).toHaveLength(ORDER.length);
  for (const [index, line] of plain.entries()) expect(line).toMatch(ORDER[index]!);
});

test.for(SECRETS)(
  'stops with a sentence where there is no secret %s, before anything is installed',
  async (missing) => {
    const { code, stderr } = await apply([], pretend(SECRETS.filter((name) => name !== missing)));
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`^The secret ${missing} in the namespace taskflow has no key`));
    expect(changes().filter((line) => line.startsWith('helm'))).toEqual([]);
  },
);

test('takes the scheduler down to one, by what the version of Helm takes', async () => {
  const dapr = () => changes().find((line) => line.includes('--install dapr')) ?? '';
  await apply([], pretend(SECRETS));
  expect(dapr()).toContain('--post-renderer single-scheduler');
  rmSync(calls);
  await apply([], pretend(SECRETS, 'v3.19.0'));
  expect(dapr()).toContain(`--post-renderer ${ROOT}/k8s/dapr-system/single-scheduler/render.sh`);
  rmSync(calls);
  await apply(['--three-schedulers'], pretend(SECRETS));
  expect(dapr()).not.toContain('--post-renderer');
});

test('can be called from anywhere, and refuses an option that it does not know', async () => {
  const { code } = await apply([], pretend(SECRETS), '/');
  expect(code).toBe(0);
  expect(changes().at(-2)).toContain(`${ROOT}/helm/todo-app/`);
  const wrong = await apply(['--now'], pretend(SECRETS));
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('There is no option --now. k8s/apply.sh [') });
});

test('Helm finds the post-renderer', async () => {
  const env = { HELM_PLUGINS: path.join(ROOT, 'k8s/dapr-system') };
  const { stdout, stderr } = await run(await helm(), ['plugin', 'list'], { env });
  expect(stdout, stderr).toMatch(/single-scheduler\s+1\.0\.0\s+postrenderer\/v1/);
});

test('the kustomization holds every manifest, and nothing that kubectl does not take', async () => {
  const [{ resources }] = (await readYaml(path.join(ROOT, 'k8s/kustomization.yaml'))) as Json[];
  const documents = await Promise.all(resources.map((file: string) => readYaml(path.join(ROOT, 'k8s', file))));
  const kinds = documents.flat().map(({ kind }: Json) => kind);
  for (const kind of ['Namespace', 'Kafka', 'KafkaTopic', 'Component', 'Configuration', 'Resiliency', 'Subscription'])
    expect(kinds).toContain(kind);
  const [{ helmCharts }] = (await readYaml(path.join(ROOT, 'k8s/dapr-system/kustomization.yaml'))) as Json[];
  const script = readFileSync(path.join(ROOT, 'k8s/apply.sh'), 'utf8');
  expect(script).toContain(`--version ${helmCharts[0].version} --namespace dapr-system`);
  const [values] = (await readYaml(path.join(ROOT, 'k8s/dapr-system/values.yaml'))) as Json[];
  expect(values.global.tag).toBe(helmCharts[0].version);
});
