/** A page of tasks in any order: no task twice and none left out, whatever is added while a user turns the pages. */
import type { JsonPage, SortKey, TaskQuery } from '@taskflow/core/ports.ts';
import type pg from 'pg';
import { cursorText, isId, isText, isTime, readCursor } from './cursor.ts';
import { type Conditions, DUE, filterSql, type Parameters, parameters } from './filter-sql.ts';
import { taskJsonSql } from './task-json.ts';

export async function listTasks(pool: pg.Pool, query: TaskQuery): Promise<JsonPage> {
  const order = orderOf(query.sort);
  const sort = sortText(query.sort);
  const after = readCursor(query.cursor, sort, order);
  const values = parameters(query.owner_id);
  const conditions = filterSql(query.filter, query, values);
  conditions.plain.unshift('t.owner_id = $1');
  if (after !== null) conditions.plain.push(afterSql(order, after, values));
  const limit = Math.trunc(query.limit);

  const run = async (found: string): Promise<FoundPage> => {
    const text = pageSql(found, order, limit);
    const name = conditions.steady ? planName(text) : undefined;
    const { rows } = await pool.query<FoundPage>({ ...(name && { name }), text, values: values.values });
    return rows[0]!;
  };
  const page =
    conditions.sought.length > 0 && isWalkable(order)
      ? await seek(conditions, order, limit, run)
      : await run(allSql(conditions, order, limit));
  return { items_json: `[${page.items ?? ''}]`, next_cursor: page.last === null ? null : cursorText(sort, page.last) };
}

interface FoundPage {
  items: string | null;
  last: string[] | null;
  /** One more than fits on the page, if there are more. */
  found: number;
}

/** How far to walk along the order for words and tags: at first, and when they turned out to be not so rare. */
const WALK_FIRST = 1_000;
const WALK_ON = 10_000;

/**
 * Words and tags are common or rare, and statistics do not tell: for a word in every second task it is best to walk along
 * the order until the page is full, for a rare one, or for a tag whose tasks all lie at the end of the order, that would
 * read everything. So it walks a bounded part of the way, and only when that does not fill the page fetches all tasks
 * that have them, which are then few enough to sort. Left to the planner, a word in one of 1,000 among 100,000 tasks took
 * up to 370 ms, and a tag of tasks without a date 600 ms; like this, 7 and 12.
 */
async function seek(
  conditions: Conditions,
  order: readonly OrderKey[],
  limit: number,
  run: (found: string) => Promise<FoundPage>,
): Promise<FoundPage> {
  const first = await run(walkSql(conditions, order, limit, WALK_FIRST));
  if (first.found > limit) return first;
  if (first.found * (WALK_ON / WALK_FIRST) > 2 * limit) {
    const more = await run(walkSql(conditions, order, limit, WALK_ON));
    if (more.found > limit) return more;
  }
  return run(allSql(conditions, order, limit));
}

/** Planning takes longer than running for the lists that are asked for all the time; the first few kinds keep their plan. */
const PLANS_MAX = 24;
const plans = new Map<string, string>();

function planName(text: string): string | undefined {
  if (!plans.has(text) && plans.size < PLANS_MAX) plans.set(text, `list_tasks.${plans.size}`);
  return plans.get(text);
}

/** One key of the order, as it is compared: never null, so that comparing is all there is to it. */
export interface OrderKey {
  sql: string;
  type: string;
  descending: boolean;
  /** Whether a value in a cursor can be one of this key. */
  accepts(value: string): boolean;
}

const time = (sql: string) => ({ sql, type: 'timestamptz', accepts: isTime });
const text = (sql: string) => ({ sql, type: 'text collate "C"', accepts: isText });

const KEYS: Readonly<Record<SortKey, Omit<OrderKey, 'descending'>>> = {
  due_date: time(DUE),
  created_at: time('t.created_at'),
  updated_at: time('t.updated_at'),
  priority: { sql: 't.priority', type: 'smallint', accepts: (value) => /^[0-4]$/.test(value) },
  title: text('t.title_key'),
  position: text('t.position'),
};

