/** Without a connection or a session the page says so, loses nothing that was typed, and goes on when they are back. */
import type { Task } from '@taskflow/core/contracts/task.ts';
import { expect, test } from 'vitest';
import { eventually, message, quickAddField, rows, useTaskFlow } from './support.ts';

const app = useTaskFlow();

test('offline: a banner, the line stays, and sent again it makes one task', async () => {
  const visitor = await app.signedUp();
  const { page, context, api } = visitor;
  await visitor.addTask({ title: 'Already here', due_date: null });
  await rows(page, 'Already here').waitFor();
  visitor.expectFault(/ERR_INTERNET_DISCONNECTED/);
  await context.setOffline(true);
  await page.getByRole('status').getByText('You are offline').waitFor();
  await quickAddField(page).fill('Written on the train');
  await quickAddField(page).press('Enter');
  await page.getByRole('alert').getByText('can’t be reached').waitFor();
  expect(await quickAddField(page).inputValue()).toBe('Written on the train');

  // A tick that can't be carried out is taken back, and said.
  await page.getByRole('checkbox', { name: 'Complete Already here' }).click();
  await message(page, '“Already here” was not completed: TaskFlow can’t be reached').waitFor();
  expect(await page.getByRole('checkbox', { name: 'Complete Already here' }).isChecked()).toBe(false);

  await context.setOffline(false);
  await page.getByText('You are offline').waitFor({ state: 'detached' });
  await quickAddField(page).press('Enter');
  await rows(page, 'Written on the train').waitFor();
  const { body } = await api<{ items: Task[] }>('GET', '/api/tasks?q=train');
  expect(body.items).toHaveLength(1);
});

test('an answer that got lost on its way makes no second task when the line is sent again', async () => {
  const visitor = await app.signedUp();
  const { page, api } = visitor;
  visitor.expectFault(/ERR_CONNECTION_RESET/);
  let lost = 0;
  await page.route('**/api/tasks/quick-add', async (route) => {
    await route.fetch();
    lost++;
    await route.abort('connectionreset');
  });
  await quickAddField(page).fill('Only once');
  await quickAddField(page).press('Enter');
  await page.getByRole('alert').getByText('can’t be reached').waitFor();
  await page.unroute('**/api/tasks/quick-add');
  await quickAddField(page).press('Enter');
  await eventually(() => quickAddField(page).inputValue()).toBe('');
  expect(lost).toBe(1);
  expect((await api<{ items: Task[] }>('GET', '/api/tasks?q=once')).body.items).toHaveLength(1);
  expect(await rows(page, 'Only once').count()).toBe(1);
});

test('a list that cannot be loaded, or a service that cannot be reached, is said, and can be tried again', async () => {
  const visitor = await app.signedUp();
  await visitor.addTask({ title: 'Safe', due_date: null });
  visitor.expectFault(/ERR_FAILED/);
  const [list, all] = [visitor.page, await visitor.tab()];
  await list.route(/\/api\/tasks\?/, (route) => route.abort());
  await all.route('**/api/**', (route) => route.abort());
  await Promise.all([list.reload(), all.goto('/dashboard')]);
  await Promise.all([
    list.getByRole('alert').getByText('Your tasks could not be loaded').waitFor(),
    all.getByRole('heading', { name: 'TaskFlow can’t be reached' }).waitFor(),
  ]);
  await Promise.all([list.unroute(/\/api\/tasks\?/), all.unroute('**/api/**')]);
  for (const page of [list, all]) {
    await page.getByRole('button', { name: 'Try again' }).click();
    await rows(page, 'Safe').waitFor();
  }
});

test('a session that has ended leads to the sign-in page, and from there back to the place and the line', async () => {
  const visitor = await app.signedUp();
  const { page, context, email, password } = visitor;
  await page.getByRole('link', { name: 'Upcoming' }).click();
  await page.waitForURL(/view=upcoming/);
  visitor.expectFault(/status of 401/);
  await context.clearCookies();
  await quickAddField(page).fill('Half a thought');
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Nothing is planned' }).waitFor();
  expect(page.url()).toMatch(/\/dashboard\?view=upcoming$/);
  expect(await quickAddField(page).inputValue()).toBe('Half a thought');
});

test('a wrong password is said, and a name for nobody told apart from it by nothing', async () => {
  const visitor = await app.signedUp();
  const { page, context, email } = visitor;
  visitor.expectFault(/status of 401/);
  await context.clearCookies();
  await page.goto('/');
  const said: string[] = [];
  for (const address of [email, 'nobody@example.org']) {
    await page.getByLabel('E-mail').fill(address);
    await page.getByLabel('Password').fill('not the password');
    const answer = page.waitForResponse(/sign-in\/email/);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await answer;
    await eventually(() => page.getByRole('alert').first().innerText()).toMatch(/\w/);
    said.push(await page.getByRole('alert').first().innerText());
  }
  expect(said[0]).toBe(said[1]);
});
