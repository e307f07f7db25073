/**
 * Pictures of the page with an example list, wide and narrow, light and dark: `node scripts/screenshots.ts FOLDER`.
 * The README's `docs/dashboard.png` is `FOLDER/dashboard-1280-light.png`.
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchBrowser } from '../tests/support/browser.ts';
import { until } from '../tests/support/client.ts';
import { startTree } from '../tests/support/process-tree.ts';

const LINE = 'Dentist every 6 months on the 3rd at 8:30am #Family @health remind 1 day before';
const ZONE = 'Europe/Berlin';
const SHAPES = [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
];
const SCHEMES = ['light', 'dark'] as const;
const ACCOUNT = { email: 'robin@example.org', password: 'as long as you like' };

const folder = process.argv[2];
if (folder === undefined) {
  console.error('Where to? node scripts/screenshots.ts FOLDER');
  process.exit(1);
}
mkdirSync(folder, { recursive: true });
const [browser, tree] = await Promise.all([launchBrowser(), startTree()]);
try {
  await fillList(browser, tree.url);
  for (const viewport of SHAPES)
    for (const colorScheme of SCHEMES) {
      const context = await newContext(browser, tree.url, { viewport, colorScheme });
      await picture(context, path.join(folder, `sign-in-${viewport.width}-${colorScheme}.png`));
      await signIn(context, 'sign-in');
      await pictures(await context.newPage(), (name) =>
        path.join(folder, `${name}-${viewport.width}-${colorScheme}.png`),
      );
      await context.close();
    }
} finally {
  await browser.close();
  await tree.stop();
}

type Shape = Pick<NonNullable<Parameters<Browser['newContext']>[0]>, 'viewport' | 'colorScheme'>;

function newContext(browser: Browser, baseURL: string, shape: Shape): Promise<BrowserContext> {
  return browser.newContext({ baseURL, locale: 'en-GB', timezoneId: ZONE, reducedMotion: 'reduce', ...shape });
}

async function post(context: BrowserContext, path: string, data: unknown, method = 'POST'): Promise<void> {
  const answer = await context.request.fetch(path, { method, headers: { origin: tree.url }, data });
  if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`);
}

function signIn(context: BrowserContext, how: 'sign-in' | 'sign-up'): Promise<void> {
  return post(context, `/api/auth/${how}/email`, how === 'sign-up' ? { name: 'Robin', ...ACCOUNT } : ACCOUNT);
}

/** What a person may have in the list on an ordinary day; times are chosen so that each stays in its group. */
async function fillList(browser: Browser, url: string): Promise<void> {
  const context = await newContext(browser, url, {});
  await signIn(context, 'sign-up');
  await post(context, '/api/settings', { time_zone: ZONE }, 'PATCH');
  const now = Temporal.Now.zonedDateTimeISO(ZONE);
  const first = now.toPlainDate().add({ months: 1 }).with({ day: 1 });
  const day = (days: number) => now.toPlainDate().add({ days }).toString();
  for (const line of [
    'Call the insurance @phone !high',
    'Read the lease #Home',
    'Learn the second verse @music',
    'Sort the photos of the summer #Family',
  ])
    await post(context, '/api/tasks/quick-add', { text: line });
  const reminders: unknown[] = [];
  for (const task of [
    { title: 'Return the library books', due_date: day(-3), tags: ['errands'] },
    { title: 'Send the invoice to Northwind', due_date: `${day(-1)}T17:00`, priority: 'urgent', tags: ['work'] },
    {
      title: 'Water the plants',
      due_date: day(0),
      recurrence_rule: 'FREQ=DAILY;INTERVAL=3',
      repeat_from: 'completion',
    },
    { title: 'Stretch for ten minutes', due_date: day(0), recurrence_rule: 'FREQ=DAILY' },
    { title: 'Put the bins out', due_date: `${day(0)}T23:30`, recurrence_rule: 'FREQ=WEEKLY', priority: 'medium' },
    {
      title: 'Pay rent',
      due_date: `${first}T09:00`,
      recurrence_rule: 'FREQ=MONTHLY;BYMONTHDAY=1',
      priority: 'high',
      tags: ['bills'],
      reminders: [{ offset: '-P1D' }],
    },
    { title: 'Lunch with Ada and Kim', due_date: `${day(1)}T12:30`, tags: ['friends'] },
    { title: 'Back up the laptop', due_date: day(4), recurrence_rule: 'FREQ=WEEKLY;INTERVAL=2', priority: 'low' },
    { title: 'Renew the passport', due_date: day(40), description: 'Photo, old passport, form', tags: ['papers'] },
  ])
    await post(context, '/api/tasks', { reminders, ...task });
  const moment = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 1_000).toISOString();
  await post(context, '/api/tasks', {
    title: 'Take the bread out of the oven',
    due_date: null,
    reminders: [{ at: moment }],
  });
  await until('the reminder', async () => {
    const answer = await context.request.get('/api/notifications');
    return (await answer.json()).items.length > 0;
  });
  await context.close();
}

async function picture(context: BrowserContext, file: string): Promise<void> {
  const page = await context.newPage();
  await page.goto('/sign-in');
  await page.screenshot({ path: file });
  await page.close();
}

async function pictures(page: Page, file: (name: string) => string): Promise<void> {
  await page.goto('/dashboard');
  await page.locator('.card').waitFor();
  const field = page.getByRole('textbox', { name: 'Add a task' });
  await page.locator('[data-task]').nth(10).waitFor();
  await page.screenshot({ path: file('list') });
  await field.fill(LINE);
  await page.locator('.quick-add-marks mark').nth(3).waitFor();
  await page.screenshot({ path: file('dashboard') });
  await page.screenshot({ path: file('dashboard-whole'), fullPage: true });
  await field.fill('');
  await page.getByRole('button', { name: 'Pay rent', exact: true }).click();
  await page.getByRole('button', { name: 'Pause' }).waitFor();
  await page.screenshot({ path: file('editor') });
  await page.locator('.editor-body').evaluate((body) => body.scrollTo(0, body.scrollHeight));
  await page.screenshot({ path: file('editor-end') });
  await page.keyboard.press('Escape');
  await page.mouse.move(0, 0);
  await page.keyboard.press('j');
  await page.screenshot({ path: file('focus') });
  await page.keyboard.press('x');
  await page.getByRole('button', { name: 'Undo' }).waitFor();
  await page.screenshot({ path: file('undo') });
  await page.keyboard.press('z');
  await page.goto('/dashboard?view=completed');
  await page.getByRole('heading', { name: 'Nothing is completed yet' }).waitFor();
  await page.locator('.card').waitFor();
  const menu = page.getByRole('button', { name: 'Menu' });
  if (await menu.isVisible()) await menu.click();
  await page.screenshot({ path: file('nothing') });
}
