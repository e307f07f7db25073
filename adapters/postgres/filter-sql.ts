/** A filter becomes conditions of a query: every value is a parameter, and what one user's days are never depends on the server. */
import { searchText } from '@taskflow/core/domain/search-text.ts';
import type { QueryNode, TaskQuery } from '@taskflow/core/ports.ts';
import { textSql } from './text-sql.ts';

/** What a query is given beside its text; `add` returns the name under which a value goes. */
export interface Parameters {
  values: unknown[];
  add(value: unknown): string;
}

export function parameters(...values: unknown[]): Parameters {
  return {
    values,
    add(value) {
      values.push(value);
      return `$${values.length}`;
    },
  };
}

export type FilterContext = Pick<TaskQuery, 'now' | 'time_zone'>;

/**
 * Conditions on a task `t` that all hold. Words and tags apart: they have an index of their own, and how many tasks they
 * let through is known to nobody beforehand.
 */
export interface Conditions {
  plain: string[];
  sought: string[];
  /** Nothing is asked but the state, so one plan is good for everyone. */
  steady: boolean;
}

export function filterSql(filter: QueryNode | null, context: FilterContext, parameters: Parameters): Conditions {
  const terms = filter === null ? [] : conjuncts(filter);
  const isSought = ({ kind }: QueryNode) => kind === 'text' || kind === 'tag';
  const compile = (node: QueryNode) => conditionSql(node, context, parameters);
  return {
    plain: terms.filter((node) => !isSought(node)).map(compile),
    sought: terms.filter(isSought).map(compile),
    steady: terms.every(({ kind }) => kind === 'status'),
  };
}

const conjuncts = (node: QueryNode): readonly QueryNode[] =>
  node.kind === 'and' ? node.children.flatMap(conjuncts) : [node];

/** True, false or unknown, as in SQL: a task without a due date is neither before nor after anything. */
function conditionSql(node: QueryNode, context: FilterContext, parameters: Parameters): string {
  const inner = (child: QueryNode) => conditionSql(child, context, parameters);
  switch (node.kind) {
    case 'and':
      return joined(node.children.map(inner), 'and', 'true');
    case 'or':
      return joined(node.children.map(inner), 'or', 'false');
    case 'not':
      return `(${inner(node.child)}) is not true`;
    case 'text':
      return textSql(searchText(node.value), node.exact, parameters);
    case 'status':
      // Written out, not as a parameter: the index on pending tasks must be seen to fit.
      return `t.status = '${STATUS[node.value]}'`;
    case 'priority':
      return `t.priority ${COMPARISON[node.op]} ${parameters.add(node.rank)}::smallint`;
    case 'tag':
      return `t.tag_keys @> array[${parameters.add(searchText(node.value))}::text]`;
    case 'project':
      return projectSql(node.value, parameters);
    case 'date':
      return node.field === 'due'
        ? dueDaysSql(node.from, node.to, context.time_zone, parameters)
        : rangeSql(COLUMN[node.field], startOf(node.from, context), startOf(node.to, context), parameters);
    case 'overdue':
      return overdueSql(context, parameters);
    case 'is':
      return node.value === 'recurring' ? 't.recurrence_rule is not null' : 't.parent_id is not null';
    case 'has':
      return HAS[node.value];
    case 'parent':
      return node.id === null ? 't.parent_id is null' : idSql('t.parent_id', node.id, parameters);
    case 'due_instant':
      return dueBetweenSql(node.from, node.to, parameters);
  }
}

const STATUS = { pending: 'pending', completed: 'completed', missed: 'missed' } as const;
const COMPARISON = { '=': '=', '<': '<', '<=': '<=', '>': '>', '>=': '>=' } as const;
const COLUMN = { created: 't.created_at', updated: 't.updated_at', completed: 't.completed_at' } as const;
const HAS = {
  due: 't.due_at is not null',
  reminder: `t.reminders::text <> '[]'`,
  description: `t.description <> ''`,
  subtasks: 'exists (select from task c where c.parent_id = t.id)',
} as const;

