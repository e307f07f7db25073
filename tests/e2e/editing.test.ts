/** The editor changes what it says it changes: this occurrence or all from here on; what is wrong is said at its field. */
import type { Task } from '@taskflow/core/contracts/task.ts';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import {
  editor,
  eventually,
  faultOf,
  group,
  openEditor,
  quickAdd,
  rows,
  useTaskFlow,
  type Visitor,
} from './support.ts';

const app = useTaskFlow();
const DAY = Temporal.Now.plainDateISO().add({ years: 1 }).with({ month: 3, day: 2 }).toString();
const dayAfter = (days: number) => Temporal.PlainDate.from(DAY).add({ days }).toString();

const save = (page: Page) => editor(page).getByRole('button', { name: 'Save' }).click();
const saved = (page: Page) => editor(page).waitFor({ state: 'detached' });

async function tasks({ api }: Visitor, filter = 'status=pending'): Promise<Task[]> {
  return (await api<{ items: Task[] }>('GET', `/api/tasks?${filter}&sort=due_date`)).body.items;
}

test('due date, rule, reminders, priority, tags and description are saved together', async () => {
  const visitor = await app.signedUp();
  const { page } = visitor;
  await quickAdd(page, 'Clean the gutters');
  const form = await openEditor(page, 'Clean the gutters');
  await form.getByLabel('Due date').fill(DAY);
  await form.getByLabel('Time').fill('14:30');
  await form.getByLabel('Repeat').selectOption('FREQ=MONTHLY;BYMONTHDAY=2');
  await form.getByLabel('If missed').selectOption({ label: 'Move on' });
  await form.getByRole('button', { name: 'Add reminder' }).click();
  await form.getByRole('button', { name: 'Add reminder' }).click();
  await form.getByLabel('Reminder 2: how many').fill('2');
  await form.getByLabel('Reminder 2: unit').selectOption('days');
  await form.getByRole('button', { name: 'At a time' }).click();
  await form.getByLabel('Reminder 3: when').fill(`${DAY}T08:00`);
  await form.getByLabel('Priority').selectOption('urgent');
  await form.getByLabel('Tags').fill('house, @spring');
  await form.getByLabel('Description').fill('The ladder is with Kim.');
  await save(page);
  await saved(page);

  const [task] = await tasks(visitor);
  const at = Temporal.PlainDateTime.from(`${DAY}T08:00`).toZonedDateTime('Europe/Berlin').toInstant();
  expect(task).toMatchObject({
    due_date: `${DAY}T14:30:00+01:00`,
    recurrence_rule: 'FREQ=MONTHLY;BYMONTHDAY=2',
    missed_policy: 'roll',
    reminders: [{ offset: 'PT0S' }, { offset: '-P2D' }, { at: at.toString() }],
    priority: 'urgent',
    tags: ['house', 'spring'],
    description: 'The ladder is with Kim.',
  });
  const text = await rows(group(page, 'Upcoming'), 'Clean the gutters').innerText();
  for (const part of ['every month on the 2nd', '14:30', '@house', '@spring']) expect(text).toContain(part);

  // What was saved is what the editor shows again, and each part can be taken away.
  const again = await openEditor(page, 'Clean the gutters');
  expect(await again.getByLabel('Reminder 2: how many').inputValue()).toBe('2');
  expect(await again.getByLabel('Reminder 3: when').inputValue()).toBe(`${DAY}T08:00`);
  await again.getByRole('button', { name: 'Remove reminder 2' }).click();
  await again.getByLabel('Repeat').selectOption({ label: 'Never' });
  await again.getByRole('button', { name: 'All day' }).click();
  await save(page);
  await saved(page);
  expect((await tasks(visitor))[0]).toMatchObject({
    due_date: DAY,
    recurrence_rule: null,
    reminders: [{ offset: 'PT0S' }, { at: at.toString() }],
  });
});

