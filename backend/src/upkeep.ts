/** What a house needs now and then: partitions ahead, old events gone, stored answers expired. At start, then hourly. */
import type { Logger } from '@taskflow/core/logger.ts';
import type { Clock } from '@taskflow/core/ports.ts';

export interface Upkeep {
  stop(): Promise<void>;
}

const UPKEEP_MS = 3_600_000;

/** One that fails is tried again an hour later; nothing waits for it. */
export function startUpkeep(
  chores: readonly ((now: Temporal.Instant) => Promise<unknown>)[],
  clock: Clock,
  logger: Logger,
): Upkeep {
  const round = async () => {
    for (const chore of chores) {
      await chore(clock.now()).catch((error: Error) => logger.warn({ err: error }, 'upkeep failed; again in an hour'));
    }
  };
  let running = round();
  const timer = setInterval(() => {
    running = running.then(round);
  }, UPKEEP_MS);
  return {
    stop() {
      clearInterval(timer);
      return running;
    },
  };
}