/** Never null, so that tasks without a date come last and one index has them all. */
export const DUE = `coalesce(t.due_at, 'infinity'::timestamptz)`;

const joined = (conditions: string[], word: 'and' | 'or', none: string): string =>
  conditions.length === 0 ? none : `(${conditions.join(` ${word} `)})`;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

const idSql = (column: string, id: string, parameters: Parameters): string =>
  UUID.test(id) ? `${column} = ${parameters.add(id)}::uuid` : 'false';

/** By name or id; asked once, so that the tasks of the one project found are read in the order of its index. */
function projectSql(value: string, parameters: Parameters): string {
  const name = `p.name_key = ${parameters.add(searchText(value))}`;
  if (!UUID.test(value)) return `t.project_id = (select p.id from project p where p.owner_id = $1 and ${name})`;
  const id = `p.id = ${parameters.add(value)}::uuid`;
  return `t.project_id = (select p.id from project p where p.owner_id = $1 and (${id} or ${name}) order by ${id} desc limit 1)`;
}

function rangeSql(column: string, from: string | null, to: string | null, parameters: Parameters): string {
  const bounds = [];
  if (from !== null) bounds.push(`${column} >= ${parameters.add(from)}::timestamptz`);
  if (to !== null) bounds.push(`${column} < ${parameters.add(to)}::timestamptz`);
  return joined(bounds, 'and', 'true');
}

const dueBetweenSql = (from: string | null, to: string | null, parameters: Parameters): string =>
  `(t.due_at is not null and ${rangeSql(DUE, from, to, parameters)})`;

/** The first instant of a local day. */
const startOf = (date: string | null, { time_zone }: Pick<FilterContext, 'time_zone'>): string | null =>
  date === null ? null : Temporal.PlainDate.from(date).toZonedDateTime(time_zone).toInstant().toString();

/**
 * Offsets lie within 16 hours of UTC: no instant of a local day, anywhere, is further outside that day in UTC. So the
 * bounds in UTC can use the index, and what is exact looks only at what lies between them.
 */
const OFFSET_HOURS_MAX = 16;

const utcBound = (date: string | null, hours: number): string | null =>
  date === null ? null : Temporal.PlainDate.from(date).toZonedDateTime('UTC').add({ hours }).toInstant().toString();

/** All-day tasks are due on their date, wherever the user is; timed ones on the day that it is for the user. */
function dueDaysSql(from: string | null, to: string | null, time_zone: string, parameters: Parameters): string {
  const days = [];
  if (from !== null) days.push(`t.due_date collate "C" >= ${parameters.add(from)}`);
  if (to !== null) days.push(`t.due_date collate "C" < ${parameters.add(to)}`);
  const timed = rangeSql('t.due_at', startOf(from, { time_zone }), startOf(to, { time_zone }), parameters);
  const outer = dueBetweenSql(utcBound(from, -OFFSET_HOURS_MAX), utcBound(to, OFFSET_HOURS_MAX), parameters);
  return `(${outer} and case when length(t.due_date) = 10 then ${joined(days, 'and', 'true')} else ${timed} end)`;
}

/** Pending, and its time has passed: for an all-day task, its whole day. */
function overdueSql({ now, time_zone }: FilterContext, parameters: Parameters): string {
  const today = now.toZonedDateTimeISO(time_zone).toPlainDate().toString();
  const day = `t.due_date collate "C" < ${parameters.add(today)}`;
  const time = `t.due_at < ${parameters.add(now.toString())}::timestamptz`;
  const outer = dueBetweenSql(null, utcBound(today, 24 + OFFSET_HOURS_MAX), parameters);
  return `(t.status = 'pending' and ${outer} and case when length(t.due_date) = 10 then ${day} else ${time} end)`;
}
