/** The log is bounded: when it is full it becomes `<name>.1`, and the one before is forgotten. */
import { appendFileSync, copyFileSync, existsSync, openSync, statSync, truncateSync } from 'node:fs';

export interface LogFile {
  /** For children: they write into it directly. */
  handle: number;
  write(level: 'info' | 'warn' | 'error', message: string): void;
}

/** Opened for appending, so that a writer goes on at the start after the file was emptied. */
export function openLog(file: string): LogFile {
  keepBounded(file);
  const handle = openSync(file, 'a', 0o600);
  return {
    handle,
    write: (level, msg) =>
      appendFileSync(file, `${JSON.stringify({ level: LEVELS[level], time: Date.now(), name: 'supervisor', msg })}\n`),
  };
}

/** As pino numbers them. */
const LEVELS = { info: 30, warn: 40, error: 50 };

const BYTES_MAX = 20_000_000;

/** Looks at a file of ours or of the database now and every minute. */
export function keepBounded(file: string): void {
  rotate(file, BYTES_MAX);
  setInterval(() => rotate(file, BYTES_MAX), 60_000).unref();
}

/** Copied and emptied, not renamed: the children hold the file open. */
export function rotate(file: string, bytes_max: number): void {
  if (!existsSync(file) || statSync(file).size <= bytes_max) return;
  copyFileSync(file, `${file}.1`);
  truncateSync(file);
}
