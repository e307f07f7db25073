/** Processes of one data folder meet at Unix sockets in a private directory whose path is always short enough for one. */
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Failure } from '@taskflow/core/domain/failure.ts';

/** sun_path holds 108 bytes on Linux and 104 on macOS, the closing NUL included. */
const SOCKET_PATH_BYTES_MAX = process.platform === 'linux' ? 107 : 103;
/** PostgreSQL's, the longest name that is put there. */
const LONGEST_NAME = 'pg/.s.PGSQL.5432';

/** `run` in the data folder, or when that is too long a directory of our own among the temporary files, always the same for the same folder. */
export function socketDirectory(data_dir: string): string {
  const near = path.join(data_dir, 'run');
  const fits = Buffer.byteLength(path.join(near, LONGEST_NAME)) <= SOCKET_PATH_BYTES_MAX;
  const directory = fits ? near : path.join(tmpdir(), `taskflow-${digest(data_dir)}`);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  if (!fits) refuseForeign(directory);
  return directory;
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** Anyone may have made a directory of that name in /tmp before us, and would then own what we connect to. */
function refuseForeign(directory: string): void {
  const found = lstatSync(directory);
  if (found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0) return;
  throw new Failure(
    'conflict',
    `${directory} belongs to someone else or is open to others: remove it and start again.`,
  );
}
