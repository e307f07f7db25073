/** A reminder arrives at its moment, in the page and as a notification of the system, and can be answered at once. */
import type { Task } from '@taskflow/core/contracts/task.ts';
import { expect, test } from 'vitest';
import { eventually, group, message, reminderCard, rows, useTaskFlow, type Visitor } from './support.ts';

const app = useTaskFlow();
const LATE_MS_MAX = 1_000;

interface Arrival {
  title: string;
  at_ms: number;
}
declare global {
  var arrivals: { cards: Arrival[]; system: Arrival[] };
}

/** The page itself writes down when it showed what: no round trip to the test lies in between. */
async function recordArrivals({ page, context }: Visitor): Promise<void> {
  await context.addInitScript(() => {
    const arrivals: typeof globalThis.arrivals = { cards: [], system: [] };
    globalThis.arrivals = arrivals;
    const note = (list: Arrival[], title: string) => {
      if (!list.some((one) => one.title === title)) list.push({ title, at_ms: Date.now() });
    };
    new MutationObserver(() => {
      for (const card of document.querySelectorAll('.notifications .card button:first-child'))
        note(arrivals.cards, card.textContent ?? '');
    }).observe(document, { subtree: true, childList: true });
    const Real = globalThis.Notification;
    globalThis.Notification = class extends Real {
      constructor(title: string, options?: NotificationOptions) {
        super(title, options);
        note(arrivals.system, title);
      }
    };
  });
  const live = page.waitForResponse(/\/api\/events/);
  await page.reload();
  await live;
  await page.getByRole('heading', { name: 'A fresh start' }).waitFor();
}

async function dueInThreeSeconds({ addTask }: Visitor, title: string): Promise<number> {
  const moment_ms = Math.ceil((Date.now() + 3_000) / 1_000) * 1_000;
  await addTask({ title, due_date: new Date(moment_ms).toISOString() });
  return moment_ms;
}

const lateness = (arrival: Arrival | undefined, moment_ms: number) => (arrival ? arrival.at_ms - moment_ms : null);

test('a reminder is shown within a second of its moment and never early, by the system too where that is allowed', async () => {
  const visitor = await app.signedUp({ permissions: ['notifications'] });
  const { page } = visitor;
  await recordArrivals(visitor);
  const moment_ms = await dueInThreeSeconds(visitor, 'Take the cake out');
  await reminderCard(page, 'Take the cake out').waitFor();
  await eventually(() => page.evaluate(() => globalThis.arrivals.system.length)).toBe(1);

  const { cards, system } = await page.evaluate(() => globalThis.arrivals);
  for (const arrival of [cards[0], system[0]]) {
    expect(arrival?.title).toBe('Take the cake out');
    expect(lateness(arrival, moment_ms)).toBeGreaterThanOrEqual(0);
    expect(lateness(arrival, moment_ms)).toBeLessThan(LATE_MS_MAX);
  }

  await reminderCard(page, 'Take the cake out').getByRole('button', { name: 'Done' }).click();
  await reminderCard(page, 'Take the cake out').waitFor({ state: 'detached' });
  await message(page, 'Completed “Take the cake out”').waitFor();
  await eventually(() => rows(page, 'Take the cake out').count()).toBe(0);
});

test('without permission the card alone comes; snoozed, it comes again at the new moment and not before', async () => {
  const visitor = await app.signedUp();
  const { page, api } = visitor;
  await recordArrivals(visitor);
  await dueInThreeSeconds(visitor, 'Call the bank');
  const card = reminderCard(page, 'Call the bank');
  await card.waitFor();
  const pressed_ms = Date.now();
  await card.getByRole('button', { name: 'Snooze 10 min' }).click();
  await card.waitFor({ state: 'detached' });
  await message(page, /^“Call the bank” comes again: (Today|Tomorrow) \d{1,2}:\d\d$/).waitFor();
  expect(await page.evaluate(() => globalThis.arrivals.system)).toEqual([]);

  const { body } = await api<{ items: Task[] }>('GET', '/api/tasks');
  const moments = body.items[0]!.reminders.flatMap((one) => ('at' in one ? [Date.parse(one.at) - pressed_ms] : []));
  expect(moments).toHaveLength(1);
  expect(moments[0]).toBeGreaterThanOrEqual(600_000);
  expect(moments[0]).toBeLessThan(615_000);
  // It is answered for good: not there again when the page is opened anew.
  const read = page.waitForResponse(/\/api\/notifications/);
  await page.reload();
  await Promise.all([read, rows(page, 'Call the bank').waitFor()]);
  expect(await card.count()).toBe(0);
});

test('a card is answered in every tab, and goes when its task is done elsewhere', async () => {
  const visitor = await app.signedUp();
  const { page } = visitor;
  const other = await visitor.tab();
  await other.goto('/dashboard');
  await other.getByRole('heading', { name: 'A fresh start' }).waitFor();
  await dueInThreeSeconds(visitor, 'Water the plants');
  await dueInThreeSeconds(visitor, 'Close the window');
  for (const title of ['Water the plants', 'Close the window'])
    await Promise.all([page, other].map((one) => reminderCard(one, title).waitFor()));

  await reminderCard(page, 'Water the plants').getByRole('button', { name: 'Dismiss' }).click();
  await reminderCard(other, 'Water the plants').waitFor({ state: 'detached' });

  const { body } = await visitor.api<{ items: Task[] }>('GET', '/api/tasks?q=window');
  await visitor.api('POST', `/api/tasks/${body.items[0]!.id}/complete`, {});
  await Promise.all([page, other].map((one) => reminderCard(one, 'Close the window').waitFor({ state: 'detached' })));
});

test('on a phone two cards are shown at a time, and the rest are counted', async () => {
  const { page, api, addTask } = await app.signedUp({ viewport: { width: 390, height: 844 } });
  const at = new Date(Date.now() + 2_000).toISOString();
  for (const title of ['One', 'Two', 'Three', 'Four']) await addTask({ title, due_date: null, reminders: [{ at }] });
  await eventually(async () => (await api<{ items: unknown[] }>('GET', '/api/notifications')).body.items.length).toBe(
    4,
  );
  const reminders = group(page, 'Reminders');
  await reminders.getByText('2 more').waitFor();
  expect(await reminders.getByRole('button', { name: 'Done' }).count()).toBe(2);
  await page.setViewportSize({ width: 1280, height: 800 });
  await reminders.getByText('1 more').waitFor();
  await reminders.getByRole('button', { name: 'Dismiss all' }).click();
  await eventually(() => reminders.getByRole('button', { name: 'Done' }).count()).toBe(0);
});
