/** The scheduler in the process keeps the contract of every scheduler. */
import { startScheduler } from '@taskflow/adapters/embedded/scheduler.ts';
import { quiet } from '../support/quiet-logger.ts';
import { jobSchedulerContract, type SchedulerUnderTest } from './job-scheduler.suite.ts';

const clock = { now: () => Temporal.Now.instant() };

jobSchedulerContract('the scheduler in the process', {
  // How late it really is, the bench says (bench/lateness.ts): a busy machine must not fail this.
  late_ms_max: 500,
  repeat_ms_max: 2_000,
  async open() {
    const under_test: SchedulerUnderTest = {
      scheduler: startScheduler({ clock, logger: quiet, onAlarm }),
      rings: [],
      onRing: () => undefined,
      close: async () => scheduler.stop(),
    };
    const scheduler = under_test.scheduler as ReturnType<typeof startScheduler>;
    async function onAlarm(name: string): Promise<void> {
      under_test.rings.push({ name, at_ms: clock.now().epochMilliseconds });
      under_test.onRing(name);
    }
    return under_test;
  },
});
