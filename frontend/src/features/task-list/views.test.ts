import { expect, test } from 'vitest';
import { aTask } from '../../testing/a-task.ts';
import { sectionsOf, type View, viewName, viewOf, viewPath } from './views.ts';

const NOW = Date.parse('2026-11-24T12:00:00+01:00');
const tasks = new Map(
  [
    aTask({ id: 'late', due_date: '2026-11-23' }),
    aTask({ id: 'noon', due_date: '2026-11-24T15:00:00+01:00' }),
    aTask({ id: 'all-day', due_date: '2026-11-24' }),
    aTask({ id: 'evening', due_date: '2026-11-24T09:30:00-05:00', project_id: 'home' }),
    aTask({ id: 'next', due_date: '2026-12-01' }),
    aTask({ id: 'someday' }),
    aTask({ id: 'done', status: 'completed', completed_at: '2026-11-24T08:00:00Z' }),
    aTask({ id: 'missed', status: 'missed', due_date: '2026-11-22' }),
  ].map((task) => [task.id, task]),
);
const shown = (view: View) =>
  sectionsOf(tasks, view, NOW, 'Europe/Berlin').map(({ group, tasks }) => [group, tasks.map((task) => task.id)]);

test('all pending tasks are in their groups, by time of day, all-day ones first', () => {
  expect(shown({ kind: 'all' })).toEqual([
    ['overdue', ['late']],
    // 9:30 in New York is 15:30 in Berlin.
    ['today', ['all-day', 'noon', 'evening']],
    ['upcoming', ['next']],
    ['no_date', ['someday']],
  ]);
});

test('each view shows its own', () => {
  expect(shown({ kind: 'today' }).map(([group]) => group)).toEqual(['overdue', 'today']);
  expect(shown({ kind: 'upcoming' })).toEqual([['upcoming', ['next']]]);
  expect(shown({ kind: 'project', project_id: 'home' })).toEqual([['today', ['evening']]]);
  expect(shown({ kind: 'completed' })).toEqual([['completed', ['done']]]);
});

test.each<View>([{ kind: 'all' }, { kind: 'today' }, { kind: 'completed' }, { kind: 'project', project_id: 'p' }])(
  'the address of %o leads back to it',
  (view) => {
    expect(viewOf(new URL(viewPath(view), 'http://localhost').searchParams)).toEqual(view);
  },
);

test('an unknown view is the whole list', () => {
  expect(viewOf(new URLSearchParams('view=nonsense'))).toEqual({ kind: 'all' });
});

test('a view that is not about today has a name to stand above it', () => {
  expect(viewName({ kind: 'completed' })).toBe('Completed');
  expect(viewName({ kind: 'upcoming' })).toBe('Upcoming');
  expect(viewName({ kind: 'today' })).toBeNull();
  expect(viewName({ kind: 'all' })).toBeNull();
});
