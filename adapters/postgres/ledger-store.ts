/** What is due is closed, shown and told in one transaction, once, however many ring at the same time. */
import type { SeriesRecord, TaskRecord } from '@taskflow/core/domain/model.ts';
import type { LedgerStore } from '@taskflow/core/ports.ts';
import type pg from 'pg';
import { keepReceipt } from './deliveries.ts';
import { maintain } from './maintenance.ts';
import { SERIES_COLUMNS } from './record-reader.ts';
import { ringReminders } from './ring-reminders.ts';
import { momentSql, taskRecordSql } from './task-json.ts';

export function ledgerStore(pool: pg.Pool, log: { announce(): void }): LedgerStore {
  return {
    async ringReminders(now, limit, traceparent) {
      const { closed, told } = await ringReminders(pool, now, limit, traceparent);
      if (told > 0) log.announce();
      return closed;
    },
    async dueSeries(now, limit) {
      const { rows } = await pool.query(DUE_SERIES, [now.toString(), limit]);
      return rows;
    },
    async moments(after, to, limit) {
      const { rows } = await pool.query<{ moment: string }>(MOMENTS, [after.toString(), to.toString(), limit + 1]);
      const found = rows.map((row) => row.moment);
      return { moments: found.slice(0, limit), next: found.length > limit ? found[limit - 1]! : null };
    },
    async datedTasks(after_id, limit) {
      const { rows } = await pool.query<{ task: TaskRecord }>(DATED_TASKS, [after_id, limit]);
      return rows.map((row) => row.task);
    },
    async liveSeries(after_id, limit) {
      const { rows } = await pool.query<SeriesRecord>(LIVE_SERIES, [after_id, limit]);
      return rows;
    },
    keepReceipt: (receipt) => keepReceipt(pool, receipt),
    async installation(name) {
      const { rows } = await pool.query<{ value: string }>('select value from installation where name = $1', [name]);
      return rows[0]?.value ?? null;
    },
    async setInstallation(name, value) {
      await pool.query(SET_INSTALLATION, [name, value]);
    },
    maintain: (now, retain_days) => maintain(pool, now, retain_days),
  };
}

const DUE_SERIES = `
select owner_id, series_id, ${momentSql('moment')} as moment from ledger
where kind = 'occurrence' and moment <= $1 order by ledger.moment, id limit $2`;

const MOMENTS = `
select ${momentSql('moment')} as moment from (
  select distinct l.moment from ledger l where l.moment > $1 and l.moment <= $2 order by l.moment limit $3
) distinct_moments order by distinct_moments.moment`;

const DATED_TASKS = `
select ${taskRecordSql('t')} as task from task t
where t.status = 'pending' and t.due_date is not null and ($1::uuid is null or t.id > $1) order by t.id limit $2`;

const LIVE_SERIES = `
select ${SERIES_COLUMNS} from series
where ended_at is null and ($1::uuid is null or id > $1) order by id limit $2`;

const SET_INSTALLATION = `
insert into installation (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value`;
