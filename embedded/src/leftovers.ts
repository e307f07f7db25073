/** Children of a supervisor that was killed end by themselves; one that hangs is found by the next start and ended. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { processIdentity, signalProcess } from '@taskflow/adapters/embedded/process-identity.ts';

export interface ProcessBook {
  /** Remembers the process that now is this part. */
  note(name: string, pid: number): void;
}

/** Ends what the last supervisor has left, then keeps the book anew. */
export async function openProcessBook(file: string): Promise<ProcessBook> {
  const left = Object.entries(read(file));
  await Promise.all(left.map(([, identity]) => endProcess(identity)));
  const book: Record<string, string> = {};
  return {
    note(name, pid) {
      const identity = processIdentity(pid);
      if (identity) book[name] = identity;
      writeFileSync(file, JSON.stringify(book));
    },
  };
}

const DISCONNECT_MS = 1000;

/** It has lost its IPC channel and is closing; after a moment it is killed. */
async function endProcess(identity: string): Promise<void> {
  const pid = Number.parseInt(identity, 10);
  const deadline = performance.now() + DISCONNECT_MS;
  while (processIdentity(pid) === identity) {
    if (performance.now() > deadline) signalProcess(pid, 'SIGKILL');
    await sleep(20);
  }
}

/** A book cut off by a crash is as good as none. */
function read(file: string): Record<string, string> {
  try {
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>) : {};
  } catch {
    return {};
  }
}
