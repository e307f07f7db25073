import type { Occurrences } from '@taskflow/core/contracts/model.ts';
import { expect, test } from 'vitest';
import { shownOf } from './shown-occurrences.ts';

const day = (n: number) => `2026-11-${String(n).padStart(2, '0')}`;
const past = (n: number, outcome: Occurrences['history'][number]['outcome']) => ({
  occurrence: day(n),
  outcome,
  task_id: null,
  at: `${day(n)}T12:00:00.000Z`,
});
const upcoming = [20, 21, 22, 23, 24, 25, 26, 27, 28].map((n) => ({ occurrence: day(n), due_date: day(n) }));

test('the next dates come after this one, without those that are done or skipped already', () => {
  const history = [past(20, 'open'), past(22, 'skipped'), past(21, 'completed')];
  const { next } = shownOf({ upcoming, history, streak: 1 }, day(20));
  expect(next.map((one) => one.occurrence)).toEqual([23, 24, 25, 26, 27].map(day));
});

test('of a long history the newest are shown, the oldest of them first', () => {
  const history = Array.from({ length: 19 }, (_, index) => past(19 - index, 'completed'));
  const { past: shown } = shownOf({ upcoming, history, streak: 19 }, day(20));
  expect(shown.map((one) => one.occurrence)).toEqual(Array.from({ length: 14 }, (_, index) => day(index + 6)));
});

test('nothing is shown before it is known', () => {
  expect(shownOf(undefined, day(20))).toEqual({ next: [], past: [] });
});
