/** TaskFlow on a real Kubernetes, as an operator puts it there: installed, upgraded, hurt and taken away, and nobody's task is lost. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cluster } from '../../engine/src/kubernetes/cluster.ts';
import { type Client, listen, signUp, until } from '../support/client.ts';
import { rolledOut, startSurroundings } from './surroundings.ts';
import { type Outcome, startTraffic } from './traffic.ts';

const CHART = path.join(import.meta.dirname, '..', '..', 'helm', 'todo-app');
const SERVICES = ['backend', 'worker', 'frontend'] as const;
const MINUTES = 60_000;

const folder = mkdtempSync(path.join(tmpdir(), 'taskflow-cluster-'));
let cluster: Cluster;
let url = '';
const people: Client[] = [];

beforeAll(async () => {
  ({ cluster } = await startSurroundings(folder, (line) => console.log(line)));
  url = `http://${await cluster.forward('frontend.taskflow.svc', 80)}`;
}, 60 * MINUTES);

afterAll(async () => {
  await cluster?.stop();
  rmSync(folder, { recursive: true, force: true });
}, 2 * MINUTES);

/** As the documentation says, and with the address that this test has. */
const helm = (command: string, ...more: string[]): Promise<string> =>
  cluster.helm(
    ...[command, 'todo-app', CHART, '--namespace', 'taskflow', '--wait', '--timeout', '5m'],
    ...['--set', `publicUrl=${url}`, '--set', 'backend.signInsPerMinute=1000', ...more],
  );

const kubectl = (...args: string[]): Promise<string> => cluster.kubectl('--namespace', 'taskflow', ...args);

const json = async <T>(...args: string[]): Promise<T> => JSON.parse(await kubectl(...args, '--output', 'json')) as T;

interface Pods {
  items: {
    metadata: { name: string; labels: Record<string, string> };
    spec: { containers: { name: string; image: string }[] };
    status: { podIP: string; containerStatuses: { name: string; ready: boolean; restartCount: number }[] };
  }[];
}

const podsOf = async (service: string): Promise<string[]> =>
  (await json<Pods>('get', 'pods', '--selector', `app.kubernetes.io/component=${service}`)).items.map(
    ({ metadata }) => metadata.name,
  );

/** What was acknowledged is there, whoever is asked. */
async function expectKept(outcome: Outcome): Promise<void> {
  expect(outcome.made.length).toBeGreaterThan(0);
  const found = new Set<string>();
  for (const person of people)
    for (const id of outcome.made)
      if (!found.has(id) && (await person.call('GET', `/api/tasks/${id}`)).status === 200) found.add(id);
  expect(outcome.made.filter((id) => !found.has(id))).toEqual([]);
}

test('the chart is installed, and each pod has the sidecar of the real injector', {
  timeout: 6 * MINUTES,
}, async () => {
  await helm('install');
  const { items } = await json<Pods>('get', 'pods', '--selector', 'app.kubernetes.io/instance=todo-app');
  expect(new Set(items.map(({ metadata }) => metadata.labels['app.kubernetes.io/component']))).toEqual(
    new Set(SERVICES),
  );
  for (const { metadata, spec, status } of items) {
    expect(spec.containers.map(({ name }) => name)).toContain('daprd');
    expect(spec.containers.find(({ name }) => name === 'daprd')!.image).toMatch(/^ghcr\.io\/dapr\/daprd:1\.18\.2$/);
    for (const { name, ready } of status.containerStatuses) expect(ready, `${metadata.name} ${name}`).toBe(true);
  }
  for (let index = 0; index < 4; index++) people.push(await signUp(url));
});

test('helm test makes a task and sees its reminder', { timeout: 3 * MINUTES }, async () => {
  expect(await cluster.helm('test', 'todo-app', '--namespace', 'taskflow', '--logs')).toContain('passed');
});

/** Whether a container of TaskFlow can open a connection. */
const reaches = async (from: (typeof SERVICES)[number], host: string, port: number): Promise<boolean> => {
  const program = `const s = require('node:net').connect(${port}, '${host}');
    s.on('connect', () => { console.log('open'); process.exit(); }).on('error', (e) => { console.log(e.code); process.exit(); });
    setTimeout(() => { console.log('silence'); process.exit(); }, 3000);`;
  const said = await kubectl('exec', `deployment/${from}`, '--container', from, '--', 'node', '-e', program);
  return said.trim() === 'open';
};

const addressOf = async (service: string): Promise<string> =>
  (await json<Pods>('get', 'pods', '--selector', `app.kubernetes.io/component=${service}`)).items[0]!.status.podIP;

