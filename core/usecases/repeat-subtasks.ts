/** What lies below a repeating task lies below its next occurrence again, pending; what repeats by itself moves over there. */
import { dueAt, isAllDay, LATEST } from '../domain/due-date.ts';
import type { SubtaskTemplate, TaskRecord } from '../domain/model.ts';
import { dueDateOf } from '../domain/series.ts';
import type { Workspace } from './workspace.ts';

export async function subtaskTemplates(workspace: Workspace, task: TaskRecord): Promise<SubtaskTemplate[]> {
  const family = await workspace.descendants(task.id);
  const seen = new Set<string>();
  const below = (parent_id: string): SubtaskTemplate[] =>
    family
      .filter((child) => child.parent_id === parent_id && isFirstOfSeries(child, seen))
      .map((child) => {
        const { title, description, priority, tags, due_date, time_zone, position, series_id } = child;
        const reminders = child.reminders.filter((reminder) => 'offset' in reminder);
        return {
          title,
          description,
          priority,
          tags,
          due_date,
          time_zone,
          reminders,
          position,
          series_id,
          subtasks: series_id === null ? below(child.id) : [],
        };
      });
  return below(task.id);
}

/** A subtask that repeats has left an occurrence for each time it was done; together they are one. */
function isFirstOfSeries({ series_id }: TaskRecord, seen: Set<string>): boolean {
  if (series_id === null) return true;
  const isFirst = !seen.has(series_id);
  seen.add(series_id);
  return isFirst;
}

export interface Shift {
  from: string;
  to: string;
  /** Reminders of the copies count from then. */
  since: Temporal.Instant;
}

export async function copySubtasks(
  workspace: Workspace,
  parent: TaskRecord,
  copies: readonly SubtaskTemplate[],
  shift: Shift,
): Promise<void> {
  for (const { subtasks, series_id = null, ...copy } of copies) {
    if (series_id !== null) {
      await repeatBelow(workspace, series_id, parent.id);
      continue;
    }
    const due_date = copy.due_date === null ? null : shiftDueDate(copy.due_date, copy.time_zone, shift);
    const child = workspace.putTaskSince(
      {
        ...parent,
        ...copy,
        id: workspace.domain.newId(),
        parent_id: parent.id,
        due_date,
        due_at: dueAt(due_date, copy.time_zone, workspace.settings.day_start),
        recurrence_rule: null,
        repeat_from: 'due',
        missed_policy: 'keep',
        series_id: null,
        occurrence: null,
      },
      shift.since,
    );
    await copySubtasks(workspace, child, subtasks, shift);
  }
}

/** What the series brings from now on lies below this task; what it has brought already stays where it is. */
export async function repeatBelow(workspace: Workspace, series_id: string, parent_id: string): Promise<void> {
  const series = await workspace.findSeries(series_id);
  if (series !== null) workspace.putSeries({ ...series, template: { ...series.template, parent_id } });
}

const atMidnight = (local: string): Temporal.PlainDateTime =>
  Temporal.PlainDateTime.from(isAllDay(local) ? `${local}T00:00` : local);

/** As far from the new occurrence as it was from the old one; beyond the last date there is none. */
function shiftDueDate(due_date: string, time_zone: string, { from, to }: Shift): string | null {
  const shift = atMidnight(from).until(atMidnight(to), { largestUnit: 'day' });
  const shifted = isAllDay(due_date)
    ? Temporal.PlainDate.from(due_date).add({ days: shift.days })
    : Temporal.PlainDateTime.from(due_date.slice(0, 19)).add(shift);
  if (shifted.year > Temporal.PlainDate.from(LATEST).year) return null;
  return isAllDay(due_date) ? shifted.toString() : dueDateOf(shifted.toString({ smallestUnit: 'second' }), time_zone);
}
