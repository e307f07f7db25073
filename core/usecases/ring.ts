/** Ringing turns everything that is due into notifications, events and next occurrences; ringing again does nothing. */
import type { RingResponse } from '../contracts/jobs.ts';
import type { SeriesRecord, TaskRecord } from '../domain/model.ts';
import { beginsAt, withNext } from '../domain/series.ts';
import { changeStatus } from '../domain/task.ts';
import type { LedgerStore } from '../ports.ts';
import { inWorkspace, type WriteDeps } from './context.ts';
import { bringNext } from './repeat.ts';
import type { Workspace } from './workspace.ts';

export interface RingDeps extends WriteDeps {
  ledger: LedgerStore;
}

/**
 * Rows in one transaction: small enough that the first of thousands are out while the last are worked on. Of 2,000 in one
 * second, p99 late: 193 ms with 250 (138–259 in single bursts), 190 ms with 500, 155 ms with 1,000; p50 always 120 ms.
 */
const REMINDERS_BATCH = 1_000;
/**
 * Transactions side by side: the second takes what the first has not, and is over before bus and streams, which begin with
 * the first commit, want the processor as well. Of 2,000 in one second on a busy machine of two cores, in turns, p99 late:
 * on the engine 366 ms with two and 600 ms with one (p50 305 and 381 ms), in the embedded mode 344 and 371 ms (322 and 265 ms).
 */
const REMINDERS_AT_ONCE = 2;
const SERIES_BATCH = 100;

/** `traceparent` (W3C Trace Context) is that of the ring itself: what comes of it belongs to that trace, unless it has one. */
export async function ring(deps: RingDeps, traceparent: string): Promise<RingResponse> {
  const rung = { reminders: await ringReminders(deps, traceparent), occurrences: 0 };
  // A series may come round several times: an occurrence that appears early for its reminder is followed by the next.
  for (;;) {
    const occurrences = await ringSeries(deps, traceparent);
    if (occurrences === 0) return rung;
    rung.occurrences += occurrences;
    rung.reminders += await ringReminders(deps, traceparent);
  }
}

async function ringReminders(deps: RingDeps, traceparent: string): Promise<number> {
  const shares = await Promise.all(Array.from({ length: REMINDERS_AT_ONCE }, () => ringShare(deps, traceparent)));
  return shares.reduce((sum, share) => sum + share, 0);
}

async function ringShare(deps: RingDeps, traceparent: string): Promise<number> {
  let total = 0;
  for (;;) {
    const rung = await deps.ledger.ringReminders(deps.clock.now(), REMINDERS_BATCH, traceparent);
    total += rung;
    if (rung < REMINDERS_BATCH) return total;
  }
}

/** How many series moved on; one that is being worked on elsewhere is left to whoever does. */
async function ringSeries(deps: RingDeps, traceparent: string): Promise<number> {
  const due = await deps.ledger.dueSeries(deps.clock.now(), SERIES_BATCH);
  let moved = 0;
  for (const { owner_id, series_id } of due) {
    const settings = await deps.store.settings(owner_id);
    if (settings === null) continue;
    const context = { settings, traceparent, if_match: null, answer: null };
    const hasMoved = await inWorkspace(deps, context, (workspace) => ringOne(workspace, series_id));
    if (hasMoved) moved += 1;
  }
  return moved;
}

/** True when the series is further on than it was, so that there is a point in looking again. */
async function ringOne(workspace: Workspace, series_id: string): Promise<boolean> {
  const series = await workspace.findSeries(series_id);
  if (series === null || series.appears_at === null) return false;
  if (Temporal.Instant.compare(Temporal.Instant.from(series.appears_at), workspace.now) > 0) return false;
  const appeared = await bringNext(workspace, series, false);
  if (appeared === null) {
    const again = workspace.putSeries(withNext(series, workspace.settings, workspace.now));
    return again.appears_at !== series.appears_at;
  }
  if (series.missed_policy === 'roll') await rollOver(workspace, series, appeared);
  return true;
}

/**
 * With `roll`, what was not done is missed once the next one has begun. One that only appeared early, for a reminder
 * ahead of it, does not take the day from the one before.
 */
async function rollOver(workspace: Workspace, series: SeriesRecord, appeared: TaskRecord): Promise<void> {
  for (const task of await workspace.pendingOccurrences(series.id)) {
    if (task.id === appeared.id || task.occurrence === null || task.occurrence >= appeared.occurrence!) continue;
    const successorBegan = Temporal.Instant.compare(beginsAt(series, appeared.occurrence!), workspace.now) <= 0;
    if (!successorBegan && !isDayOver(series, task.occurrence, workspace.now)) continue;
    workspace.putTask(changeStatus(task, 'miss', workspace.now));
    workspace.settle(series.id, task.occurrence, 'missed', task.id);
  }
}

function isDayOver(series: SeriesRecord, occurrence: string, now: Temporal.Instant): boolean {
  const day = beginsAt(series, occurrence).toZonedDateTimeISO(series.time_zone).toPlainDate();
  return Temporal.Instant.compare(day.add({ days: 1 }).toZonedDateTime(series.time_zone).toInstant(), now) <= 0;
}
