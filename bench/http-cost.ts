/** What does a request cost beside a bare Node.js server that runs the same SQL? CPU of the server and of its database sessions, in turns. */
import path from 'node:path';
import type { DatabaseConnection } from '@taskflow/adapters/embedded/database.ts';
import { DATABASE_NAME, DATABASE_USER } from '@taskflow/adapters/embedded/postgres-cluster.ts';
import { findPostmaster } from '@taskflow/adapters/embedded/postmaster.ts';
import type { TaskCreate } from '@taskflow/core/contracts/task.ts';
import type { RequestContext } from '@taskflow/core/usecases/context.ts';
import type { ListParams } from '@taskflow/core/usecases/list-tasks.ts';
import type pg from 'pg';
import { type Client, signUp } from '../tests/support/client.ts';
import { type RunningTree, startTree } from '../tests/support/process-tree.ts';
import { type Application, contextOf, observe, openApplication, seedTasks, settle } from './application.ts';
import { captureCreate, capturePage } from './capture.ts';
import { type CpuMeter, cpuMs, meterOf } from './cpu.ts';
import type { FloorRoute } from './floor.ts';
import type { Load } from './load.ts';
import { median } from './numbers.ts';
import { type LoadGenerator, type Server, startBackendService, startFloor, startLoadGenerator } from './processes.ts';
import { quiet } from './quiet.ts';
import type { Row } from './report.ts';
import { COMMON_WORD, RARE_WORD } from './seed.ts';

const TASKS = 10_000;
/** Several, because each may make 3,000 requests a minute. */
const PEOPLE = 4;
const CONNECTIONS = 8;
/** As in the backend's own pool. */
const POOL_MAX = 10;
const AMOUNT = 400;
const ROUNDS = 9;

interface Request {
  method: 'GET' | 'POST';
  path: string;
  body?: string;
}

interface Question {
  name: string;
  limit?: number;
  request: Request;
  route(application: Application, context: RequestContext): Promise<FloorRoute>;
  /** Whose CPU: that of the tree's backend, that of a backend which only serves, or all that comes of it in the tree. */
  of: 'tree' | 'service' | 'consequences';
}

const page = (name: string, limit: number, params: ListParams): Question => ({
  name,
  limit,
  request: { method: 'GET', path: `/api/tasks?${new URLSearchParams(params as Record<string, string>)}` },
  route: (application, context) => capturePage(application, context, params),
  of: 'tree',
});

const create = (name: string, of: Question['of'], limit?: number): Question => {
  const due_date = Temporal.Now.instant().add({ hours: 72 }).round('minute').toString();
  const input: TaskCreate = { title: 'Water the plants on the balcony', due_date, priority: 'high', tags: [] };
  return {
    name,
    ...(limit === undefined ? {} : { limit }),
    request: { method: 'POST', path: '/api/tasks', body: JSON.stringify(input) },
    route: (application, context) => captureCreate(application, context, input),
    of,
  };
};

