import { describe, expect, test } from 'vitest';
import { aTask } from '../../testing/a-task.ts';
import { concernsSeries, type Form, formOf, patchOf, rebase, tagsOf } from './form-state.ts';

const task = aTask({
  due_date: '2026-12-01T09:00:00+01:00',
  recurrence_rule: 'FREQ=MONTHLY;BYMONTHDAY=1',
  series_id: 'series',
  tags: ['bills'],
  reminders: [
    { id: 'r1', offset: '-P1D' },
    { id: 'r2', at: '2026-11-30T17:00:30Z' },
  ],
});
const edit = (change: Partial<Form>, of = task) => patchOf({ ...formOf(of), ...change }, of);

test('what was not changed is not sent', () => {
  expect(edit({})).toEqual({});
  expect(edit({}, aTask())).toEqual({});
});

test('the form shows wall-clock time of the task’s own zone', () => {
  const form = formOf(aTask({ due_date: '2026-12-01T09:00:00-05:00', time_zone: 'America/New_York' }));
  expect([form.date, form.time]).toEqual(['2026-12-01', '09:00']);
});

describe('a due date', () => {
  test('is sent as wall-clock time', () => {
    expect(edit({ time: '10:30' })).toEqual({ due_date: '2026-12-01T10:30:00' });
    expect(edit({ time: '' })).toEqual({ due_date: '2026-12-01' });
  });

  test('that goes takes the rule along, which would have nothing to start from', () => {
    expect(edit({ date: '', time: '' })).toEqual({ due_date: null, recurrence_rule: null });
  });
});

test('on a newer version of the task only what was changed here is sent', () => {
  const elsewhere = aTask({ ...task, version: 2, priority: 'high', due_date: '2026-12-02T09:00:00+01:00' });
  const form = rebase({ ...formOf(task), title: 'Mine', time: '10:00' }, task, elsewhere);
  expect(patchOf(form, elsewhere)).toEqual({ title: 'Mine', due_date: '2026-12-02T10:00:00' });
});

test('a rule, its counting and its policy concern the series, a title does not', () => {
  expect(concernsSeries(edit({ recurrence_rule: 'FREQ=DAILY' }))).toBe(true);
  expect(concernsSeries(edit({ missed_policy: 'roll' }))).toBe(true);
  expect(concernsSeries(edit({ title: 'Pay the rent', time: '10:00' }))).toBe(false);
});

describe('reminders', () => {
  const rows = formOf(task).reminders;
  test('keep their ids, so that only what changed is set anew', () => {
    const added = { key: 'new 1', kind: 'offset', offset: '-PT15M' } as const;
    expect(edit({ reminders: [...rows, added] })).toEqual({
      reminders: [{ id: 'r1', offset: '-P1D' }, { id: 'r2', at: '2026-11-30T17:00:30Z' }, { offset: '-PT15M' }],
    });
    expect(edit({ reminders: [] })).toEqual({ reminders: [] });
  });

  test('at a moment of their own are in the zone of the task', () => {
    const own = { key: 'new 1', kind: 'at', date: '2026-12-01', time: '08:00' } as const;
    expect(edit({ reminders: [own] })).toEqual({ reminders: [{ at: '2026-12-01T07:00:00.000Z' }] });
  });
});

test('tags are split at commas, without doubles whatever their case', () => {
  expect(tagsOf(' bills, @Home ,, BILLS ')).toEqual(['bills', 'Home']);
  expect(edit({ tags: 'bills' })).toEqual({});
  expect(edit({ tags: '' })).toEqual({ tags: [] });
});
