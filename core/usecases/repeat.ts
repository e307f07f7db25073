/** What completing, skipping, changing and ringing have in common: starting a series and bringing its next occurrence, once. */
import { dueAt, instantText, localDate } from '../domain/due-date.ts';
import { invalid } from '../domain/failure.ts';
import type { SeriesRecord, TaskRecord, Template } from '../domain/model.ts';
import { parseRule } from '../domain/recurrence.ts';
import { advance, appearsAt, dueDateOf, withNext } from '../domain/series.ts';
import { anchorOf } from '../domain/task.ts';
import { copySubtasks, subtaskTemplates } from './repeat-subtasks.ts';
import type { Workspace } from './workspace.ts';

/** How many of the newest occurrences are looked at to keep one from coming twice. */
const TAKEN_MAX = 1_000;

/** Makes a dated task the first occurrence of a new series. */
export function startRepeating(workspace: Workspace, task: TaskRecord, rule: string): TaskRecord {
  const { settings, now } = workspace;
  const anchor = readAnchor(task.due_date);
  const at = instantText(now);
  const series: SeriesRecord = {
    id: workspace.domain.newId(),
    owner_id: task.owner_id,
    recurrence_rule: parseRule(rule, anchor, task.time_zone),
    anchor,
    time_zone: task.time_zone,
    exceptions: [],
    repeat_from: task.repeat_from,
    missed_policy: task.missed_policy,
    paused: false,
    ended_at: null,
    latest_occurrence: anchor,
    latest_task_id: task.id,
    next_occurrence: null,
    appears_at: null,
    occurrence_count: 1,
    template: templateOf(task),
    version: 1,
    created_at: at,
    updated_at: at,
  };
  workspace.putSeries(withNext(series, settings, now));
  workspace.claim(series.id, anchor, 'open', task.id);
  return workspace.putTask({
    ...task,
    series_id: series.id,
    occurrence: anchor,
    recurrence_rule: series.recurrence_rule,
  });
}

export function readAnchor(due_date: string | null): string {
  if (due_date === null) throw invalid('recurrence_rule', 'needs a due_date to start from');
  return anchorOf(due_date);
}

/** What later occurrences are made of. A reminder at a fixed instant belongs to one occurrence and is not repeated. */
export function templateOf(task: TaskRecord): Template {
  const { title, description, priority, tags, project_id, parent_id, position } = task;
  const reminders = task.reminders.filter((reminder) => 'offset' in reminder);
  return { title, description, priority, tags, project_id, parent_id, position, reminders, subtasks: [] };
}

/**
 * Makes the occurrence that comes now, if one does, and records those passed over. `completed`: the latest one is done
 * or skipped, so the next comes at once.
 */
export async function bringNext(
  workspace: Workspace,
  series: SeriesRecord,
  completed: boolean,
): Promise<TaskRecord | null> {
  const { settings, now } = workspace;
  const taken = await workspace.store.occurrences(workspace.owner_id, series.id, TAKEN_MAX);
  const ahead = { ...series, exceptions: [...series.exceptions, ...taken.map((past) => past.occurrence)] };
  const step = advance(ahead, settings, now, completed ? localDate(now, series.time_zone) : null);
  if (step === null) {
    workspace.putSeries(withNext(series, settings, now));
    return null;
  }
  for (const occurrence of step.missed) workspace.claim(series.id, occurrence, 'missed', null);
  const task = await makeOccurrence(workspace, series, step.occurrence);
  workspace.claim(series.id, step.occurrence, 'open', task.id);
  const next = {
    ...series,
    latest_occurrence: step.occurrence,
    latest_task_id: task.id,
    occurrence_count: series.occurrence_count + 1,
  };
  workspace.putSeries(withNext({ ...next, template: { ...series.template, subtasks: [] } }, settings, now));
  return task;
}

async function makeOccurrence(workspace: Workspace, series: SeriesRecord, occurrence: string): Promise<TaskRecord> {
  const { settings, now } = workspace;
  const { subtasks, ...fields } = series.template;
  const latest = series.latest_task_id === null ? null : await workspace.findTask(series.latest_task_id);
  const copies = latest === null ? subtasks : await subtaskTemplates(workspace, latest);
  const due_date = dueDateOf(occurrence, series.time_zone);
  const at = instantText(now);
  // Reminders count from when it should have appeared: what came due while nothing ran is late, not lost.
  const appears = appearsAt(series, occurrence, settings);
  const since = Temporal.Instant.compare(appears, now) < 0 ? appears : now;
  const task = workspace.putTaskSince(
    {
      id: workspace.domain.newId(),
      owner_id: series.owner_id,
      ...fields,
      ...(await livePlace(workspace, series.template)),
      position: latest?.position ?? series.template.position,
      status: 'pending',
      due_date,
      due_at: dueAt(due_date, series.time_zone, settings.day_start),
      time_zone: series.time_zone,
      recurrence_rule: series.recurrence_rule,
      repeat_from: series.repeat_from,
      missed_policy: series.missed_policy,
      series_id: series.id,
      occurrence,
      version: 1,
      created_at: at,
      updated_at: at,
      completed_at: null,
    },
    since,
  );
  await copySubtasks(workspace, task, copies, { from: series.latest_occurrence, to: occurrence, since });
  return task;
}

/** A project or parent that has gone since does not stop a task from coming back. */
async function livePlace(
  workspace: Workspace,
  template: Template,
): Promise<{ project_id: string; parent_id: string | null }> {
  const parent = template.parent_id === null ? null : await workspace.findTask(template.parent_id);
  if (parent !== null) return { project_id: parent.project_id, parent_id: parent.id };
  const { inbox_id } = workspace.settings;
  if (template.project_id === inbox_id) return { project_id: inbox_id, parent_id: null };
  const lives = (await workspace.projects()).some((project) => project.id === template.project_id);
  return { project_id: lives ? template.project_id : inbox_id, parent_id: null };
}

/** Nothing more appears; what has been stays in the history. */
export function endSeries(workspace: Workspace, series: SeriesRecord): void {
  workspace.putSeries({
    ...series,
    ended_at: series.ended_at ?? instantText(workspace.now),
    appears_at: null,
    next_occurrence: null,
  });
}
