/** Every open page shows what happened elsewhere, without asking for it and without a gap when the service dies. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { until } from '../support/client.ts';
import { eventually, quickAdd, rows, useTaskFlow, type Visitor } from './support.ts';

const app = useTaskFlow();

async function twoTabs(visitor: Visitor): Promise<[Page, Page]> {
  const other = await visitor.tab();
  const live = other.waitForResponse(/\/api\/events/);
  await other.goto('/dashboard');
  await Promise.all([live, other.getByRole('heading', { name: 'A fresh start' }).waitFor()]);
  return [visitor.page, other];
}

test('what one tab adds, completes and deletes, the other shows, without reading its list again', async () => {
  const visitor = await app.signedUp();
  const [page, other] = await twoTabs(visitor);
  const asked: string[] = [];
  await quickAdd(page, 'Fix the bicycle');
  await rows(other, 'Fix the bicycle').waitFor();
  other.on('request', (request) => {
    if (/\/api\/tasks(\?|$)/.test(request.url())) asked.push(request.url());
  });
  await quickAdd(page, 'Paint the fence');
  await rows(other, 'Paint the fence').waitFor();
  await page.getByRole('checkbox', { name: 'Complete Fix the bicycle' }).click();
  await eventually(() => rows(other, 'Fix the bicycle').count()).toBe(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await rows(other, 'Fix the bicycle').waitFor();
  const { body } = await visitor.api<{ items: { id: string }[] }>('GET', '/api/tasks?q=fence');
  await visitor.api('DELETE', `/api/tasks/${body.items[0]!.id}`);
  await Promise.all([page, other].map((one) => eventually(() => rows(one, 'Paint the fence').count()).toBe(0)));
  expect(asked).toEqual([]);
  await eventually(() => other.title()).toBe('TaskFlow');
});

test('after its backend was killed, both tabs go on where they were', async () => {
  const visitor = await app.signedUp();
  const [page, other] = await twoTabs(visitor);
  await quickAdd(page, 'Before');
  await rows(other, 'Before').waitFor();
  visitor.expectFault(/ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/);

  const backend = () => app.tree.processes().find((one) => one.role === 'backend')?.pid;
  const victim = backend()!;
  process.kill(victim, 'SIGKILL');
  await until('a new backend', () => {
    const now = backend();
    return now !== undefined && now !== victim;
  });
  await until('a ready backend', () =>
    fetch(`${app.tree.url}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    ),
  );
  // The tabs are not connected yet: what happens now reaches them because their stream resumes where it broke.
  await visitor.addTask({ title: 'Between' });
  await Promise.all([page, other].map((one) => rows(one, 'Between').waitFor()));
  await quickAdd(other, 'After');
  await rows(page, 'After').waitFor();
  expect(await rows(page, 'Before').count()).toBe(1);
});
