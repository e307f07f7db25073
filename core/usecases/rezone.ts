/** When the rules of time zones change, 09:00 stays 09:00: due dates, reminders and appearances are worked out anew. */
import { dueAt, rezoneDueDate } from '../domain/due-date.ts';
import type { SeriesRecord, TaskRecord } from '../domain/model.ts';
import { withNext } from '../domain/series.ts';
import { inWorkspace } from './context.ts';
import type { RingDeps } from './ring.ts';

const TZDATA = 'tzdata';
const BATCH = 500;

/** `tzdata`: the version of the rules this process goes by. Returns how many tasks and series moved. */
export async function rezone(deps: RingDeps, tzdata: string): Promise<number> {
  if ((await deps.ledger.installation(TZDATA)) === tzdata) return 0;
  let moved = 0;
  for (let after: string | null = null; ; ) {
    const tasks: TaskRecord[] = await deps.ledger.datedTasks(after, BATCH);
    moved += await forEachOwner(deps, tasks, rezoneTasks);
    if (tasks.length < BATCH) break;
    after = tasks[tasks.length - 1]!.id;
  }
  for (let after: string | null = null; ; ) {
    const series: SeriesRecord[] = await deps.ledger.liveSeries(after, BATCH);
    moved += await forEachOwner(deps, series, rezoneSeries);
    if (series.length < BATCH) break;
    after = series[series.length - 1]!.id;
  }
  await deps.ledger.setInstallation(TZDATA, tzdata);
  return moved;
}

type Rezone = (deps: RingDeps, owner_id: string, ids: string[]) => Promise<number>;

async function forEachOwner(
  deps: RingDeps,
  records: readonly { id: string; owner_id: string }[],
  work: Rezone,
): Promise<number> {
  let moved = 0;
  for (const [owner_id, owned] of Map.groupBy(records, (record) => record.owner_id)) {
    moved += await work(
      deps,
      owner_id,
      owned.map((record) => record.id),
    );
  }
  return moved;
}

async function contextOf(deps: RingDeps, owner_id: string) {
  const settings = await deps.store.settings(owner_id);
  return settings === null ? null : { settings, traceparent: null, if_match: null, answer: null };
}

async function rezoneTasks(deps: RingDeps, owner_id: string, ids: string[]): Promise<number> {
  const context = await contextOf(deps, owner_id);
  if (context === null) return 0;
  return await inWorkspace(deps, context, async (workspace) => {
    await workspace.loadTasks(ids);
    workspace.setLedgerBefore(await deps.store.ledgerRows(owner_id, ids));
    let moved = 0;
    for (const id of ids) {
      const task = await workspace.findTask(id);
      if (task?.due_date == null || task.status !== 'pending') continue;
      const due_date = rezoneDueDate(task.due_date, task.time_zone, true);
      const due_at = dueAt(due_date, task.time_zone, context.settings.day_start);
      if (workspace.putTask({ ...task, due_date, due_at }).version !== task.version) moved += 1;
    }
    return moved;
  });
}

async function rezoneSeries(deps: RingDeps, owner_id: string, ids: string[]): Promise<number> {
  const context = await contextOf(deps, owner_id);
  if (context === null) return 0;
  return await inWorkspace(deps, context, async (workspace) => {
    await workspace.loadSeries(ids);
    workspace.setLedgerBefore(await deps.store.ledgerRows(owner_id, ids));
    let moved = 0;
    for (const id of ids) {
      const series = await workspace.findSeries(id);
      if (series === null) continue;
      if (workspace.putSeries(withNext(series, context.settings, workspace.now)).version !== series.version) moved += 1;
    }
    return moved;
  });
}
