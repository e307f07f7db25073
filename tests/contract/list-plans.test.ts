/** Lists stay quick however many tasks a user has: this looks at the plans and at what they read, not at the clock. */
import { queryStore } from '@taskflow/adapters/postgres/query-store.ts';
import { parseFilter } from '@taskflow/core/domain/filter.ts';
import { readSort } from '@taskflow/core/usecases/list-tasks.ts';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { withDatabases } from '../support/databases.ts';
import { type OpenStore, openStore } from '../support/store.ts';
import { anAccount } from '../support/store-records.ts';

const NOW = Temporal.Instant.from('2026-06-15T10:00:00Z');

/** Words and tags of every frequency, and one tag whose tasks are all without a date, at the end of the order. */
const FILL = `
with owner as (
  select $1::uuid as id, (select id from project where owner_id = $1) as inbox
), homes as (
  insert into project (id, owner_id, name, name_key, position, version, created_at, updated_at)
  select gen_random_uuid(), id, 'Home', 'home', 'a1', 1, now(), now() from owner returning id
)
insert into task (id, owner_id, project_id, title, description, status, priority, tags, tag_keys, due_date, due_at, time_zone,
  repeat_from, missed_policy, reminders, position, version, created_at, updated_at, title_key, search_text, words_short)
select gen_random_uuid(), owner.id, case when n % 10 = 0 then homes.id else owner.inbox end, words, '',
  case when n % 3 = 0 then 'completed' else 'pending' end, n % 5, tags, tags,
  case when n % 4 = 3 then null else to_char(due, 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"') end,
  case when n % 4 = 3 then null else due end, 'UTC', 'due', 'keep', '[]', 'i' || lpad(n::text, 9, '0'), 1,
  timestamptz '2026-01-01Z' + n * interval '1 minute', timestamptz '2026-01-01Z' + n * interval '1 minute',
  words, words, case when n % 500 = 1 then '{go}' else '{}' end::text[]
from owner, homes, generate_series(1, $2::int) n,
  lateral (select timestamptz '2026-06-15Z' + (n * 7919 % 1000 - 300) * interval '5 hours' as due) d,
  lateral (select case when n % 10 = 0 then '{home}' when n % 40 = 3 then '{undated}' when n % 500 = 1 then '{rare}' else '{}' end::text[] as tags) g,
  lateral (select 'task number ' || n || ' of them' || case when n % 2 = 0 then ' common' else '' end
    || case when n % 100 = 5 then ' seldom' else '' end || case when n % 1000 = 7 then ' zebra' else '' end as words) w`;

interface Explained {
  plan: string;
  pages: number;
  rows: number;
}

withDatabases('plans of lists', (server) => {
  let store: OpenStore;
  let small: string;
  let large: string;
  beforeAll(async () => {
    store = await openStore(server);
    [small, large] = [(await anAccount(store.pool)).owner_id, (await anAccount(store.pool)).owner_id];
    // Longer than any statement of ours may take.
    const client = new pg.Client(store.connection);
    await client.connect();
    await client.query(FILL, [small, 2_000]);
    await client.query(FILL, [large, 40_000]);
    for (let others = 0; others < 10; others += 1)
      await client.query(FILL, [(await anAccount(store.pool)).owner_id, 200]);
    await client.query('vacuum analyze');
    await client.end();
  });
  afterAll(() => store?.close());

  /** Runs a list with its statements explained; what it reads is counted over all of them. */
  async function explain(owner_id: string, filter: string, sort: string): Promise<Explained> {
    const seen: Explained = { plan: '', pages: 0, rows: 0 };
    const query = async ({ text, values }: { text: string; values: unknown[] }) => {
      const explained = await store.pool.query(`explain (analyze, buffers, timing off) ${text}`, values);
      const plan = explained.rows.map((row) => row['QUERY PLAN'] as string).join('\n');
      seen.plan += `${plan}\n`;
      for (const [, kind, pages] of (plan.split('\n')[1] ?? '').matchAll(/(hit|read)=(\d+)/g))
        seen.pages += kind ? Number(pages) : 0;
      const result = await store.pool.query(text, values);
      seen.rows = result.rows[0].found;
      return result;
    };
    await queryStore({ query } as unknown as pg.Pool).listTasks({
      owner_id,
      filter: parseFilter(filter, { today: '2026-06-15' }),
      sort: readSort(sort),
      cursor: null,
      limit: 50,
      now: NOW,
      time_zone: 'UTC',
    });
    return seen;
  }

  const served: [string, string, string][] = [
    ['status:pending', 'due_date', 'task_pending'],
    ['', 'created_at', 'task_created'],
    ['', '-created_at', 'task_created'],
    ['', '-updated_at', 'task_updated'],
    ['', 'due_date', 'task_due'],
    ['', '-due_date', 'task_due_last'],
    ['', '-priority', 'task_priority'],
    ['', 'title', 'task_title'],
    ['', 'position', 'task_position'],
    ['project:home', 'position', 'task_project'],
    ['is:overdue', 'due_date', 'task_pending'],
    ['due:today', 'due_date', 'task_due'],
  ];
  for (const [filter, sort, index] of served) {
    it(`reads one page of "${filter}" by ${sort} along ${index}, whether there are 2,000 tasks or 40,000`, async () => {
      const [few, many] = [await explain(small, filter, sort), await explain(large, filter, sort)];
      expect(many.plan).toContain(index);
      expect(many.plan).not.toContain('Seq Scan on task ');
      expect(many.rows).toBe(51);
      // Seven pages a row and a few to find the first: less than the small one's when that has no full page.
      expect(many.pages).toBeLessThan(Math.max(few.pages * 1.3, 51 * 7));
    });
  }

  const sought: [string, string][] = [
    ['common', 'created_at'],
    ['seldom', 'created_at'],
    ['zebra', 'created_at'],
    ['zebra seldom', 'due_date'],
    ['nowhere', 'created_at'],
    ['go', 'created_at'],
    ['tag:home', 'due_date'],
    ['tag:rare', 'created_at'],
    ['tag:undated status:pending', 'due_date'],
    ['zebra', 'title'],
  ];
  for (const [filter, sort] of sought) {
    it(`finds "${filter}" by ${sort} without reading all there is`, async () => {
      const { plan, pages } = await explain(large, filter, sort);
      expect(plan).not.toContain('Seq Scan on task ');
      // All tasks of this owner lie on about 1,600 pages, and reading them by an index visits 40,000.
      expect(pages).toBeLessThan(3_200);
    });
  }
});
