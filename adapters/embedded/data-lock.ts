/**
 * One TaskFlow at a time owns a data folder, and a lock never outlives its holder.
 *
 * Node has no flock(2), but SQLite, which is a part of Node, has: a transaction held open on an empty file is a lock of the
 * kernel's, gone the moment the process is, on Linux, macOS and Windows alike, across containers that share the folder, and
 * without the race that comes with finding and removing a stale lock file or socket. Children do not inherit it.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Failure } from '@taskflow/core/domain/failure.ts';

export interface DataLock {
  release(): void;
}

/** Makes the data folder if need be and takes its lock, or refuses in a sentence that names the holder. */
export function lockData(data_dir: string): DataLock {
  const pid_file = path.join(data_dir, 'taskflow.pid');
  let lock: DatabaseSync | undefined;
  try {
    mkdirSync(data_dir, { recursive: true, mode: 0o700 });
    lock = new DatabaseSync(path.join(data_dir, 'taskflow.lock'), { timeout: 0 });
    // Nothing is ever written, so no journal need lie about.
    lock.exec('PRAGMA journal_mode = MEMORY');
    lock.exec('BEGIN IMMEDIATE');
    writeFileSync(pid_file, `${process.pid}\n`);
  } catch (error) {
    lock?.close();
    throw new Failure('conflict', isBusy(error) ? alreadyRunning(data_dir, pid_file) : notOurs(data_dir, error));
  }
  const held = lock;
  return { release: () => held.close() };
}

function alreadyRunning(data_dir: string, pid_file: string): string {
  const holder = readHolder(pid_file);
  return `TaskFlow is already running on ${data_dir}${holder ? ` (process ${holder})` : ''}: stop that one first, or set TASKFLOW_DATA to another folder.`;
}

const notOurs = (data_dir: string, error: unknown): string =>
  `TaskFlow cannot write to ${data_dir} (${(error as Error).message}): start it as the owner of that folder, or set TASKFLOW_DATA to another.`;

const SQLITE_BUSY = 5;

const isBusy = (error: unknown): boolean => (error as { errcode?: number }).errcode === SQLITE_BUSY;

function readHolder(pid_file: string): string | null {
  try {
    return /^\d+/.exec(readFileSync(pid_file, 'utf8'))?.[0] ?? null;
  } catch {
    return null;
  }
}