test('“this one” changes one occurrence, “from here on” all that follow, and neither what was done before', async () => {
  const visitor = await app.signedUp();
  const { page, api } = visitor;
  const first = await visitor.addTask({ title: 'Run 5 km', due_date: DAY, recurrence_rule: 'daily', reminders: [] });
  await api('POST', `/api/tasks/${first.id}/complete`, {});
  await eventually(() => rows(page, 'Run 5 km').locator('time').getAttribute('datetime')).toBe(dayAfter(1));

  const one = await openEditor(page, 'Run 5 km');
  await one.getByLabel('Title').fill('Run 6 km');
  expect(await one.getByRole('radio', { name: 'This one' }).isChecked()).toBe(true);
  await save(page);
  await saved(page);
  await page.getByRole('checkbox', { name: 'Complete Run 6 km' }).click();
  await rows(page, 'Run 5 km').waitFor();

  const all = await openEditor(page, 'Run 5 km');
  await all.getByLabel('Title').fill('Run 8 km');
  await all.getByText('From here on').click();
  await save(page);
  await saved(page);
  await page.getByRole('checkbox', { name: 'Complete Run 8 km' }).click();
  await eventually(() => rows(page, 'Run 8 km').locator('time').getAttribute('datetime')).toBe(dayAfter(3));
  const done = await tasks(visitor, 'status=completed');
  expect(done.map((task) => task.title)).toEqual(['Run 5 km', 'Run 6 km', 'Run 8 km']);
});

test('a change of the rule can only be meant from here on; skipping brings the next one', async () => {
  const visitor = await app.signedUp();
  const { page } = visitor;
  await visitor.addTask({ title: 'Bins out', due_date: DAY, recurrence_rule: 'weekly', reminders: [] });
  const form = await openEditor(page, 'Bins out');
  await form.getByLabel('Repeat').selectOption('FREQ=DAILY');
  expect(await form.getByRole('radio', { name: 'This one' }).isDisabled()).toBe(true);
  expect(await form.getByRole('radio', { name: 'From here on' }).isChecked()).toBe(true);
  await save(page);
  await saved(page);
  await openEditor(page, 'Bins out');
  await editor(page).getByRole('button', { name: 'Skip this one' }).click();
  await eventually(() => rows(page, 'Bins out').locator('time').getAttribute('datetime')).toBe(dayAfter(1));
  expect(await tasks(visitor)).toHaveLength(1);
});

test('a rule that is refused is said at its field, which gets the focus; nothing is lost or saved', async () => {
  const visitor = await app.signedUp();
  visitor.expectFault(/status of 422/);
  const { page } = visitor;
  const before = await visitor.addTask({ title: 'Leap', due_date: DAY, reminders: [] });
  const form = await openEditor(page, 'Leap');
  await form.getByLabel('Repeat').selectOption({ label: 'Another rule…' });
  const rule = form.getByLabel('Rule');
  await rule.fill('FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30');
  await save(page);
  await eventually(() => faultOf(rule)).toMatch(/\w/);
  expect(await rule.evaluate((field) => field === document.activeElement)).toBe(true);
  expect(await rule.inputValue()).toBe('FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30');
  expect((await tasks(visitor))[0]!.version).toBe(before.version);

  await rule.fill('FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28');
  await save(page);
  await saved(page);
  expect((await tasks(visitor))[0]!.recurrence_rule).toBe('FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28');
});

test('what was changed elsewhere meanwhile is not overwritten unawares', async () => {
  const visitor = await app.signedUp();
  visitor.expectFault(/status of 412/);
  const { page, api } = visitor;
  const task = await visitor.addTask({ title: 'Book a table', due_date: DAY, reminders: [] });
  const form = await openEditor(page, 'Book a table');
  await form.getByLabel('Title').fill('Book a table for six');
  await api('PATCH', `/api/tasks/${task.id}`, { priority: 'high' });
  await save(page);
  await form.getByRole('alert').filter({ hasText: 'changed elsewhere' }).waitFor();
  expect((await tasks(visitor))[0]!.title).toBe('Book a table');
  await save(page);
  await saved(page);
  expect((await tasks(visitor))[0]).toMatchObject({ title: 'Book a table for six', priority: 'high' });
});
