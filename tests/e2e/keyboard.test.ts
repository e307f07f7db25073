/** Everything can be done without a mouse, and it is always visible where one is. */
import type { Task } from '@taskflow/core/contracts/task.ts';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { editor, eventually, message, rows, useTaskFlow } from './support.ts';

const app = useTaskFlow();

interface Stop {
  name: string;
  visible: boolean;
}

/** What has the focus, and whether one sees it: a ring around it, its row, its label, or the box of the quick-add line. */
const stop = (page: Page): Promise<Stop> =>
  page.evaluate(() => {
    const focused = document.activeElement;
    if (!(focused instanceof HTMLElement) || focused === document.body) return { name: 'nothing', visible: false };
    const ringed = ({ outlineStyle, outlineWidth }: CSSStyleDeclaration) =>
      outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2;
    const box = focused.closest('.quick-add');
    const around = focused.closest('label');
    const visible =
      ringed(getComputedStyle(focused)) ||
      ringed(getComputedStyle(focused, '::after')) ||
      (around !== null && ringed(getComputedStyle(around))) ||
      (box !== null && getComputedStyle(box).boxShadow !== 'none');
    const { top, bottom, left, right } = focused.getBoundingClientRect();
    const inside = bottom > 0 && top < innerHeight && right > 0 && left < innerWidth;
    const labels = focused instanceof HTMLInputElement ? [...(focused.labels ?? [])].map((one) => one.textContent) : [];
    const name = [focused.getAttribute('aria-label'), ...labels, focused.textContent?.trim(), focused.id].find(Boolean);
    return { name: name ?? focused.outerHTML.slice(0, 60), visible: visible && inside };
  });

/** Presses Tab until something of that name has the focus, looking at every stop. */
async function tabTo(page: Page, name: string | RegExp, key = 'Tab'): Promise<void> {
  const passed: string[] = [];
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press(key);
    const now = await stop(page);
    passed.push(now.name);
    if (now.name === 'nothing') continue;
    expect(now, 'one does not see where the focus is').toEqual({ name: now.name, visible: true });
    if (typeof name === 'string' ? now.name.includes(name) : name.test(now.name)) return;
  }
  throw new Error(`Tab never reached ${name}, but: ${passed.join(', ')}`);
}

const focusIs = (page: Page, name: string) => eventually(() => stop(page)).toEqual({ name, visible: true });

test('signing in, adding, moving, completing, editing and deleting', async () => {
  const visitor = await app.signedUp();
  const { page, email, password, api } = visitor;
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());

  await tabTo(page, 'E-mail');
  await page.keyboard.type(email);
  await tabTo(page, 'Password');
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'A fresh start' }).waitFor();

  await page.keyboard.press('q');
  await focusIs(page, 'Add a task');
  for (const title of ['First', 'Second', 'Third']) {
    await page.keyboard.type(title);
    await page.keyboard.press('Enter');
    await rows(page, title).waitFor();
  }
  await page.keyboard.press('Escape');

  // From row to row; the ends hold.
  await page.keyboard.press('j');
  await focusIs(page, 'First');
  await page.keyboard.press('j');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await focusIs(page, 'Third');
  await page.keyboard.press('k');
  await focusIs(page, 'Second');

  await page.keyboard.press('x');
  await eventually(() => rows(page, 'Second').count()).toBe(0);
  await focusIs(page, 'Third');

  await page.keyboard.press('e');
  await editor(page).getByRole('button', { name: 'Save' }).waitFor();
  await focusIs(page, 'Third');
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.type('Third, renamed');
  await tabTo(page, 'Tomorrow');
  await page.keyboard.press('Space');
  await tabTo(page, 'Save');
  await page.keyboard.press('Enter');
  await editor(page).waitFor({ state: 'detached' });
  await focusIs(page, 'Third, renamed');

  await page.keyboard.press('Delete');
  await eventually(() => rows(page, 'Third, renamed').count()).toBe(0);
  await focusIs(page, 'First');
  await page.keyboard.press('z');
  await rows(page, 'Third, renamed').waitFor();
  const { body } = await api<{ items: Task[] }>('GET', '/api/tasks?sort=title');
  expect(body.items.map((task) => `${task.title}: ${task.status}`)).toEqual([
    'First: pending',
    'Second: completed',
    'Third, renamed: pending',
  ]);
});

test('a task is moved to another project in the editor', async () => {
  const visitor = await app.signedUp();
  const { page, api } = visitor;
  await api('POST', '/api/projects', { name: 'Garden' });
  await page.reload();
  await page.getByRole('link', { name: 'Garden' }).waitFor();
  await visitor.addTask({ title: 'Prune the roses', due_date: null });
  await rows(page, 'Prune the roses').waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await editor(page).waitFor();
  await editor(page).getByLabel('Project').focus();
  await page.keyboard.type('Gar');
  await page.keyboard.press('ControlOrMeta+Enter');
  await editor(page).waitFor({ state: 'detached' });
  await eventually(() => rows(page, 'Prune the roses').innerText()).toContain('Garden');
});

test('every stop of the dashboard is visible, in both directions, and none is a trap', async () => {
  const visitor = await app.signedUp();
  const { page } = visitor;
  for (const title of ['One', 'Two']) await visitor.addTask({ title, due_date: null });
  await rows(page, 'Two').waitFor();
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await tabTo(page, 'All tasks');
  await tabTo(page, 'Keyboard shortcuts');
  await tabTo(page, 'Add a task');
  await tabTo(page, 'Complete One');
  await tabTo(page, /^Two$/);
  await tabTo(page, 'Complete One', 'Shift+Tab');
  await tabTo(page, 'Add a task', 'Shift+Tab');
  await tabTo(page, 'All tasks', 'Shift+Tab');
});

test('a dialog keeps the focus inside, closes with Escape and gives the focus back', async () => {
  const visitor = await app.signedUp();
  const { page } = visitor;
  await visitor.addTask({ title: 'Sort the photos', due_date: null });
  await rows(page, 'Sort the photos').waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await editor(page).getByRole('button', { name: 'Save' }).waitFor();
  await focusIs(page, 'Sort the photos');
  await tabTo(page, 'Cancel');
  await tabTo(page, 'Complete');
  await page.keyboard.press('Escape');
  await editor(page).waitFor({ state: 'detached' });
  await focusIs(page, 'Sort the photos');

  await page.keyboard.press('?');
  const shortcuts = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await shortcuts.waitFor();
  await page.keyboard.press('j');
  expect(await shortcuts.evaluate((dialog) => dialog.contains(document.activeElement))).toBe(true);
  await page.keyboard.press('Escape');
  await shortcuts.waitFor({ state: 'detached' });
  await focusIs(page, 'Sort the photos');
  expect(await message(page, /./).count()).toBe(0);
});
