/** Failed deliveries are tried again after growing pauses, and a bounded number of times. */

/** A dozen tries in 20 hours: a receiver that is away for a night is told in the morning. */
export const PAUSES_S: readonly number[] = [
  ...[10, 30, 120, 600, 1_800, 3_600],
  ...[10_800, 10_800, 10_800, 10_800, 10_800],
];

/** The pause after try number `attempt`, counted from 1; null: that was the last one. */
export const pauseAfter = (attempt: number, pauses_s: readonly number[]): number | null =>
  pauses_s[attempt - 1] ?? null;
