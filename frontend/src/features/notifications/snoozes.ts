/** How long a reminder can be put off with one press. */
import type { Snooze } from '@taskflow/core/contracts/model.ts';
import { addDays, instantOf, wallClock } from '../../lib/dates.ts';

interface Choice {
  name: string;
  short: string;
  until: (now_ms: number, zone: string) => Snooze;
}

export const SNOOZES: readonly Choice[] = [
  { name: '10 min', short: '10 min', until: () => ({ for: 'PT10M' }) },
  { name: '1 hour', short: '1 hour', until: () => ({ for: 'PT1H' }) },
  {
    name: 'until tomorrow 9:00',
    short: 'Tomorrow',
    until: (now_ms, zone) => {
      const date = addDays(wallClock(now_ms, zone).date, 1);
      return { until: new Date(instantOf({ date, time: '09:00' }, zone)).toISOString() };
    },
  },
];
