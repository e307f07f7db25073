/** When processes have done all that follows from what was asked of them: events published, alarms put. */
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuMs } from './cpu.ts';

const LOOK_MS = 400;
const CALM_CPU_MS = 30;
const CALM_LOOKS = 3;

/** Until they together use next to no CPU for more than a second. */
export async function quiet(tree: { processes(): readonly { pid: number }[] }): Promise<void> {
  const used = () => tree.processes().reduce((sum, { pid }) => sum + cpuMs(pid), 0);
  for (let before = used(), calm = 0; calm < CALM_LOOKS; ) {
    await sleep(LOOK_MS);
    const after = used();
    calm = after - before < CALM_CPU_MS ? calm + 1 : 0;
    before = after;
  }
}
