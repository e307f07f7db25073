/** Snoozing tells a person again later: it adds a reminder at that moment to the task, and takes the notification as read. */
import type { Notification, Snooze } from '../contracts/model.ts';
import { instantText } from '../domain/due-date.ts';
import { conflict, notFound } from '../domain/failure.ts';
import type { TaskRecord } from '../domain/model.ts';
import { snoozeUntil } from '../domain/reminders.ts';
import { type Deps, inWorkspace, type RequestContext } from './context.ts';
import { findNotification } from './read-notification.ts';
import type { Workspace } from './workspace.ts';

/** A reminder at an instant is not in the way for ever: of those that have passed so many are kept on a task. */
const PASSED_KEPT_MAX = 10;

export const snoozeNotification = (
  deps: Deps,
  context: RequestContext,
  id: string,
  snooze: Snooze,
): Promise<{ notification: Notification; task: TaskRecord }> =>
  inWorkspace(deps, context, async (workspace) => {
    const notification = await findNotification(workspace, id);
    const task = await workspace.findTask(notification.task_id);
    if (task === null) throw notFound('task');
    if (task.status !== 'pending') throw conflict('The task is done, so there is nothing to be reminded of.');
    const at = snoozeUntil(snooze, workspace.now);
    const updated = {
      ...notification,
      snoozed_until: instantText(Temporal.Instant.from(at)),
      read_at: notification.read_at ?? instantText(workspace.now),
    };
    workspace.also('notifications_updated', updated);
    return { notification: updated, task: addReminder(workspace, task, at) };
  });

function addReminder(workspace: Workspace, task: TaskRecord, at: string): TaskRecord {
  if (task.reminders.some((reminder) => 'at' in reminder && reminder.at === at)) return task;
  const isPassed = (reminder: TaskRecord['reminders'][number]) =>
    'at' in reminder && Temporal.Instant.compare(Temporal.Instant.from(reminder.at), workspace.now) <= 0;
  const passed = task.reminders.filter(isPassed);
  const dropped = new Set(passed.slice(0, Math.max(0, passed.length - PASSED_KEPT_MAX)).map((reminder) => reminder.id));
  const reminders = task.reminders.filter((reminder) => !dropped.has(reminder.id));
  return workspace.putTask({ ...task, reminders: [...reminders, { id: workspace.domain.newId(), at }] });
}
