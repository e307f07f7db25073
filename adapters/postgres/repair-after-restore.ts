/**
 * A log restored into another cluster goes on in order. Places in the log are transaction ids, and a new cluster counts
 * them from the start: events of the old one would lie in the future, never to be read, and new ones before them.
 */
import type pg from 'pg';

export async function repairAfterRestore(pool: pg.Pool): Promise<boolean> {
  const { rows } = await pool.query<{ foreign: boolean }>(`select ${FOREIGN} as foreign`);
  if (!rows[0]?.foreign) return false;
  const client = await pool.connect();
  try {
    await client.query(`begin; lock table relay_place, event in share row exclusive mode`);
    await client.query(REBASE);
    await client.query('commit');
    return true;
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  } finally {
    client.release();
  }
}

/** No transaction that can be seen has an id at or beyond the next one to be given out, unless it is from elsewhere. */
const FOREIGN = `(exists (select 1 from event where xid >= pg_snapshot_xmax(pg_current_snapshot()))
  or exists (select 1 from relay_place where xid >= pg_snapshot_xmax(pg_current_snapshot())))`;

/**
 * All events that are there move to one transaction id before every new one, in their old order, under new numbers of the
 * sequence: no old place names another event afterwards, so whoever resumes from one is told to load anew.
 */
const REBASE = `
with numbered as (
  select xid, seq, nextval('event_seq') as new_seq
  from (select distinct xid, seq from event order by xid, seq) as old
), moved as (
  update event e set xid = '1', seq = n.new_seq from numbered n where e.xid = n.xid and e.seq = n.seq
)
update relay_place r
set xid = '1', seq = coalesce((select max(new_seq) from numbered n where (n.xid, n.seq) <= (r.xid, r.seq)), 0)
where ${FOREIGN}`;
