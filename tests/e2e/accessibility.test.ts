/** axe finds nothing wrong with any state of the page, in light and dark, on a wide and a narrow screen. */
import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import {
  editor,
  group,
  message,
  openEditor,
  quickAdd,
  quickAddField,
  reminderCard,
  rows,
  useTaskFlow,
} from './support.ts';

const app = useTaskFlow();
const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 390, height: 844 };

async function expectNoViolation(page: Page, state: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${state}: ${id}, ${help}: ${node.html} ${node.failureSummary}`),
  );
  expect(found).toEqual([]);
}

/** Nothing sticks out to the side. */
async function expectNoSidewaysScroll(page: Page, state: string): Promise<void> {
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(beyond, state).toBeLessThanOrEqual(0);
}

async function expectSound(page: Page, state: string): Promise<void> {
  await expectNoViolation(page, state);
  await expectNoSidewaysScroll(page, state);
}

describe.each([
  { scheme: 'light', viewport: WIDE },
  { scheme: 'dark', viewport: WIDE },
  { scheme: 'light', viewport: NARROW },
  { scheme: 'dark', viewport: NARROW },
] as const)('$scheme, $viewport.width px wide', ({ scheme, viewport }) => {
  test('signing in, making an account, and a refusal', async () => {
    const visitor = await app.open({ colorScheme: scheme, viewport });
    const { page } = visitor;
    await page.goto('/sign-in');
    await page.getByLabel('E-mail').fill('nobody@example.org');
    await page.getByLabel('Password').fill('not the password');
    visitor.expectFault(/status of 401/);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').filter({ hasText: /\w/ }).waitFor();
    await expectSound(page, 'refused');
    await page.getByRole('button', { name: 'Create an account' }).click();
    await expectSound(page, 'sign-up');
  });

  test('the dashboard empty, with tasks of every kind, a reminder, a message, and the dialogs', async () => {
    const visitor = await app.signedUp({ colorScheme: scheme, viewport });
    const { page, addTask } = visitor;
    await expectSound(page, 'empty');

    const today = Temporal.Now.plainDateISO('Europe/Berlin');
    await addTask({ title: 'Late', due_date: today.subtract({ days: 2 }).toString(), priority: 'urgent' });
    await addTask({ title: 'Now', due_date: today.toString(), priority: 'high', tags: ['home', 'bills'] });
    await addTask({ title: `A ${'very '.repeat(40)}long one`, due_date: today.add({ days: 3 }).toString() });
    await addTask({ title: 'Averylongword'.repeat(12), due_date: null, description: 'With a note' });
    await addTask({ title: 'Water the plants', due_date: today.add({ days: 1 }).toString(), recurrence_rule: 'daily' });
    const moment = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 1_000).toISOString();
    await addTask({ title: 'Ring', due_date: null, reminders: [{ at: moment }] });
    await reminderCard(page, 'Ring').waitFor();
    for (const name of ['Overdue', 'Today', 'Upcoming', 'No date']) await group(page, name).waitFor();
    // A message is there for eight seconds, so it comes last before the look at all of it.
    await quickAdd(page, 'Post the letter #Errands !low');
    await quickAddField(page).fill('Pay rent every month on the 1st at 9am #Home @bills !high remind 1 day before');
    await page.locator('.quick-add-marks mark').nth(5).waitFor();
    await message(page, 'Added “Post the letter”').waitFor();
    await expectSound(page, 'with tasks, reminder, message and marks');

    // The card covers neither the line being written nor the menu.
    await quickAddField(page).click({ trial: true });
    if (viewport === NARROW) await page.getByRole('button', { name: 'Menu' }).click({ trial: true });

    await reminderCard(page, 'Ring').getByRole('button', { name: 'Dismiss' }).click();
    await message(page, 'Added “Post the letter”').waitFor({ state: 'detached' });
    await openEditor(page, 'Water the plants');
    await editor(page).getByRole('button', { name: 'Pause' }).waitFor();
    await expectSound(page, 'editor');
    await page.keyboard.press('Escape');
    await editor(page).waitFor({ state: 'detached' });

    if (viewport === NARROW) {
      await page.getByRole('button', { name: 'Menu' }).click();
      await page.getByRole('link', { name: 'Errands' }).waitFor();
      await expectSound(page, 'menu');
    } else {
      await page.getByRole('button', { name: 'Keyboard shortcuts' }).click();
      await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
      await expectSound(page, 'shortcuts');
    }
    expect(await rows(page, 'Late').count()).toBe(1);
  });
});
