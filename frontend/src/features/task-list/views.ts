/** The views of the list: which tasks belong to each, what it asks of the API, and in which groups it shows them. */
import type { Task } from '@taskflow/core/contracts/task.ts';
import { dueIn, type Group, groupOf } from '../../lib/dates.ts';
import type { Tasks } from './task-store.ts';

export type View = { kind: 'all' | 'today' | 'upcoming' | 'completed' } | { kind: 'project'; project_id: string };

export interface Section {
  group: Group | 'completed';
  tasks: Task[];
}

export const GROUP_NAMES: Record<Section['group'], string> = {
  overdue: 'Overdue',
  today: 'Today',
  upcoming: 'Upcoming',
  no_date: 'No date',
  completed: 'Completed',
};
const GROUPS: readonly Group[] = ['overdue', 'today', 'upcoming', 'no_date'];
const VIEW_GROUPS: Record<'all' | 'today' | 'upcoming' | 'project', readonly Group[]> = {
  all: GROUPS,
  project: GROUPS,
  today: ['overdue', 'today'],
  upcoming: ['upcoming'],
};
const COMPLETED_SHOWN_MAX = 200;

export function viewOf(params: URLSearchParams): View {
  const project_id = params.get('project');
  if (project_id) return { kind: 'project', project_id };
  const kind = params.get('view');
  return { kind: kind === 'today' || kind === 'upcoming' || kind === 'completed' ? kind : 'all' };
}

/** Of a view that is not about today. */
export const viewName = ({ kind }: View): string | null =>
  kind === 'upcoming' || kind === 'completed' ? GROUP_NAMES[kind] : null;

export function viewPath(view: View): string {
  if (view.kind === 'project') return `/dashboard?project=${view.project_id}`;
  return view.kind === 'all' ? '/dashboard' : `/dashboard?view=${view.kind}`;
}

/** What to ask of the API for a view. Today and upcoming are parts of the whole list, which starts with them. */
export function viewQuery(view: View): Record<string, string> {
  if (view.kind === 'completed') return { status: 'completed', sort: '-updated_at' };
  if (view.kind === 'project') return { status: 'pending', sort: 'due_date', project_id: view.project_id };
  return { status: 'pending', sort: 'due_date' };
}

export function sectionsOf(tasks: Tasks, view: View, now_ms: number, zone: string): Section[] {
  if (view.kind === 'completed') return completed(tasks);
  const sections = new Map<Group, Task[]>(VIEW_GROUPS[view.kind].map((group) => [group, []]));
  for (const task of tasks.values()) {
    if (task.status !== 'pending') continue;
    if (view.kind === 'project' && task.project_id !== view.project_id) continue;
    sections.get(groupOf(task.due_date, now_ms, zone))?.push(task);
  }
  return [...sections]
    .filter(([, list]) => list.length > 0)
    .map(([group, list]) => ({ group, tasks: list.sort(byDue(zone)) }));
}

function completed(tasks: Tasks): Section[] {
  const list = [...tasks.values()]
    .filter((task) => task.status === 'completed')
    .sort((a, b) => (b.completed_at ?? b.updated_at).localeCompare(a.completed_at ?? a.updated_at));
  return list.length === 0 ? [] : [{ group: 'completed', tasks: list.slice(0, COMPLETED_SHOWN_MAX) }];
}

/** By due moment in the user's zone, an all-day task before the timed ones of its day, the older task first. */
const byDue = (zone: string) => (a: Task, b: Task) =>
  compare(dueKey(a, zone), dueKey(b, zone)) || compare(a.created_at, b.created_at) || compare(a.id, b.id);

function dueKey({ due_date }: Task, zone: string): string {
  if (due_date === null) return '';
  const { date, time } = dueIn(zone, due_date);
  return `${date} ${time ?? ''}`;
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
