/** Today is the day of whoever looks: the same moment lies on different days for people far apart. */
import { expect, test } from 'vitest';
import { eventually, group, quickAdd, rows, useTaskFlow, type Visitor } from './support.ts';

const app = useTaskFlow();
const AUCKLAND = { timezoneId: 'Pacific/Auckland', locale: 'en-NZ' };
const LOS_ANGELES = { timezoneId: 'America/Los_Angeles', locale: 'en-US' };

/** In Auckland it is Tuesday evening, in Los Angeles still Monday. */
const NOW = '2026-12-01T05:00:00Z';

async function lookAt({ page, addTask }: Visitor): Promise<void> {
  await page.clock.setFixedTime(NOW);
  await page.reload();
  await addTask({ title: 'All of Monday', due_date: '2026-11-30' });
  await addTask({ title: 'All of Tuesday', due_date: '2026-12-01' });
  await addTask({ title: 'In ninety minutes', due_date: '2026-12-01T06:30:00Z' });
  await addTask({ title: 'Half an hour ago', due_date: '2026-12-01T04:30:00Z' });
  await addTask({ title: 'In twelve hours', due_date: '2026-12-01T17:00:00Z' });
  await rows(page, 'In twelve hours').waitFor();
}

const titles = ({ page }: Visitor, name: string) => group(page, name).locator('[data-task-open]').allInnerTexts();
const when = ({ page }: Visitor, title: string) => rows(page, title).locator('time').innerText();

test('at the same moment, in Auckland and in Los Angeles', async () => {
  const [kiri, joe] = [await app.signedUp(AUCKLAND), await app.signedUp(LOS_ANGELES)];
  await Promise.all([lookAt(kiri), lookAt(joe)]);
  await eventually(() => kiri.page.getByRole('heading', { level: 1 }).innerText()).toContain('Tuesday');
  await eventually(() => joe.page.getByRole('heading', { level: 1 }).innerText()).toContain('Monday');

  expect(await titles(kiri, 'Overdue')).toEqual(['All of Monday', 'Half an hour ago']);
  expect(await titles(kiri, 'Today')).toEqual(['All of Tuesday', 'In ninety minutes']);
  expect(await titles(kiri, 'Upcoming')).toEqual(['In twelve hours']);
  expect(await titles(joe, 'Overdue')).toEqual(['Half an hour ago']);
  expect(await titles(joe, 'Today')).toEqual(['All of Monday', 'In ninety minutes']);
  expect(await titles(joe, 'Upcoming')).toEqual(['All of Tuesday', 'In twelve hours']);

  expect(await when(kiri, 'In ninety minutes')).toMatch(/^7:30\spm$/i);
  expect(await when(joe, 'In ninety minutes')).toMatch(/^10:30\sPM$/i);
  expect(await when(joe, 'All of Tuesday')).toBe('Tomorrow');
  expect(await when(kiri, 'In twelve hours')).toMatch(/^Tomorrow 6:00\sam$/i);
});

test.each([AUCKLAND, LOS_ANGELES])('“today”, typed in $timezoneId, is today there', async (where) => {
  const visitor = await app.signedUp(where);
  const { page, api } = visitor;
  const settings = await api<{ time_zone: string }>('GET', '/api/settings');
  expect(settings.body.time_zone).toBe(where.timezoneId);
  const today = () => Temporal.Now.plainDateISO(where.timezoneId).toString();
  const before = today();
  await quickAdd(page, 'Stretch today');
  await quickAdd(page, 'Lights out today at 11:59pm');
  // Not when midnight passes just now.
  if (before !== today()) return;
  await eventually(() => titles(visitor, 'Today')).toEqual(['Stretch', 'Lights out']);
  const { body } = await api<{ items: { due_date: string }[] }>('GET', '/api/tasks?sort=due_date');
  for (const task of body.items) expect(task.due_date.slice(0, 10)).toBe(before);
});
