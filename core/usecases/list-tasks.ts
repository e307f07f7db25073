/** A page of the user's tasks: the filter line and the plain parameters together, in the order asked for. */
import type { Priority, Status } from '../contracts/task.ts';
import { PRIORITIES } from '../contracts/task.ts';
import { dueAt, localDate, readDueDate } from '../domain/due-date.ts';
import { invalid } from '../domain/failure.ts';
import { parseFilter } from '../domain/filter.ts';
import type { JsonPage, QueryNode, SortKey, TaskQuery } from '../ports.ts';
import type { Deps, RequestContext } from './context.ts';

export interface ListParams {
  filter?: string | undefined;
  sort?: string | undefined;
  cursor?: string | undefined;
  limit?: number | undefined;
  status?: Status | undefined;
  priority?: Priority | undefined;
  tag?: string | undefined;
  project_id?: string | undefined;
  /** `null`, as the word, asks for tasks that are nobody's child. */
  parent_id?: string | undefined;
  due_before?: string | undefined;
  due_after?: string | undefined;
  q?: string | undefined;
}

export const LIST_LIMIT_DEFAULT = 50;
const SORT_KEYS: readonly SortKey[] = ['due_date', 'priority', 'created_at', 'updated_at', 'title', 'position'];

export function listTasks(deps: Deps, context: RequestContext, params: ListParams): Promise<JsonPage> {
  const { owner_id, time_zone } = context.settings;
  const now = deps.clock.now();
  return deps.store.listTasks({
    owner_id,
    filter: readConditions(params, context, now),
    sort: readSort(params.sort ?? 'created_at'),
    cursor: params.cursor ?? null,
    limit: params.limit ?? LIST_LIMIT_DEFAULT,
    now,
    time_zone,
  });
}

/** `-priority,due_date`: keys in order of weight, `-` for descending, each at most once. */
export function readSort(text: string): TaskQuery['sort'] {
  const keys = text.split(',').map((part) => {
    const key = part.trim().replace(/^-/, '') as SortKey;
    if (!SORT_KEYS.includes(key))
      throw invalid('sort', `knows ${SORT_KEYS.join(', ')}, each with - for descending, but not ${part}`);
    return { key, descending: part.trim().startsWith('-') };
  });
  if (new Set(keys.map(({ key }) => key)).size < keys.length) throw invalid('sort', 'names a key twice');
  return keys;
}

function readConditions(params: ListParams, context: RequestContext, now: Temporal.Instant): QueryNode | null {
  const { time_zone, day_start } = context.settings;
  const children: QueryNode[] = [];
  const filter = params.filter === undefined ? null : parseFilter(params.filter, { today: localDate(now, time_zone) });
  if (filter !== null) children.push(filter);
  if (params.status !== undefined) children.push({ kind: 'status', value: params.status });
  if (params.priority !== undefined)
    children.push({ kind: 'priority', op: '=', rank: PRIORITIES.indexOf(params.priority) as 0 });
  if (params.tag !== undefined) children.push({ kind: 'tag', value: params.tag });
  if (params.project_id !== undefined) children.push({ kind: 'project', value: params.project_id });
  if (params.parent_id !== undefined)
    children.push({ kind: 'parent', id: params.parent_id === 'null' ? null : params.parent_id });
  const instant = (value: string | undefined, field: string) =>
    value === undefined
      ? null
      : dueAt(readDueDate(value, time_zone, field), time_zone, value.length === 10 ? '00:00' : day_start);
  const [from, to] = [instant(params.due_after, 'due_after'), instant(params.due_before, 'due_before')];
  if (from !== null || to !== null) children.push({ kind: 'due_instant', from, to });
  for (const word of (params.q ?? '').split(/\s+/).filter((part) => part !== ''))
    children.push({ kind: 'text', value: word, exact: false });
  return children.length === 0 ? null : { kind: 'and', children };
}