test('network policies let through what is needed, and nothing else', { timeout: 3 * MINUTES }, async () => {
  const kafka = 'taskflow-kafka-kafka-bootstrap.kafka.svc';
  const postgres = 'postgres.database.svc';
  const [backend, worker, frontend] = [
    await addressOf('backend'),
    await addressOf('worker'),
    await addressOf('frontend'),
  ];
  const tried = await Promise.all(
    (
      [
        ['frontend', backend, 50002],
        ['worker', backend, 50002],
        ['backend', kafka, 9092],
        ['worker', kafka, 9092],
        ['backend', postgres, 5432],
        ['worker', postgres, 5432],
        ['backend', 'kubernetes.default.svc', 443],
        // The port of the application itself is for its own sidecar.
        ['frontend', backend, 3000],
        ['frontend', worker, 3001],
        ['backend', worker, 3001],
        ['worker', frontend, 3002],
        ['frontend', kafka, 9092],
        ['frontend', postgres, 5432],
        ['frontend', 'kubernetes.default.svc', 443],
        ['backend', '10.99.0.254', 80],
      ] as const
    ).map(async ([from, host, port]) => `${from} → ${nameOf(host)}:${port} ${await reaches(from, host, port)}`),
  );
  function nameOf(host: string): string {
    return { [backend]: 'backend', [worker]: 'worker', [frontend]: 'frontend' }[host] ?? host;
  }
  expect(tried).toEqual([
    'frontend → backend:50002 true',
    'worker → backend:50002 true',
    `backend → ${kafka}:9092 true`,
    `worker → ${kafka}:9092 true`,
    `backend → ${postgres}:5432 true`,
    `worker → ${postgres}:5432 true`,
    'backend → kubernetes.default.svc:443 true',
    'frontend → backend:3000 false',
    'frontend → worker:3001 false',
    'backend → worker:3001 false',
    'worker → frontend:3002 false',
    `frontend → ${kafka}:9092 false`,
    `frontend → ${postgres}:5432 false`,
    'frontend → kubernetes.default.svc:443 false',
    'backend → 10.99.0.254:80 false',
  ]);
});

/** Until the last of the old ones has ended, which is when a caller would learn that it came too late. */
async function replaceAllPods(change: () => Promise<unknown>): Promise<Outcome> {
  const all = async () => (await Promise.all(SERVICES.map(podsOf))).flat();
  const before = await all();
  const traffic = startTraffic(people);
  await change();
  await until('the end of the old pods', async () => !(await all()).some((name) => before.includes(name)), 150_000);
  return traffic.stop();
}

test('an upgrade while people work fails none of their requests', { timeout: 8 * MINUTES }, async () => {
  const outcome = await replaceAllPods(() => helm('upgrade', '--set', 'logLevel=warn', '--set', 'dapr.logLevel=warn'));
  expect(outcome.failed).toEqual([]);
  await expectKept(outcome);
});

test('a rollback does not either', { timeout: 8 * MINUTES }, async () => {
  const rollback = ['rollback', 'todo-app', '1', '--namespace', 'taskflow', '--wait', '--timeout', '5m'];
  const outcome = await replaceAllPods(() => cluster.helm(...rollback));
  expect(outcome.failed).toEqual([]);
  await expectKept(outcome);
});

test.each(SERVICES)(
  'a pod of %s is killed: no task and no reminder is lost',
  { timeout: 4 * MINUTES },
  async (service) => {
    const [person] = people as [Client];
    const stream = listen(person);
    await stream.opened;
    const due = Array.from({ length: 10 }, (_, index) => new Date(Date.now() + 3_000 + index * 1_500));
    const tasks = await Promise.all(
      due.map((at) => person.call('POST', '/api/tasks', { title: 'Ring', reminders: [{ at: at.toISOString() }] })),
    );
    expect(tasks.map(({ status }) => status)).toEqual(due.map(() => 201));
    const traffic = startTraffic(people);
    const [victim = ''] = await podsOf(service);
    await kubectl('delete', 'pod', victim, '--grace-period=0', '--force');
    await rolledOut(cluster, 'taskflow', `deployment/${service}`);
    const ids = tasks.map(({ body }) => body.id as string);
    const rung = () =>
      new Set(stream.received.filter(({ event }) => event.type === 'reminder.due').map(({ event }) => event.subject));
    await until('every reminder', () => ids.every((id) => rung().has(id)), 90_000);
    stream.stop();
    const outcome = await traffic.stop();
    await expectKept(outcome);
  },
);

test('uninstalling leaves nothing but what was there before', { timeout: 5 * MINUTES }, async () => {
  await cluster.helm('uninstall', 'todo-app', '--namespace', 'taskflow', '--wait', '--timeout', '3m');
  const kinds = (await kubectl('api-resources', '--namespaced', '--verbs=list', '--output=name')).trim().split('\n');
  const looked = kinds.filter((kind) => !/^events|^pods\.metrics/.test(kind)).join(',');
  await until('the end of the last pod', async () => (await kubectl('get', 'pods', '--output=name')) === '', 120_000);
  expect(await kubectl('get', looked, '--selector', 'app.kubernetes.io/instance=todo-app', '--output=name')).toBe('');
  expect((await kubectl('get', 'secrets', '--output=name')).trim().split('\n').sort()).toEqual([
    'secret/taskflow',
    'secret/taskflow-app-api-token',
    'secret/taskflow-dapr-api-token',
  ]);
});
