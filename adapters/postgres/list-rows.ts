/** Pages of projects, tags, notifications and saved filters, each in the one order that people expect of it. */
import type { JsonPage, PageQuery } from '@taskflow/core/ports.ts';
import type pg from 'pg';
import { cursorText, isId, isText, isTime, readCursor } from './cursor.ts';
import { deliveriesSql } from './deliveries.ts';
import { instantSql } from './task-json.ts';

export interface RowList {
  name: string;
  table: string;
  /** As the contract names them, in its order. */
  columns: string;
  key: string;
  type: string;
  accepts(value: string): boolean;
  descending: boolean;
  where?: string;
}

const TIMES = `${instantSql('r.created_at')} as created_at, ${instantSql('r.updated_at')} as updated_at`;
const byText = { type: 'text collate "C"', accepts: isText, descending: false };
const byTime = { type: 'timestamptz', accepts: isTime, descending: true };

export const PROJECTS: RowList = {
  name: 'projects',
  table: 'project',
  columns: `r.id, r.owner_id, r.name, r.color, r.is_inbox, r.position, r.version, ${TIMES}`,
  // The Inbox first, then the order by hand.
  key: `(case when r.is_inbox then '' else r.position end) collate "C"`,
  ...byText,
};

export const TAGS: RowList = {
  name: 'tags',
  table: 'tag',
  columns: `r.id, r.owner_id, r.name, r.color, r.version, ${TIMES}`,
  key: 'r.name_key collate "C"',
  ...byText,
};

export const SAVED_FILTERS: RowList = {
  name: 'saved_filters',
  table: 'saved_filter',
  columns: `r.id, r.owner_id, r.name, r.filter, r.sort, r.version, ${TIMES}`,
  key: 'r.name_key collate "C"',
  ...byText,
};

export const NOTIFICATIONS: RowList = {
  name: 'notifications',
  table: 'notification',
  columns: `r.id, r.owner_id, r.task_id, r.reminder_id, r.message, r.due_date,
    ${instantSql('r.scheduled_for')} as scheduled_for, r.late_by, ${instantSql('r.created_at')} as created_at,
    ${instantSql('r.read_at')} as read_at, ${instantSql('r.snoozed_until')} as snoozed_until,
    ${deliveriesSql('r')}`,
  key: 'r.created_at',
  ...byTime,
};

export const UNREAD_NOTIFICATIONS: RowList = { ...NOTIFICATIONS, name: 'unread', where: 'r.read_at is null' };

export async function listRows(pool: pg.Pool, list: RowList, query: PageQuery): Promise<JsonPage> {
  const after = readCursor(query.cursor, list.name, [list, { accepts: isId }]);
  const { rows } = await pool.query<{ items: string | null; last: string[] | null }>({
    name: `list.${list.name}${after === null ? '' : '.after'}`,
    text: pageSql(list, after !== null),
    values: [query.owner_id, query.limit, ...(after ?? [])],
  });
  const { items = null, last = null } = rows[0] ?? {};
  return { items_json: `[${items ?? ''}]`, next_cursor: last === null ? null : cursorText(list.name, last) };
}

function pageSql(list: RowList, has_cursor: boolean): string {
  const direction = list.descending ? ' desc' : '';
  const conditions = ['r.owner_id = $1'];
  if (list.where !== undefined) conditions.push(list.where);
  if (has_cursor) conditions.push(`(${list.key}, r.id) ${list.descending ? '<' : '>'} ($3::${list.type}, $4::uuid)`);
  return `
with page as materialized (
  select row_number() over () as n, r.* from (
    select r.*, ${list.key} as page_key from ${list.table} r where ${conditions.join(' and ')}
    order by ${list.key}${direction}, r.id${direction} limit $2::int + 1
  ) r
)
select string_agg((select row_to_json(item)::text from (select ${list.columns}) item), ',' order by n) filter (where n <= $2::int) as items,
  (select array[page_key::text, id::text] from page where n = $2::int and exists (select from page where n > $2::int)) as last
from page r`;
}
