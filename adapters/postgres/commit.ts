/** All that a use case changes is one statement: everything of it happens, or nothing, in one round trip. */
import { Failure } from '@taskflow/core/domain/failure.ts';
import { type Changes, StaleWrite } from '@taskflow/core/ports.ts';
import pg from 'pg';
import { type ChangedRow, PARTS, type Part } from './commit-parts.ts';

export async function commit(pool: pg.Pool, changes: Changes): Promise<void> {
  const active = PARTS.map((part, index) => ({ part, index, rows: part.rows(changes) })).filter(
    ({ rows }) => rows.length > 0,
  );
  if (active.length === 0) return;
  const key = active.map(({ index, rows }) => `${index}${rows.length === 1 ? '' : 'n'}`).join('.');
  const values = [changes.owner_id, ...active.flatMap(({ part, rows }) => argumentsOf(part, rows))];
  const text = cached(key, () => statementOf(active.map(({ part, rows }) => ({ part, single: rows.length === 1 }))));
  try {
    // To find many rows is planned each time: a plan made while a table was small would read all of it for ever.
    const findsMany = active.some(({ part, rows }) => part.finds && rows.length > 1);
    await pool.query(findsMany ? { text, values } : { name: `commit.${key}`, text, values });
  } catch (error) {
    throw meaningOf(error);
  }
}

const texts = new Map<string, string>();

/** As many texts as there are kinds of commits: a few dozen. */
function cached(key: string, make: () => string): string {
  const known = texts.get(key);
  if (known !== undefined) return known;
  const text = make();
  texts.set(key, text);
  return text;
}

/** One row goes as plain parameters, which is cheapest; more rows go as one JSON text and their number. */
function argumentsOf(part: Part, rows: readonly ChangedRow[]): unknown[] {
  const columns = Object.entries(part.columns);
  const [first] = rows;
  if (rows.length > 1 || first === undefined)
    return [JSON.stringify(rows), ...(part.finds === 'all' ? [rows.length] : [])];
  return columns.map(([column, type]) => (type === 'json' ? JSON.stringify(first[column]) : first[column]));
}

function statementOf(parts: readonly { part: Part; single: boolean }[]): string {
  let next = 2;
  const steps: string[] = [];
  const checks: string[] = [];
  for (const [at, { part, single }] of parts.entries()) {
    const columns = Object.entries(part.columns);
    if (single) {
      const values = columns.map(([, type]) => `$${next++}::${type}`);
      steps.push(
        `p${at} as (${part.sql(`(values (${values.join(', ')})) as n(${Object.keys(part.columns).join(', ')})`)})`,
      );
      if (part.finds === 'all') checks.push(`(select count(*) from p${at}) = 1`);
    } else {
      const shape = columns.map(([column, type]) => `${column} ${type}`).join(', ');
      steps.push(`p${at} as (${part.sql(`json_to_recordset($${next++}::json) as n(${shape})`)})`);
      if (part.finds === 'all') checks.push(`(select count(*) from p${at}) = $${next++}::int`);
    }
  }
  const end =
    checks.length === 0 ? 'select 1' : `select case when ${checks.join(' and ')} then true else taskflow_stale() end`;
  return `with ${steps.join(',\n')}\n${end}`;
}

const NAMES: Readonly<Record<string, string>> = {
  project_name_unique: 'project',
  tag_name_unique: 'tag',
  saved_filter_name_unique: 'filter',
};

const STALE = new Set(['TF409', '23503', '23505', '40001', '40P01']);

/** A claim that is taken, a row that is gone and a deadlock lost all mean: load again and decide anew. */
function meaningOf(error: unknown): unknown {
  if (!(error instanceof pg.DatabaseError)) return error;
  const taken = error.code === '23505' ? NAMES[error.constraint ?? ''] : undefined;
  if (taken !== undefined) return nameTaken(taken);
  return STALE.has(error.code ?? '') ? new StaleWrite(error.message, { cause: error }) : error;
}

const nameTaken = (what: string): Failure =>
  new Failure('conflict', `There is already a ${what} of this name.`, [
    { field: 'name', message: `is already the name of another ${what}` },
  ]);
