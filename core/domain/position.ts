/** The order by hand: keys between which there is always room (fractional indexing), compared as bytes. */
import { generateKeyBetween } from 'fractional-indexing';

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/**
 * A place after everything made before: the time in microseconds as an integer key (head `i`: nine base-62 digits, room
 * until the year 2398). So a new task goes to the end without anyone reading where the end is. `nth` tells apart what is
 * made in one millisecond.
 */
export function positionAtEnd(now: Temporal.Instant, nth: number): string {
  let rest = now.epochMilliseconds * 1_000 + Math.min(nth, 999);
  let digits = '';
  for (let place = 0; place < 9; place += 1) {
    digits = DIGITS.charAt(rest % 62) + digits;
    rest = Math.floor(rest / 62);
  }
  return `i${digits}`;
}

/** A place between two others; null is the start or the end. Neighbours that share a key count as one. */
export function positionBetween(before: string | null, after: string | null): string {
  return generateKeyBetween(before, after !== null && before !== null && after <= before ? null : after);
}
