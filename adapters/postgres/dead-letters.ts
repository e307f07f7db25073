/** Dead letters are kept, seen, and put back on their way, whether TaskFlow runs or not. */
import { TOPIC } from '@taskflow/core/contracts/events.ts';
import type { Clock, DeadLetterSink, DeadLetters } from '@taskflow/core/ports.ts';
import type { Pool } from 'pg';
import { busTables } from './bus-tables.ts';

/** A running TaskFlow finds what is put back within a second. */
export function deadLetters(pool: Pick<Pool, 'query'>, clock: Clock): DeadLetters & DeadLetterSink {
  const tables = busTables(pool, TOPIC);
  return {
    list: (limit) => tables.deadLetters(limit),
    keep: (letters) => tables.bury(letters, clock.now()),
    replay: (id) => tables.replay(id, clock.now()),
  };
}
