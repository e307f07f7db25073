/** What became of a notification on each channel, once a channel: what has been delivered stays delivered. */
import type { Receipt } from '@taskflow/core/contracts/jobs.ts';
import type pg from 'pg';
import { instantSql } from './task-json.ts';

/** The deliveries of the notification in the row `n`, as JSON. */
export const deliveriesSql = (n: string): string => `coalesce((
    select json_agg(json_build_object('channel', d.channel, 'status', d.status, 'attempts', d.attempts,
      'reason', d.reason, 'at', ${instantSql('d.at')}) order by d.channel)
    from delivery d where d.notification_id = ${n}.id), '[]'::json) as deliveries`;

export async function keepReceipt(pool: pg.Pool, receipt: Receipt): Promise<void> {
  const { notification_id, channel, status, attempts, reason, at } = receipt;
  await pool.query({
    name: 'keep_receipt',
    text: KEEP,
    values: [notification_id, channel, status, attempts, reason, at],
  });
}

/** The row is locked so that it is still there when the delivery refers to it. Receipts may come twice and in any order. */
const KEEP = `
insert into delivery (notification_id, channel, status, attempts, reason, at)
select n.id, $2, $3, $4::int, $5, $6::timestamptz from notification n where n.id = $1 for key share
on conflict (notification_id, channel) do update
set status = excluded.status, attempts = excluded.attempts, reason = excluded.reason, at = excluded.at
where delivery.status = 'failed' and (excluded.status = 'delivered' or excluded.at > delivery.at)`;
