/**
 * `npm run dead-letters -- list | replay [id]`: events that could not be handled, with the reason; and back on their way.
 * Works while TaskFlow runs, which then handles them within seconds, and while it does not, which handles them at its start.
 */
import { parseArgs } from 'node:util';
import { deadLetters } from '@taskflow/adapters/postgres/dead-letters.ts';
import { Failure } from '@taskflow/core/domain/failure.ts';
import type { DeadLetters } from '@taskflow/core/ports.ts';
import pg from 'pg';
import { withDatabase } from './with-database.ts';

const USAGE = `npm run dead-letters -- list [--bodies]   shows the newest 1,000, with the reason
npm run dead-letters -- replay            puts all of them back on their way
npm run dead-letters -- replay <id>       puts this one back`;

const LIST_MAX = 1_000;

try {
  await run(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Failure ? error.message : error);
  process.exitCode = 1;
}

async function run(args: string[]): Promise<void> {
  const command = readCommand(args);
  await withDatabase('set TASKFLOW_DATA to the one you mean.', async (connection) => {
    const pool = new pg.Pool({ ...connection, max: 1, connectionTimeoutMillis: 10_000 });
    pool.on('error', () => undefined);
    await command(deadLetters(pool, { now: () => Temporal.Now.instant() })).finally(() => pool.end());
  });
}

type Command = (letters: DeadLetters) => Promise<void>;

function readCommand(args: string[]): Command {
  const { positionals, values } = readArguments(args);
  const [name, id, ...rest] = positionals;
  if (rest.length === 0 && name === 'list' && id === undefined) return list(values.bodies === true);
  if (rest.length === 0 && name === 'replay' && (id === undefined || /^[0-9a-f-]{36}$/i.test(id)))
    return replay(id ?? null);
  throw new Failure('invalid', USAGE);
}

function readArguments(args: string[]) {
  try {
    return parseArgs({ args, allowPositionals: true, options: { bodies: { type: 'boolean' } } });
  } catch {
    throw new Failure('invalid', USAGE);
  }
}

function list(bodies: boolean): Command {
  return async (letters) => {
    const found = await letters.list(LIST_MAX);
    for (const { id, created_at, attempts, reason, replayed_at, body } of found) {
      const put_back = replayed_at === null ? '' : `  (put back ${replayed_at})`;
      console.log(`${id}  ${created_at}  tries: ${attempts}  ${reason}${put_back}`);
      if (bodies) console.log(`  ${body}`);
    }
    if (found.length === 0) console.log('There are no dead letters.');
  };
}

function replay(id: string | null): Command {
  return async (letters) => {
    const count = await letters.replay(id);
    if (id !== null && count === 0) throw new Failure('not_found', `There is no dead letter ${id}.`);
    console.log(count === 1 ? 'One event is on its way again.' : `${count} events are on their way again.`);
  };
}
