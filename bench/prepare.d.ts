/** What the benchmarks use of scripts/prepare.mjs, which also runs under Node.js versions that know no types. */
declare module '*/scripts/prepare.mjs' {
  export function ensureBuilt(options?: { signal?: AbortSignal }): Promise<void>;
}
