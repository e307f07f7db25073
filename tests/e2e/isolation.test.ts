/** What belongs to one person is not there for another, whatever address is tried. */
import { expect, test } from 'vitest';
import { editor, rows, useTaskFlow } from './support.ts';

const app = useTaskFlow();

test("someone else's task is not shown, not changed, and not told apart from one that does not exist", async () => {
  const [owner, stranger] = [await app.signedUp(), await app.signedUp()];
  const task = await owner.addTask({ title: 'Buy the ring for Ada', description: 'secret', due_date: null });
  const nobodys = task.id.replace(/.{12}$/, '000000000000');
  stranger.expectFault(/status of 404/);

  await stranger.page.goto(`/dashboard?task=${task.id}`);
  await editor(stranger.page).getByText('This task can’t be shown').waitFor();
  const said = await editor(stranger.page).innerText();
  expect(await stranger.page.content()).not.toContain('Ada');
  await stranger.page.goto(`/dashboard?task=${nobodys}`);
  await editor(stranger.page).getByText('This task can’t be shown').waitFor();
  expect(await editor(stranger.page).innerText()).toBe(said);
  await editor(stranger.page).getByRole('button', { name: 'Close' }).click();
  await stranger.page.goto(`/dashboard?project=${task.project_id}`);
  await stranger.page.getByRole('heading', { name: 'Nothing here yet' }).waitFor();

  const attempts = [
    ['GET', '', undefined],
    ['PATCH', '', { title: 'Mine' }],
    ['POST', '/complete', {}],
    ['POST', '/skip', {}],
    ['GET', '/occurrences?from=2026-01-01&to=2027-01-01', undefined],
    ['DELETE', '', undefined],
  ] as const;
  for (const [method, path, body] of attempts) {
    const theirs = await stranger.api(method, `/api/tasks/${task.id}${path}`, body);
    const none = await stranger.api(method, `/api/tasks/${nobodys}${path}`, body);
    expect({ method, path, status: theirs.status }).toEqual({ method, path, status: 404 });
    expect(JSON.stringify(theirs.body).replaceAll(task.id, nobodys)).toBe(JSON.stringify(none.body));
  }
  await rows(owner.page, 'Buy the ring for Ada').waitFor();
  expect((await owner.api('GET', `/api/tasks/${task.id}`)).body).toEqual(task);
});

test('who has signed out sees nothing more, also by the back button', async () => {
  const { page, addTask } = await app.signedUp();
  await addTask({ title: 'Private matter', due_date: null });
  await rows(page, 'Private matter').waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  await page.goBack();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  expect(await page.content()).not.toContain('Private matter');
});
