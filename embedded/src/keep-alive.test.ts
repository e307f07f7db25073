/** What dies comes back, soon at first and less eagerly when it keeps dying, and never after it was told to stop. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { keepAlive, type Life, nextPause } from './keep-alive.ts';

/** A part that a test can kill. */
function aPart() {
  let die: (how: string) => void = () => undefined;
  const part = {
    starts: 0,
    stops: 0,
    fails: 0,
    die: (how: string) => die(how),
    async start(): Promise<Life> {
      part.starts++;
      if (part.fails-- > 0) throw new Error('no port');
      const ended = new Promise<string>((resolve) => {
        die = resolve;
      });
      return {
        ended,
        async stop() {
          part.stops++;
          die('was stopped');
        },
      };
    },
  };
  return part;
}

const keep = async (part: ReturnType<typeof aPart>) => {
  const troubles: string[] = [];
  const all = new AbortController();
  const keeper = await keepAlive({
    name: 'worker',
    start: part.start,
    signal: all.signal,
    onTrouble: (sentence) => troubles.push(sentence),
  });
  return { keeper, troubles, all };
};

const until = async (condition: () => boolean) => {
  while (!condition()) await sleep(5);
};

describe('a part that is kept alive', () => {
  it('is started again when it ends unasked, and says so', async () => {
    const part = aPart();
    const { keeper, troubles } = await keep(part);
    part.die('was killed (SIGKILL)');
    await until(() => part.starts === 2);
    expect(troubles).toEqual(['The worker was killed (SIGKILL); starting it again.']);
    await keeper.stop(100);
    expect(part).toMatchObject({ starts: 2, stops: 1 });
  });

  it('is tried again when its new start fails', async () => {
    const part = aPart();
    const { keeper, troubles } = await keep(part);
    part.fails = 1;
    part.die('ended unasked (code 1)');
    await until(() => part.starts === 3);
    expect(troubles.at(-1)).toBe('no port');
    await keeper.stop(100);
  });

  it('makes its first start fail aloud', async () => {
    const part = aPart();
    part.fails = 1;
    await expect(keep(part)).rejects.toThrow('no port');
  });

  it('stays down when all ends, even in the middle of a pause', async () => {
    const part = aPart();
    const { keeper, all } = await keep(part);
    part.die('was killed (SIGKILL)');
    await sleep(10);
    all.abort();
    await keeper.stop(100);
    await sleep(150);
    expect(part.starts).toBe(1);
  });
});

describe('the pause before a new start', () => {
  it('doubles from 0.1 s to 5 s', () => {
    const pauses = [0];
    for (let death = 0; death < 8; death++) pauses.push(nextPause(pauses.at(-1)!, 10));
    expect(pauses.slice(1)).toEqual([100, 200, 400, 800, 1600, 3200, 5000, 5000]);
  });

  it('is short again after the part ran well', () => {
    expect(nextPause(5000, 60_000)).toBe(100);
  });
});