/** Always ends in the id, in the direction of the key before it: then one comparison of rows, and one index, will do. */
function orderOf(sort: TaskQuery['sort']): OrderKey[] {
  const keys = sort.map(({ key, descending }) => ({ ...KEYS[key], ...lastWithoutDate(key, descending), descending }));
  return [...keys, { sql: 't.id', type: 'uuid', accepts: isId, descending: sort.at(-1)?.descending ?? false }];
}

/** Without a due date comes last in both directions. */
const lastWithoutDate = (key: SortKey, descending: boolean): { sql?: string } =>
  key === 'due_date' && descending ? { sql: `coalesce(t.due_at, '-infinity'::timestamptz)` } : {};

const sortText = (sort: TaskQuery['sort']): string =>
  sort.map(({ key, descending }) => `${descending ? '-' : ''}${key}`).join(',');

/** Where directions agree, one comparison of rows that an index can serve; where they differ, key after key. */
function afterSql(order: readonly OrderKey[], after: readonly string[], values: Parameters): string {
  const bounds = order.map((key, index) => `${values.add(after[index])}::${key.type}`);
  if (order.every((key) => key.descending === order[0]?.descending)) {
    return `(${order.map((key) => key.sql).join(', ')}) ${order[0]?.descending ? '<' : '>'} (${bounds.join(', ')})`;
  }
  const steps = order.map((key, index) => {
    const same = order.slice(0, index).map((before, at) => `${before.sql} = ${bounds[at]}`);
    return `(${[...same, `${key.sql} ${key.descending ? '<' : '>'} ${bounds[index]}`].join(' and ')})`;
  });
  return `(${steps.join(' or ')})`;
}

/** The ids and keys of the page first, one row more than fits; then only what is shown is rendered. */
function pageSql(found: string, order: readonly OrderKey[], limit: number): string {
  return `
with found as materialized (
  ${found}
), page as materialized (
  select row_number() over (order by ${byNames(order)}) as n, f.* from found f
)
select string_agg(${taskJsonSql('t')}, ',' order by page.n) as items,
  (select array[${names(order, '::text')}] from page
    where n = ${limit} and exists (select from page where n > ${limit})) as last,
  (select count(*) from page)::int as found
from page join task t on t.id = page.id
where page.n <= ${limit}`;
}

const names = (order: readonly OrderKey[], cast = ''): string => order.map((_, index) => `k${index}${cast}`).join(', ');
const byNames = (order: readonly OrderKey[]): string =>
  order.map(({ descending }, index) => `k${index}${descending ? ' desc' : ''}`).join(', ');
const by = (order: readonly OrderKey[]): string =>
  order.map(({ sql, descending }) => `${sql}${descending ? ' desc' : ''}`).join(', ');
const named = (order: readonly OrderKey[]): string => order.map(({ sql }, index) => `${sql} as k${index}`).join(', ');

/** The tasks with the words and tags among the first ones in the order. */
function walkSql({ plain, sought }: Conditions, order: readonly OrderKey[], limit: number, walk: number): string {
  return `
  select t.id, ${names(order)} from (
    select t.id, t.search_text, t.words_short, t.tag_keys, ${named(order)} from task t where ${plain.join(' and ')}
    order by ${by(order)} limit ${walk}
  ) t where ${sought.join(' and ')} order by ${byNames(order)} limit ${limit + 1}`;
}

/** Fetched whole before it is sorted (`offset 0`) where words or tags are asked for: else the planner might walk after all. */
function allSql({ plain, sought }: Conditions, order: readonly OrderKey[], limit: number): string {
  const all = `select t.id, ${named(order)} from task t where ${[...plain, ...sought].join(' and ')}`;
  return sought.length === 0
    ? `${all} order by ${by(order)} limit ${limit + 1}`
    : `select * from (${all} offset 0) all_found order by ${byNames(order)} limit ${limit + 1}`;
}

/** Every key has its index; but so many tasks share a priority that sorting them further means reading most of them. */
const isWalkable = (order: readonly OrderKey[]): boolean => order[0]?.sql !== KEYS.priority.sql || order.length === 2;
