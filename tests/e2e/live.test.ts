/** Every open page shows what happened elsewhere, without asking for it. */
import { expect, test } from 'vitest';
import { eventually, quickAdd, rows, twoTabs, useTaskFlow } from './support.ts';

const app = useTaskFlow();

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
