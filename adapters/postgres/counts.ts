/** The numbers beside the lists: what is pending, by day, project and tag, in one look at the pending tasks. */
import type { TaskCounts } from '@taskflow/core/contracts/task.ts';
import type pg from 'pg';
import { type Conditions, filterSql, parameters } from './filter-sql.ts';

export async function counts(
  pool: pg.Pool,
  owner_id: string,
  now: Temporal.Instant,
  time_zone: string,
): Promise<TaskCounts> {
  const today = now.toZonedDateTimeISO(time_zone).toPlainDate();
  const tomorrow = today.add({ days: 1 }).toString();
  const values = parameters(owner_id);
  const context = { now, time_zone };
  const condition = ({ plain }: Conditions) => plain.join(' and ');
  const due = (from: string | null, to: string | null) =>
    condition(filterSql({ kind: 'date', field: 'due', from, to }, context, values));
  const { rows } = await pool.query<TaskCounts>({
    name: 'counts',
    text: countsSql({
      today: due(today.toString(), tomorrow),
      upcoming: due(tomorrow, null),
      overdue: condition(filterSql({ kind: 'overdue' }, context, values)),
    }),
    values: values.values,
  });
  return rows[0]!;
}

/** The same conditions as the filters of these names have, so that a number is the length of its list. */
const countsSql = (conditions: { today: string; upcoming: string; overdue: string }): string => `
with pending as materialized (
  select t.project_id, t.tag_keys, t.due_at is null as no_date,
    ${conditions.today} as today, ${conditions.upcoming} as upcoming, ${conditions.overdue} as overdue
  from task t where t.owner_id = $1 and t.status = 'pending'
), by_project as (
  select project_id, count(*)::int as pending, count(*) filter (where today)::int as today,
    count(*) filter (where upcoming)::int as upcoming, count(*) filter (where overdue)::int as overdue,
    count(*) filter (where no_date)::int as no_date
  from pending group by project_id
), by_tag as (
  select key, count(*)::int as pending from pending, unnest(tag_keys) as key group by key
)
select
  coalesce((select c.pending from by_project c join project p on p.id = c.project_id
    where p.owner_id = $1 and p.is_inbox), 0) as inbox,
  coalesce(sum(today), 0)::int as today, coalesce(sum(overdue), 0)::int as overdue,
  coalesce(sum(upcoming), 0)::int as upcoming, coalesce(sum(no_date), 0)::int as no_date,
  coalesce((select json_agg(json_build_object('id', p.id, 'pending', coalesce(c.pending, 0)) order by p.is_inbox desc, p.position, p.id)
    from project p left join by_project c on c.project_id = p.id where p.owner_id = $1), '[]') as projects,
  coalesce((select json_agg(json_build_object('name', g.name, 'pending', coalesce(c.pending, 0)) order by g.name_key)
    from tag g left join by_tag c on c.key = g.name_key where g.owner_id = $1), '[]') as tags
from by_project`;
