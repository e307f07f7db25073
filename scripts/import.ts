/**
 * `npm run import -- FILE`: takes a Todoist CSV export or an iCalendar file, whole or not at all, and says what could not be
 * taken and why. Works while TaskFlow runs and while it does not.
 */
import { randomUUIDv7 } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openDatabase } from '@taskflow/adapters/postgres/connect.ts';
import { eventLog } from '@taskflow/adapters/postgres/event-log.ts';
import { queryStore } from '@taskflow/adapters/postgres/query-store.ts';
import { taskStore } from '@taskflow/adapters/postgres/task-store.ts';
import type { ImportReport } from '@taskflow/core/contracts/quick-add.ts';
import { Failure, invalid } from '@taskflow/core/domain/failure.ts';
import type { Deps } from '@taskflow/core/usecases/context.ts';
import { ensureAccount } from '@taskflow/core/usecases/ensure-account.ts';
import { importTasks } from '@taskflow/core/usecases/import-tasks.ts';
import type pg from 'pg';
import { withDatabase } from './with-database.ts';

const USAGE = `npm run import -- FILE [--as EMAIL] [--project NAME] [--dry-run]

FILE             a Todoist CSV export or an iCalendar file (VTODO), up to 20 MiB
--as EMAIL       whose tasks they become; needed when there is more than one account
--project NAME   where tasks go whose file names no project
--dry-run        only says what would happen`;

const BYTES_MAX = 20 * 1024 * 1024;
const quiet = { warn: () => undefined, error: () => undefined };

interface Request {
  file: string;
  email: string | undefined;
  project: string | undefined;
  dry_run: boolean;
}

try {
  await run(readRequest(process.argv.slice(2)));
} catch (error) {
  console.error(error instanceof Failure ? error.message : error);
  process.exitCode = 1;
}

async function run(request: Request): Promise<void> {
  const text = await readText(request.file);
  const take = (connection: pg.PoolConfig) => importInto(connection, text, request);
  print(await withDatabase('start TaskFlow and sign up first.', take), request);
}

async function importInto(connection: pg.PoolConfig, text: string, request: Request): Promise<ImportReport> {
  const database = openDatabase(connection, quiet);
  const log = eventLog(database.pool, connection, quiet);
  try {
    const store = { ...taskStore(database.pool, log), ...queryStore(database.pool) };
    const deps: Deps = { store, clock: { now: () => Temporal.Now.instant() }, ids: { next: () => randomUUIDv7() } };
    const settings = await ensureAccount(deps, await findUser(database.pool, request.email));
    const context = { settings, traceparent: null, if_match: null, answer: null };
    const { dry_run, project } = request;
    return await importTasks(deps, context, { text, file_name: path.basename(request.file), project, dry_run });
  } finally {
    await log.close();
    await database.close();
  }
}

async function findUser(pool: pg.Pool, email: string | undefined): Promise<string> {
  const { rows } = await pool.query<{ id: string; email: string }>(
    'select id, email from auth."user" where $1::text is null or lower(email) = lower($1) order by email limit 2',
    [email ?? null],
  );
  const [user, second] = rows;
  if (user === undefined)
    throw new Failure(
      'not_found',
      email === undefined ? 'There is no account yet: sign up first.' : `There is no account ${email}.`,
    );
  if (second !== undefined) throw invalid('--as', 'say whose tasks they become: there is more than one account');
  return user.id;
}

async function readText(file: string): Promise<string> {
  const { size } = await stat(file).catch(() => {
    throw new Failure('not_found', `There is no file ${file}.`);
  });
  if (size > BYTES_MAX) throw new Failure('payload_too_large', `${file} is larger than 20 MiB.`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch {
    throw new Failure('malformed', `${file} is not text in UTF-8.`);
  }
}

function readRequest(args: string[]): Request {
  try {
    const { positionals, values } = parseArgs({
      args,
      allowPositionals: true,
      options: { as: { type: 'string' }, project: { type: 'string' }, 'dry-run': { type: 'boolean', default: false } },
    });
    const [file, ...rest] = positionals;
    if (file !== undefined && rest.length === 0)
      return { file, email: values.as, project: values.project, dry_run: values['dry-run'] };
  } catch {
    // An option that is not there: the usage says which are.
  }
  throw new Failure('invalid', USAGE);
}

function print(report: ImportReport, request: Request): void {
  for (const { line, item, field, message, severity } of report.issues) {
    console.log(
      `line ${line}: ${severity === 'skipped' ? 'left out' : 'changed'}: ${item}${field === null ? '' : ` (${field})`}: ${message}`,
    );
  }
  const made = request.dry_run ? 'would be made' : 'made';
  const projects = report.projects.length === 0 ? '' : `, in new projects ${report.projects.join(', ')}`;
  console.log(`${report.tasks} tasks ${made}${projects}; ${report.issues.length} remarks.`);
}
