/** Medians and percentiles: what other programs do on the machine moves them least. */

export const median = (values: readonly number[]): number => percentile(values, 50);

/** Nearest rank, but for the median of an even number, which lies between the two in the middle. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  if (sorted.length === 0) throw new Error('There is nothing to take a percentile of.');
  const half = sorted.length / 2;
  if (percent === 50 && Number.isInteger(half)) return (sorted[half - 1]! + sorted[half]!) / 2;
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)]!;
}

/** The same numbers in every run: mulberry32. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
