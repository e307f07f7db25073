/** Secrets are made once, kept in a file that only its owner can read, and never printed. */
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { Failure } from '@taskflow/core/domain/failure.ts';

export interface Secrets {
  /** Signs sessions. */
  auth_secret: string;
  /** Shown by backend and worker to each other. */
  internal_token: string;
}

/** Reads the file; what it lacks (all of it at the first start, a secret added by a later version) is made and written whole. */
export function ensureSecrets(file: string, random: (bytes: number) => Buffer = randomBytes): Secrets {
  const kept = existsSync(file) ? parse(file) : {};
  const secrets = { ...kept } as Record<string, string> & Secrets;
  for (const name of ['auth_secret', 'internal_token'] as const) secrets[name] ??= random(32).toString('base64url');
  if (Object.keys(secrets).length > Object.keys(kept).length) writeWhole(file, `${JSON.stringify(secrets, null, 2)}\n`);
  return { auth_secret: secrets.auth_secret, internal_token: secrets.internal_token };
}

/** A damaged file is not replaced: new secrets would sign everyone out and could not decrypt what the old ones had encrypted. */
function parse(file: string): Partial<Secrets> {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (value !== null && typeof value === 'object' && Object.values(value).every((each) => typeof each === 'string'))
      return value;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code) throw error;
  }
  throw new Failure(
    'conflict',
    `${file} is damaged: bring it back from a backup, or remove it (everyone must then sign in again).`,
  );
}

function writeWhole(file: string, text: string): void {
  const handle = openSync(`${file}.new`, 'w', 0o600);
  writeSync(handle, text);
  fsyncSync(handle);
  closeSync(handle);
  renameSync(`${file}.new`, file);
}
