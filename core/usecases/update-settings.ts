/** Changing when the day starts moves the reminders of all-day tasks with it, in the same transaction. */
import type { SettingsPatch } from '../contracts/model.ts';
import { dueAt, readTimeZone } from '../domain/due-date.ts';
import type { UserSettings } from '../domain/model.ts';
import { readReminders } from '../domain/reminders.ts';
import { withNext } from '../domain/series.ts';
import { type Deps, inWorkspace, type RequestContext } from './context.ts';
import type { Workspace } from './workspace.ts';

/** A new time zone is for what is made from now on; tasks keep the zone they have. */
export const updateSettings = (deps: Deps, context: RequestContext, patch: SettingsPatch): Promise<UserSettings> =>
  inWorkspace(deps, context, async (workspace) => {
    const before = workspace.settings;
    const after: UserSettings = {
      ...before,
      time_zone: patch.time_zone === undefined ? before.time_zone : readTimeZone(patch.time_zone),
      day_start: patch.day_start ?? before.day_start,
      week_start: patch.week_start ?? before.week_start,
      default_reminders: patch.default_reminders ?? before.default_reminders,
    };
    // What a task could not have would make every task with a date fail that is created from now on.
    readReminders(after.default_reminders, [], workspace.domain.newId, 'default_reminders');
    workspace.putSettings(after);
    if (after.day_start !== before.day_start) await moveAllDayTasks(workspace, after);
    return after;
  });

async function moveAllDayTasks(workspace: Workspace, settings: UserSettings): Promise<void> {
  const tasks = await workspace.pendingAllDayTasks();
  await workspace.loadSeries(tasks.flatMap((task) => task.series_id ?? []));
  for (const task of tasks) {
    workspace.putTask({ ...task, due_at: dueAt(task.due_date, task.time_zone, settings.day_start) });
    const series = await workspace.seriesOf(task);
    if (series !== null && series.appears_at !== null) workspace.putSeries(withNext(series, settings, workspace.now));
  }
}
