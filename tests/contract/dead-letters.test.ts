/** The command for dead letters, on a data folder that nobody uses and on one that TaskFlow holds. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { lockData } from '@taskflow/adapters/embedded/data-lock.ts';
import { type RunningDatabase, startDatabase } from '@taskflow/adapters/embedded/database.ts';
import { migrate } from '@taskflow/adapters/postgres/migrate.ts';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anId } from '../support/records.ts';

const SCRIPT = path.join(import.meta.dirname, '..', '..', 'scripts', 'dead-letters.ts');
const data_dir = path.join(mkdtempSync(path.join(tmpdir(), 'taskflow-letters-')), 'data');
const start = () => startDatabase({ data_dir, log_file: path.join(data_dir, 'postgres.log') });
const [first, second] = [anId(), anId()];

function run(...args: string[]): Promise<{ code: number | null; out: string }> {
  const child = spawn(process.execPath, [SCRIPT, ...args], { env: { ...process.env, TASKFLOW_DATA: data_dir } });
  let out = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (out += chunk.toString()));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out })));
}

async function ask<T extends object>(database: RunningDatabase, text: string, values: unknown[] = []): Promise<T[]> {
  const client = new pg.Client(database.connection);
  await client.connect();
  try {
    return (await client.query<T>(text, values)).rows;
  } finally {
    await client.end();
  }
}

const WAITING = 'select id, attempts from bus_retry order by id';

beforeAll(async () => {
  mkdirSync(data_dir);
  const database = await start();
  await migrate(database.connection);
  await ask(
    database,
    `insert into dead_letter (id, topic, body, reason, attempts, created_at)
     select id, 'tasks', '{"kept": "as it was"}', 'data.task.title: is empty', 10, now() from unnest($1::uuid[]) as id`,
    [[first, second]],
  );
  await database.stop();
});
afterAll(() => rmSync(path.dirname(data_dir), { recursive: true, force: true }));

describe('npm run dead-letters', () => {
  it('lists them with their reason while TaskFlow does not run', async () => {
    const { code, out } = await run('list');
    expect(code).toBe(0);
    expect(out).toContain(first);
    expect(out).toContain(second);
    expect(out).toContain('tries: 10  data.task.title: is empty');
    expect(out).not.toContain('as it was');
    expect((await run('list', '--bodies')).out).toContain('as it was');
  });

  it('puts one back while TaskFlow runs, for its bus to find', async () => {
    const lock = lockData(data_dir);
    const database = await start();
    try {
      expect(await run('replay', first)).toEqual({ code: 0, out: 'One event is on its way again.\n' });
      expect(await ask(database, WAITING)).toEqual([{ id: first, attempts: 0 }]);
      expect((await run('list')).out).toMatch(new RegExp(`${first}.*put back`));
    } finally {
      await database.stop();
      lock.release();
    }
  });

  it('puts the rest back while it does not, and leaves no server behind', async () => {
    expect(await run('replay')).toEqual({ code: 0, out: 'One event is on its way again.\n' });
    const database = await start();
    expect(database.adopted).toBe(false);
    expect(await ask(database, WAITING)).toHaveLength(2);
    await database.stop();
  });

  it('says what is wrong in a sentence', async () => {
    expect(await run('replay', anId())).toMatchObject({ code: 1, out: expect.stringContaining('no dead letter') });
    expect(await run('bury')).toMatchObject({ code: 1, out: expect.stringContaining('npm run dead-letters -- list') });
  });
});
