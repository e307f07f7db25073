/** A bound on what runs at once, with a queue that may be left. */
import { expect, it } from 'vitest';
import { makeSlots } from './slots.ts';

it('gives so many at once, then in the order of asking', async () => {
  const slots = makeSlots(2);
  const { signal } = new AbortController();
  const got: number[] = [];
  const ask = (number: number) => slots.take(signal).then(() => got.push(number));
  await Promise.all([ask(1), ask(2)]);
  const others = [ask(3), ask(4)];
  await new Promise((resolve) => setImmediate(resolve));
  expect(got).toEqual([1, 2]);
  slots.giveBack();
  slots.giveBack();
  await Promise.all(others);
  expect(got).toEqual([1, 2, 3, 4]);
});

it('whoever leaves the queue takes nothing with him', async () => {
  const slots = makeSlots(1);
  const patience = new AbortController();
  expect(await slots.take(patience.signal)).toBe(true);
  const impatient = slots.take(patience.signal);
  patience.abort();
  expect(await impatient).toBe(false);
  expect(await slots.take(patience.signal)).toBe(false);
  slots.giveBack();
  expect(await slots.take(patience.signal)).toBe(true);
});
