/** A receiver that is away for a night is told in the morning, and one that never comes back is given up. */
import { expect, it } from 'vitest';
import { PAUSES_S, pauseAfter } from './delivery-pauses.ts';

it('a dozen tries, with pauses that never shrink, over more than a night', () => {
  const pauses = Array.from({ length: 12 }, (_, index) => pauseAfter(index + 1, PAUSES_S));
  expect(pauses.at(-1)).toBeNull();
  const given = pauses.slice(0, -1) as number[];
  expect(given[0]).toBe(10);
  expect(given.toSorted((a, b) => a - b)).toEqual(given);
  expect(given.reduce((sum, pause_s) => sum + pause_s)).toBeGreaterThan(12 * 3_600);
});

it('no pause at all is one try', () => {
  expect(pauseAfter(1, [])).toBeNull();
});
