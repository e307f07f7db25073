/**
 * While clients write, backend, worker or database are killed at random: nothing that was acknowledged is lost, and nothing
 * that a person sees happens twice (tests/chaos/witness.ts).
 *
 * CHAOS_ROUNDS sets how many kills (6 in the short form, 30 for the full one); CHAOS_SEED repeats their order.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { until } from '../support/client.ts';
import { type RunningTree, startTree, type TreeProcess } from '../support/process-tree.ts';
import { randomOf, startWitness } from './witness.ts';

const ROUNDS = Number(process.env.CHAOS_ROUNDS ?? 6);
const SEED = Number(process.env.CHAOS_SEED ?? Math.floor(Math.random() * 2 ** 31));
const ROLES: readonly TreeProcess['role'][] = ['backend', 'worker', 'database'];

it(`loses nothing and repeats nothing over ${ROUNDS} kills (seed ${SEED})`, async () => {
  const tree = await startTree();
  try {
    const witness = await startWitness({ url: tree.url, seed: SEED });
    const random = randomOf(SEED);
    for (let round = 0; round < ROUNDS; round += 1) {
      await sleep(500 + random() * 1_500);
      await killOne(tree, ROLES[Math.floor(random() * ROLES.length)]!);
    }
    await sleep(1_000);
    await witness.rest();
    await witness.verify();
    expect(witness.known.size).toBeGreaterThan(ROUNDS * 5);
    witness.leave();
  } finally {
    await tree.stop();
  }
});

async function killOne(tree: RunningTree, role: TreeProcess['role']): Promise<void> {
  const victims = tree.processes().filter((each) => each.role === role);
  // The database's first process is the one that the others belong to.
  const victim = victims[0];
  if (victim === undefined) return;
  process.kill(victim.pid, 'SIGKILL');
  await until(`ready after the ${role} was killed`, async () => {
    const alive = tree.processes().some((each) => each.role === role && each.pid !== victim.pid);
    return (
      alive &&
      (await fetch(`${tree.url}/readyz`).then(
        (answer) => answer.ok,
        () => false,
      ))
    );
  });
}
