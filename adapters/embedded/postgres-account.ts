/** PostgreSQL refuses to run as root, and initdb to run as a user without a name: this says as whom it runs, for any user who starts TaskFlow. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, lchownSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import path from 'node:path';
import { Failure } from '@taskflow/core/domain/failure.ts';

export interface PostgresAccount {
  /** Put before the program's own command line. */
  prefix: string[];
  /** The user and group to switch to, where that is the way. */
  identity: { uid?: number; gid?: number };
  /** Makes a directory, or hands over one, that PostgreSQL may use and nobody else. */
  own(directory: string): void;
}

/** Chosen by who we are and to whom the cluster belongs: as root in a user namespace if the system allows one, else as `nobody`. */
export function postgresAccount(cluster_dir: string): PostgresAccount {
  const owner = existsSync(cluster_dir) ? statSync(cluster_dir) : null;
  const uid = process.getuid?.();
  if (uid === undefined) return asIs;
  if (uid !== 0) {
    if (owner && owner.uid !== uid) throw new Failure('conflict', foreign(cluster_dir, owner.uid));
    return hasName() ? asIs : inNamespace() ? namespaced : unnamed(uid);
  }
  if (owner && owner.uid !== 0) return as(owner.uid, owner.gid);
  if (inNamespace()) return namespaced;
  const nobody = { uid: idOf('-u'), gid: idOf('-g') };
  return as(nobody.uid, nobody.gid);
}

const makePrivate = (directory: string): void => {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  chmodSync(directory, 0o700);
};

const asIs: PostgresAccount = { prefix: [], identity: {}, own: makePrivate };

/** Root outside, `nobody` (which has a name everywhere) inside: files stay root's, and no right is left to drop. */
const namespaced: PostgresAccount = {
  prefix: ['unshare', '--user', '--map-user=65534', '--map-group=65534', '--'],
  identity: {},
  own: makePrivate,
};

const inNamespace = (): boolean =>
  process.platform === 'linux' &&
  spawnSync(namespaced.prefix[0]!, [...namespaced.prefix.slice(1), 'true']).status === 0;

const as = (uid: number, gid: number): PostgresAccount => ({
  prefix: [],
  identity: { uid, gid },
  own(directory) {
    makePrivate(directory);
    if (statSync(directory).uid !== uid) handOver(directory, uid, gid);
    letThrough(path.dirname(directory));
  },
});

function handOver(entry: string, uid: number, gid: number): void {
  lchownSync(entry, uid, gid);
  for (const child of readdirSync(entry, { withFileTypes: true, recursive: true })) {
    lchownSync(path.join(child.parentPath, child.name), uid, gid);
  }
}

/** Others may pass through the folder (not list it): its secrets are files of mode 0600. */
const letThrough = (folder: string): void => {
  const { mode } = statSync(folder);
  if ((mode & 0o001) === 0) chmodSync(folder, (mode & 0o777) | 0o011);
};

function hasName(): boolean {
  try {
    return userInfo().username !== '';
  } catch {
    return false;
  }
}

const idOf = (flag: '-u' | '-g'): number => {
  const id = Number(spawnSync('id', [flag, 'nobody'], { encoding: 'utf8' }).stdout.trim() || Number.NaN);
  if (Number.isInteger(id) && id !== 0) return id;
  throw new Failure(
    'conflict',
    'PostgreSQL does not run as root, and there is no user "nobody" to run it as: start TaskFlow as an ordinary user.',
  );
};

const foreign = (folder: string, uid: number): string =>
  `${folder} belongs to another user (number ${uid}): start TaskFlow as that user, or set TASKFLOW_DATA to a folder of your own.`;

function unnamed(uid: number): never {
  throw new Failure(
    'conflict',
    `PostgreSQL does not run as a user without a name (number ${uid}): add one to /etc/passwd, or start TaskFlow as another user.`,
  );
}
