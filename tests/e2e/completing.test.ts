/** A task is done with one press, the next occurrence stands there at once, and one press takes it all back. */
import type { Task } from '@taskflow/core/contracts/task.ts';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { eventually, message, quickAdd, rows, useTaskFlow, type Visitor } from './support.ts';

const app = useTaskFlow();

const daysShown = (page: Page): Promise<(string | null)[]> =>
  rows(page, 'Read the meter')
    .locator('time')
    .evaluateAll((all) => all.map((one) => one.getAttribute('datetime')));

async function pendingDays({ api }: Visitor): Promise<(string | null)[]> {
  const { body } = await api<{ items: Task[] }>('GET', '/api/tasks?status=pending');
  return body.items.map((one) => one.due_date);
}

/** A weekly task that comes next in a year, so that no day boundary changes what is shown. */
async function aSeries(visitor: Visitor): Promise<void> {
  await visitor.addTask({ title: 'Read the meter', due_date: FIRST, recurrence_rule: 'weekly', reminders: [] });
  await eventually(() => daysShown(visitor.page)).toEqual([FIRST]);
}
const FIRST = Temporal.Now.plainDateISO().add({ years: 1 }).toString();
const SECOND = Temporal.PlainDate.from(FIRST).add({ weeks: 1 }).toString();

const completeBox = (page: Page) => page.getByRole('checkbox', { name: 'Complete Read the meter' });

test('by mouse: the next occurrence appears, and undo takes both back', async () => {
  const visitor = await app.signedUp();
  const { page } = visitor;
  await aSeries(visitor);
  await completeBox(page).click();
  await eventually(() => daysShown(page)).toEqual([SECOND]);
  expect(await pendingDays(visitor)).toEqual([SECOND]);

  await page.getByRole('button', { name: 'Undo' }).click();
  await eventually(() => daysShown(page)).toEqual([FIRST]);
  await eventually(() => pendingDays(visitor)).toEqual([FIRST]);
  expect(await completeBox(page).isChecked()).toBe(false);
});

test('by keyboard: x completes what has the focus, z takes it back', async () => {
  const visitor = await app.signedUp();
  const { page } = visitor;
  await aSeries(visitor);
  await rows(page, 'Read the meter').getByRole('button').focus();
  await page.keyboard.press('x');
  await eventually(() => daysShown(page)).toEqual([SECOND]);
  await page.keyboard.press('Escape');
  await page.keyboard.press('z');
  await eventually(() => daysShown(page)).toEqual([FIRST]);
  await eventually(() => pendingDays(visitor)).toEqual([FIRST]);
});

test('undo pressed before the server has answered is carried out after it', async () => {
  const visitor = await app.signedUp();
  const { page } = visitor;
  await aSeries(visitor);
  let answer: () => void = () => {};
  const held = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await page.route('**/complete', async (route) => {
    await held;
    await route.continue();
  });
  await completeBox(page).click();
  await page.getByRole('button', { name: 'Undo' }).click();
  answer();
  await page.waitForResponse(/\/reopen$/);
  await eventually(() => daysShown(page)).toEqual([FIRST]);
  expect(await pendingDays(visitor)).toEqual([FIRST]);
});

test('what was completed is found under Completed and can be reopened there', async () => {
  const { page } = await app.signedUp();
  await quickAdd(page, 'Post the letter');
  await page.getByRole('checkbox', { name: 'Complete Post the letter' }).click();
  await page.getByRole('heading', { name: 'All done' }).waitFor();
  await page.getByRole('link', { name: 'Completed' }).click();
  await page.getByRole('checkbox', { name: 'Reopen Post the letter' }).click();
  await page.getByRole('heading', { name: 'Nothing is completed yet' }).waitFor();
  await page.getByRole('link', { name: 'All tasks' }).click();
  await rows(page, 'Post the letter').waitFor();
});

test('a deletion can be undone for as long as it is offered, and is final when the page is left', async () => {
  const visitor = await app.signedUp();
  const { page, api } = visitor;
  await quickAdd(page, 'Old idea');
  await rows(page, 'Old idea').getByRole('button').focus();
  await page.keyboard.press('Delete');
  await message(page, 'Deleted “Old idea”').waitFor();
  expect(await rows(page, 'Old idea').count()).toBe(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await rows(page, 'Old idea').waitFor();

  await rows(page, 'Old idea').getByRole('button').focus();
  await page.keyboard.press('Delete');
  await message(page, 'Deleted “Old idea”').waitFor();
  await page.goto('about:blank');
  await eventually(async () => (await api<{ items: Task[] }>('GET', '/api/tasks')).body.items).toEqual([]);
});