export async function measure(): Promise<Row[]> {
  const questions = [
    page('list of 50', 1.5, {}),
    page('list of 50, pending by due date', 1.5, { status: 'pending', sort: 'due_date' }),
    page('search, common word', 1.5, { q: COMMON_WORD }),
    page('search, rare word', 1.5, { q: RARE_WORD }),
    create('create (task, ledger row, event)', 'service', 2),
    create('create, with its way to the worker', 'consequences'),
  ];
  const tree = await startTree();
  const ends: (() => Promise<unknown>)[] = [() => tree.stop()];
  try {
    const stage = await setStage(tree, ends);
    const rows: Row[] = [];
    for (const [index, question] of questions.entries()) rows.push(await ask(question, index, stage, ends));
    return rows;
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

interface Stage {
  tree: RunningTree;
  people: { client: Client; context: RequestContext }[];
  connection: DatabaseConnection;
  observer: pg.Client;
  application: Application;
  service: Server;
  load: LoadGenerator;
}

async function setStage(tree: RunningTree, ends: (() => Promise<unknown>)[]): Promise<Stage> {
  const connection = databaseOf(tree);
  const application = openApplication(connection, { application_name: 'bench-seed', connections_max: 2 });
  ends.push(() => application.close());
  const people: Stage['people'] = [];
  for (let index = 0; index < PEOPLE; index += 1) {
    const client = await signUp(tree.url);
    const context = contextOf(await settingsOf(client, application));
    await seedTasks(application, context, TASKS);
    people.push({ client, context });
  }
  await settle(connection);
  const observer = await observe(connection);
  ends.push(() => observer.end());
  const service = await startBackendService(connection, 'bench-service');
  ends.push(() => service.stop());
  const load = startLoadGenerator();
  ends.push(() => load.stop());
  await quiet(tree);
  return { tree, people, connection, observer, application, service, load };
}

function databaseOf(tree: RunningTree): DatabaseConnection {
  const postmaster = findPostmaster(path.join(tree.data_dir, 'pg'));
  if (postmaster === null) throw new Error('The tree has no database.');
  return { host: postmaster.socket_dir, port: postmaster.port, user: DATABASE_USER, database: DATABASE_NAME };
}

async function settingsOf(client: Client, { deps }: Application) {
  const { body } = await client.call('POST', '/api/tasks', { title: 'Who am I?' });
  const settings = await deps.store.settings(body.owner_id);
  if (settings === null) throw new Error('A person has no settings.');
  return settings;
}

interface Side {
  load: Load;
  meter: CpuMeter;
}

/** The floor is started anew for each question, so that both sides have their pools full and their code warm. */
async function ask(question: Question, index: number, stage: Stage, ends: (() => Promise<unknown>)[]): Promise<Row> {
  const { people, application, connection, observer } = stage;
  const application_name = `bench-floor-${index}`;
  const routes: Record<string, FloorRoute> = {};
  for (const [person, { context }] of people.entries())
    routes[`/${person}`] = await question.route(application, context);
  const floor = await startFloor({ connection: { ...connection, application_name, max: POOL_MAX }, routes });
  ends.push(() => floor.stop());
  const sides: { taskflow: Side; floor: Side } = {
    taskflow: { load: loadOf(question, stage), meter: meterFor(question, stage) },
    floor: {
      load: {
        url: floor.url,
        requests: people.map((_, person) => ({ ...question.request, path: `/${person}`, headers: JSON_BODY })),
        amount: AMOUNT,
        connections: CONNECTIONS,
      },
      meter: meterOf(floor.pid, { application_name, observer }),
    },
  };
  await sameAnswers(question, sides);
  const row = await compare(question, stage, sides);
  await floor.stop();
  return row;
}

const JSON_BODY = { 'content-type': 'application/json' };

function loadOf({ request, of }: Question, { people, tree, service }: Stage): Load {
  return {
    url: of === 'service' ? service.url : tree.url,
    requests: people.map(({ client }) => ({
      ...request,
      headers: { ...JSON_BODY, authorization: `Bearer ${client.token}` },
    })),
    amount: AMOUNT,
    connections: CONNECTIONS,
  };
}

function meterFor({ of }: Question, { tree, service, observer }: Stage): CpuMeter {
  if (of === 'service') return meterOf(service.pid, { application_name: 'bench-service', observer });
  const backend = tree.processes().find(({ role }) => role === 'backend')!;
  const meter = meterOf(backend.pid, { application_name: 'taskflow', observer });
  if (of === 'tree') return meter;
  const worker = tree.processes().find(({ role }) => role === 'worker')!;
  return {
    async start() {
      await quiet(tree);
      const before = cpuMs(worker.pid);
      const stop = await meter.start();
      return async () => {
        await quiet(tree);
        const { node_ms, database_ms } = await stop();
        return { node_ms: node_ms + cpuMs(worker.pid) - before, database_ms };
      };
    },
  };
}

/** Both sides must do the same, or comparing them says nothing. */
async function sameAnswers({ name, request }: Question, sides: { taskflow: Side; floor: Side }): Promise<void> {
  const answers = await Promise.all(
    [sides.taskflow, sides.floor].map(async ({ load }) => {
      const [first] = load.requests;
      const response = await fetch(load.url + first!.path, {
        method: request.method,
        headers: first!.headers,
        body: request.body ?? null,
      });
      if (!response.ok) throw new Error(`${name}: ${response.status} ${await response.text()}`);
      return JSON.parse(await response.text());
    }),
  );
  const [ours, floors] = answers.map((answer) =>
    request.method === 'GET' ? JSON.stringify(answer.items) : Object.keys(answer).sort().join(),
  );
  if (ours !== floors || ours === '[]') throw new Error(`${name}: the floor's answer is not TaskFlow's.`);
}

async function compare(question: Question, stage: Stage, sides: { taskflow: Side; floor: Side }): Promise<Row> {
  const costs = { taskflow: [] as Cost[], floor: [] as Cost[] };
  for (let round = -2; round < ROUNDS; round += 1) {
    for (const name of ['taskflow', 'floor'] as const) {
      const { load, meter } = sides[name];
      const stop = await meter.start();
      await stage.load.run(load);
      const { node_ms, database_ms } = await stop();
      // The first rounds warm up.
      if (round >= 0) costs[name].push({ node: node_ms / AMOUNT, database: database_ms / AMOUNT });
    }
  }
  const ours = medianCost(costs.taskflow);
  const floor = medianCost(costs.floor);
  return {
    name: question.name,
    value: ours.node + ours.database,
    unit: 'ms CPU',
    baseline: floor.node + floor.database,
    ...(question.limit === undefined ? {} : { limit: question.limit }),
    detail: `node ${shown(ours.node, floor.node)}, db ${shown(ours.database, floor.database)}`,
  };
}

interface Cost {
  node: number;
  database: number;
}

const medianCost = (costs: readonly Cost[]): Cost => ({
  node: median(costs.map(({ node }) => node)),
  database: median(costs.map(({ database }) => database)),
});

const shown = (ours: number, floor: number): string => `${ours.toFixed(2)} (floor ${floor.toFixed(2)})`;
