/** Loopback ports that stay: a part that was killed comes back on its own, and so does an engine started again in the same folder. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { Failure } from '@taskflow/core/domain/failure.ts';

export interface PortBook {
  /** The port of the run before if it is free, else a new one. */
  port(name: string): Promise<number>;
}

export function openPortBook(file: string): PortBook {
  const book = read(file);
  const taken = new Set<number>();
  const claim = async (name: string): Promise<number> => {
    const before = book[name];
    const port = before !== undefined && !taken.has(before) && (await isFree(before)) ? before : await freePort(taken);
    taken.add(port);
    book[name] = port;
    writeFileSync(file, JSON.stringify(book));
    return port;
  };
  // One after the other, so that no two names are given the same port.
  let last: Promise<unknown> = Promise.resolve();
  return {
    port(name) {
      const mine = last.then(() => claim(name));
      last = mine.catch(() => undefined);
      return mine;
    },
  };
}

/** Below the ports that systems give to outgoing connections (from 32768 on Linux, 49152 elsewhere): one of those could take the place of a part that is down. */
const LOWEST = 20_000;
const COUNT = 12_000;
const ATTEMPTS_MAX = 200;

async function freePort(taken: ReadonlySet<number>): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const port = LOWEST + Math.floor(Math.random() * COUNT);
    if (!taken.has(port) && (await isFree(port))) return port;
  }
  throw new Failure('unavailable', `No free port was found between ${LOWEST} and ${LOWEST + COUNT - 1}.`);
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer().once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });

/** A book cut off by a crash is as good as none. */
function read(file: string): Record<string, number> {
  try {
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>) : {};
  } catch {
    return {};
  }
}
