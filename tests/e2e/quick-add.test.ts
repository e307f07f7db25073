/** What is typed in one line is understood before it is sent, and becomes the task it says. */
import { expect, test } from 'vitest';
import { eventually, group, quickAddField, rows, useTaskFlow } from './support.ts';

const app = useTaskFlow();
const LINE = 'Pay rent every month on the 1st at 9am #Home @bills !high remind 1 day before';

test('a new person writes a line, sees what is understood, and finds the task in its group', async () => {
  const { page } = await app.signedUp();
  await quickAddField(page).pressSequentially(LINE);

  const marks = page.locator('.quick-add-marks mark');
  await eventually(() => marks.allTextContents()).toEqual([
    'every month on the 1st',
    'at 9am',
    '#Home',
    '@bills',
    '!high',
    'remind 1 day before',
  ]);
  const understood = page.getByRole('list', { name: 'Understood' }).getByRole('listitem');
  const words = await understood.allTextContents();
  expect(words).toEqual(expect.arrayContaining(['every month on the 1st', '1 day before', 'Home', 'bills', 'high']));
  expect(
    words.filter((one) => /9:00/.test(one)),
    words.join(),
  ).toHaveLength(1);

  await quickAddField(page).press('Enter');
  const row = rows(group(page, 'Upcoming'), 'Pay rent');
  await row.waitFor();
  for (const part of ['every month on the 1st', '9:00', 'Home', '@bills', 'high priority'])
    await eventually(() => row.innerText()).toContain(part);
  expect(await quickAddField(page).inputValue()).toBe('');
  await page.getByRole('navigation').getByRole('link', { name: 'Home' }).waitFor();
});

test('the marks lie exactly under the words they mark, also in a line that wraps', async () => {
  const { page } = await app.signedUp({ viewport: { width: 390, height: 844 } });
  await quickAddField(page).fill(LINE);
  await page.locator('.quick-add-marks mark').nth(5).waitFor();
  const boxes = await page.locator('.quick-add-text').evaluate((frame) => {
    const [marks, field] = [frame.children[0] as HTMLElement, frame.children[1] as HTMLTextAreaElement];
    const font = (of: Element) => {
      const { font, letterSpacing, padding, whiteSpace, overflowWrap } = getComputedStyle(of);
      return { font, letterSpacing, padding, whiteSpace, overflowWrap };
    };
    return {
      marks: { ...marks.getBoundingClientRect().toJSON(), ...font(marks) },
      field: { ...field.getBoundingClientRect().toJSON(), ...font(field) },
      hidden: field.scrollHeight - field.clientHeight,
      lines: field.clientHeight,
    };
  });
  expect(boxes.marks).toEqual(boxes.field);
  expect(boxes.hidden).toBe(0);
  expect(boxes.lines).toBeGreaterThan(70);
});

test('what is typed while a line is on its way is the next line', async () => {
  const visitor = await app.signedUp();
  const { page } = visitor;
  let answer: () => void = () => {};
  const held = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await page.route('**/api/tasks/quick-add', async (route) => {
    await held;
    await route.continue();
  });
  await quickAddField(page).fill('Buy milk');
  await quickAddField(page).press('Enter');
  await page.keyboard.type('Call Ann');
  answer();
  await rows(page, 'Buy milk').waitFor();
  expect(await quickAddField(page).inputValue()).toBe('Call Ann');
  await quickAddField(page).press('Enter');
  await rows(page, 'Call Ann').waitFor();
  const { body } = await visitor.api<{ items: unknown[] }>('GET', '/api/tasks');
  expect(body.items).toHaveLength(2);
});

test('what is not understood stays in the title, and what is quoted is never interpreted', async () => {
  const { page } = await app.signedUp();
  await quickAddField(page).fill('Watch "Every day at 9am" with Kim tomorrow');
  await eventually(() => page.locator('.quick-add-marks mark').allTextContents()).toContain('tomorrow');
  await quickAddField(page).press('Enter');
  await rows(group(page, 'Upcoming'), 'Watch Every day at 9am with Kim').waitFor();
});
