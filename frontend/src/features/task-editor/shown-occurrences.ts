/** Of a series the few dates that come after this one, and the last ones that have been, oldest first. */
import type { Occurrences } from '@taskflow/core/contracts/model.ts';

const NEXT_SHOWN = 5;
const PAST_SHOWN = 14;

/** `data` has what is ahead in order, and what has been with the newest first. */
export function shownOf(data: Occurrences | undefined, occurrence: string | null): Shown {
  if (!data) return { next: [], past: [] };
  const done = new Set(data.history.filter((one) => one.outcome !== 'open').map((one) => one.occurrence));
  const isAhead = (one: string) => !done.has(one) && (occurrence === null || one > occurrence);
  return {
    next: data.upcoming.filter((one) => isAhead(one.occurrence)).slice(0, NEXT_SHOWN),
    past: data.history
      .filter((one) => one.outcome !== 'open')
      .slice(0, PAST_SHOWN)
      .reverse(),
  };
}

interface Shown {
  next: Occurrences['upcoming'];
  past: Occurrences['history'];
}
