/** The use cases on a real database, without HTTP: for seeding, for seeing what SQL they run, and for measuring that alone. */
import { randomUUID, randomUUIDv7 } from 'node:crypto';
import type { DatabaseConnection } from '@taskflow/adapters/embedded/database.ts';
import { openDatabase } from '@taskflow/adapters/postgres/connect.ts';
import { queryStore } from '@taskflow/adapters/postgres/query-store.ts';
import { taskStore } from '@taskflow/adapters/postgres/task-store.ts';
import { bulkTasks } from '@taskflow/core/usecases/bulk-tasks.ts';
import type { Deps, RequestContext } from '@taskflow/core/usecases/context.ts';
import { createProject } from '@taskflow/core/usecases/create-project.ts';
import { ensureAccount } from '@taskflow/core/usecases/ensure-account.ts';
import pg from 'pg';
import { seedOperations } from './seed.ts';

export interface Application {
  deps: Deps;
  pool: pg.Pool;
  close(): Promise<void>;
}

interface ApplicationOptions {
  application_name: string;
  connections_max: number;
}

/** Nobody waits for the events of this application: it tells no one of them. */
export function openApplication(
  connection: DatabaseConnection,
  { application_name, connections_max }: ApplicationOptions,
): Application {
  const options = { ...connection, application_name, max: connections_max, idleTimeoutMillis: 0 };
  const { pool, close } = openDatabase(options, { warn: () => undefined });
  const store = { ...taskStore(pool, { announce: () => undefined }), ...queryStore(pool) };
  const deps = { store, clock: { now: () => Temporal.Now.instant() }, ids: { next: () => randomUUIDv7() } };
  return { deps, pool, close };
}

export const contextOf = (settings: RequestContext['settings']): RequestContext => ({
  settings,
  traceparent: `00-${'4'.repeat(32)}-${'5'.repeat(16)}-01`,
  if_match: null,
  answer: null,
});

export async function addPerson({ deps, pool }: Application): Promise<RequestContext> {
  const id = randomUUIDv7();
  await pool.query(`insert into auth."user" (id, name, email) values ($1, 'Someone', $2)`, [
    id,
    `${randomUUID()}@example.org`,
  ]);
  return contextOf(await ensureAccount(deps, id, 'Europe/Berlin'));
}

const PROJECTS = ['House', 'Work', 'Garden', 'Travel', 'Club'];

/** Tasks made as any are made, in a few projects; returns the projects' ids. */
export async function seedTasks({ deps }: Application, context: RequestContext, count: number): Promise<string[]> {
  const project_ids: string[] = [];
  for (const name of PROJECTS) project_ids.push((await createProject(deps, context, { name })).id);
  for (const operations of seedOperations({ count, project_ids, now: deps.clock.now(), seed: 1 })) {
    await bulkTasks(deps, context, operations);
  }
  return project_ids;
}

/** What autovacuum does in time: statistics, and indexes without a list of what is yet to be put into them. */
export async function settle(connection: DatabaseConnection): Promise<void> {
  const client = new pg.Client(connection);
  await client.connect();
  await client.query('vacuum analyze');
  await client.query('checkpoint');
  await client.end();
}

export async function observe(connection: DatabaseConnection): Promise<pg.Client> {
  const client = new pg.Client({ ...connection, application_name: 'bench-observer' });
  await client.connect();
  return client;
}
