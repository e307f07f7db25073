/** Does a list, a filter or a search cost the same with 100,000 tasks as with 1,000? One database for each number, asked in turns. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type DatabaseConnection, startDatabase } from '@taskflow/adapters/embedded/database.ts';
import { migrate } from '@taskflow/adapters/postgres/migrate.ts';
import type { RequestContext } from '@taskflow/core/usecases/context.ts';
import { type ListParams, listTasks } from '@taskflow/core/usecases/list-tasks.ts';
import { type Application, addPerson, observe, openApplication, seedTasks, settle } from './application.ts';
import { type CpuMeter, meterOf } from './cpu.ts';
import { median } from './numbers.ts';
import type { Row } from './report.ts';
import { BOTH_COUNT, COMMON_TAG, COMMON_WORD, RARE_COUNT, RARE_WORD } from './seed.ts';

const COUNTS = [1_000, 10_000, 100_000] as const;
const RATIO_MAX = 1.3;
const ROUNDS = 7;
const ROUND_MS = 400;

interface Question {
  name: string;
  params(house: House): ListParams;
  /** What a page must hold, or the question is not the one that was meant. */
  items: number;
}

const QUESTIONS: readonly Question[] = [
  { name: 'list, by creation', params: () => ({}), items: 50 },
  { name: 'list, pending by due date', params: () => ({ status: 'pending', sort: 'due_date' }), items: 50 },
  { name: 'list of a project', params: ({ project_id }) => ({ project_id, sort: 'position' }), items: 50 },
  { name: 'filter tag', params: () => ({ filter: `tag:${COMMON_TAG}` }), items: 50 },
  { name: 'filter priority', params: () => ({ filter: 'priority:high status:pending' }), items: 50 },
  { name: 'filter due in a week', params: () => ({ filter: 'due:<7d', sort: 'due_date', limit: 10 }), items: 10 },
  { name: 'search, common word', params: () => ({ q: COMMON_WORD }), items: 50 },
  { name: 'search, rare word', params: () => ({ q: RARE_WORD }), items: RARE_COUNT },
  { name: 'search, part of a rare word', params: () => ({ q: RARE_WORD.slice(1, -1) }), items: RARE_COUNT },
  { name: 'search, two words', params: () => ({ q: `${COMMON_WORD} ${RARE_WORD}` }), items: BOTH_COUNT },
  { name: 'list, last changed first', params: () => ({ sort: '-updated_at' }), items: 50 },
  { name: 'list, most urgent first', params: () => ({ sort: '-priority' }), items: 50 },
  { name: 'list, by title', params: () => ({ sort: 'title' }), items: 50 },
  { name: 'list, by hand', params: () => ({ sort: 'position' }), items: 50 },
  { name: 'list, latest due first', params: () => ({ sort: '-due_date' }), items: 50 },
];

export async function measure(): Promise<Row[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'taskflow-bench-'));
  const server = await startDatabase({ data_dir: folder, log_file: path.join(folder, 'postgres.log') });
  const houses: House[] = [];
  try {
    for (const count of COUNTS) houses.push(await openHouse(server.connection, count));
    const rows: Row[] = [];
    for (const question of QUESTIONS) rows.push(await ask(question, houses));
    return rows;
  } finally {
    for (const house of houses) await house.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface House {
  count: number;
  application: Application;
  context: RequestContext;
  project_id: string;
  meter: CpuMeter;
  close(): Promise<void>;
}

async function openHouse(server: DatabaseConnection, count: number): Promise<House> {
  const connection = { ...server, database: `bench_${count}` };
  const observer = await observe(server);
  await observer.query(`create database ${connection.database}`);
  await migrate(connection);
  const application_name = `bench-${count}`;
  const application = openApplication(connection, { application_name, connections_max: 1 });
  const context = await addPerson(application);
  const [project_id = ''] = await seedTasks(application, context, count);
  await settle(connection);
  const close = async () => {
    await application.close();
    await observer.end();
  };
  const meter = meterOf(process.pid, { application_name, observer });
  return { count, application, context, project_id, meter, close };
}

/** The use case and its SQL, without HTTP, which would only add the same to each. */
async function ask(question: Question, houses: readonly House[]): Promise<Row> {
  const times = new Map<House, number>();
  for (const house of houses) times.set(house, await timesIn(ROUND_MS, () => once(question, house)));
  const costs = houses.map(() => ({ node: [] as number[], database: [] as number[] }));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [index, house] of houses.entries()) {
      const count = times.get(house)!;
      const stop = await house.meter.start();
      for (let time = 0; time < count; time += 1) await once(question, house);
      const { node_ms, database_ms } = await stop();
      costs[index]!.node.push(node_ms / count);
      costs[index]!.database.push(database_ms / count);
    }
  }
  const total = costs.map(({ node, database }) => median(node) + median(database));
  const detail = houses.map(({ count }, index) => {
    const { node, database } = costs[index]!;
    return `${count / 1_000}k: node ${median(node).toFixed(2)} + db ${median(database).toFixed(2)}`;
  });
  return {
    name: `${question.name}: 100k / 1k tasks`,
    value: total.at(-1)!,
    unit: 'ms CPU',
    baseline: total[0]!,
    limit: RATIO_MAX,
    detail: detail.join(', '),
  };
}

async function once(question: Question, house: House): Promise<void> {
  const page = await listTasks(house.application.deps, house.context, question.params(house));
  const items = page.items_json.split('"owner_id"').length - 1;
  if (items < question.items) throw new Error(`${question.name}: ${items} tasks of ${house.count}`);
}

/** How often something can be done in a while; the first times warm up. */
async function timesIn(ms: number, work: () => Promise<void>): Promise<number> {
  for (let time = 0; time < 20; time += 1) await work();
  const start = performance.now();
  let times = 0;
  for (; performance.now() - start < ms; times += 1) await work();
  return Math.max(5, times);
}
