/** Open pages go on without a gap when the service dies, and say nothing wrong meanwhile. */
import { expect, test } from 'vitest';
import { until } from '../support/client.ts';
import { type RunningTree, startTree } from '../support/process-tree.ts';
import { quickAdd, rows, twoTabs, useTaskFlow } from './support.ts';

let tree: RunningTree | undefined;
/** Of the embedded mode: its processes are looked for. */
const app = useTaskFlow(async () => {
  tree = await startTree();
  return tree;
});

test('after its backend was killed, both tabs go on where they were', async () => {
  const visitor = await app.signedUp();
  const [page, other] = await twoTabs(visitor);
  await quickAdd(page, 'Before');
  await rows(other, 'Before').waitFor();
  visitor.expectFault(/ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/);

  const backend = () => tree!.processes().find((one) => one.role === 'backend')?.pid;
  const victim = backend()!;
  process.kill(victim, 'SIGKILL');
  await until('a new backend', () => {
    const now = backend();
    return now !== undefined && now !== victim;
  });
  await until('a ready backend', () =>
    fetch(`${tree!.url}/readyz`).then(
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
