/** A part that ends unasked is started again: at once at first, then after growing pauses, until it runs well again. */
import { setTimeout as sleep } from 'node:timers/promises';

/** One run of a part, from its start to its end. */
export interface Life {
  /** Settles at its end, with how it ended. */
  ended: Promise<string>;
  stop(patience_ms: number): Promise<void>;
}

export interface Keeper {
  /** Ends the part for good; by force when its patience is over. */
  stop(patience_ms: number): Promise<void>;
}

export interface KeepOptions {
  name: string;
  /** Resolves when the part serves; `signal` gives up an attempt. */
  start(signal: AbortSignal): Promise<Life>;
  /** Aborted when all ends: no new attempt is made from then on. */
  signal: AbortSignal;
  onTrouble(sentence: string): void;
}

/** Resolves when the part runs for the first time; rejects when that fails, because then a person should look. */
export async function keepAlive({ name, start, signal, onTrouble }: KeepOptions): Promise<Keeper> {
  const stopped = new AbortController();
  const ending = AbortSignal.any([signal, stopped.signal]);
  let life: Life | null = await start(ending);

  const loop = async () => {
    let pause_ms = 0;
    while (!ending.aborted) {
      const since = performance.now();
      if (life) {
        const how = await life.ended;
        life = null;
        if (ending.aborted) return;
        onTrouble(`The ${name} ${how}; starting it again.`);
      }
      pause_ms = nextPause(pause_ms, performance.now() - since);
      await sleep(pause_ms, undefined, { signal: ending }).catch(() => undefined);
      if (ending.aborted) return;
      life = await start(ending).catch((error: Error) => {
        if (!ending.aborted) onTrouble(error.message);
        return null;
      });
    }
  };
  const done = loop();
  return {
    async stop(patience_ms) {
      stopped.abort();
      await life?.stop(patience_ms);
      await done;
    },
  };
}

const PAUSE_MS_MIN = 100;
const PAUSE_MS_MAX = 5000;
const RAN_WELL_MS = 10_000;

/** Doubles from 0.1 s to 5 s while a part keeps dying, and begins anew after it ran well. */
export const nextPause = (previous_ms: number, ran_ms: number): number =>
  ran_ms >= RAN_WELL_MS || previous_ms === 0 ? PAUSE_MS_MIN : Math.min(previous_ms * 2, PAUSE_MS_MAX);
