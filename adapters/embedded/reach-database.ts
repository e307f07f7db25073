/** For commands beside TaskFlow: the database of a data folder, of the TaskFlow that runs or started for the occasion. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Failure } from '@taskflow/core/domain/failure.ts';
import { type DataLock, lockData } from './data-lock.ts';
import { type DatabaseConnection, startDatabase } from './database.ts';
import { DATABASE_NAME, DATABASE_USER } from './postgres-cluster.ts';
import { findPostmaster } from './postmaster.ts';

export interface ReachedDatabase {
  connection: DatabaseConnection;
  /** TaskFlow does not run: nobody else uses the database. */
  ours: boolean;
  leave(): Promise<void>;
}

export async function reachDatabase(data_dir: string): Promise<ReachedDatabase> {
  const lock = takeLock(data_dir);
  if (lock instanceof Failure) return { connection: connectionOfRunning(data_dir, lock), ours: false, leave };
  try {
    const database = await startDatabase({ data_dir, log_file: path.join(data_dir, 'postgres.log') });
    const stop = () => database.stop().finally(() => lock.release());
    return { connection: database.connection, ours: true, leave: stop };
  } catch (error) {
    lock.release();
    throw error;
  }
}

const leave = async (): Promise<void> => undefined;

function takeLock(data_dir: string): DataLock | Failure {
  try {
    return lockData(data_dir);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

function connectionOfRunning(data_dir: string, refusal: Failure): DatabaseConnection {
  const server = findPostmaster(path.join(data_dir, 'pg'));
  // The lock may also be refused for another reason, which then is the one to tell.
  if (server === null) throw refusal;
  if (server.status !== 'ready')
    throw new Failure('unavailable', `The database of ${data_dir} is not ready just now: try again in a moment.`);
  const password_file = path.join(data_dir, 'pg.password');
  const { port, socket_dir } = server;
  return {
    host: socket_dir || '127.0.0.1',
    port,
    user: DATABASE_USER,
    database: DATABASE_NAME,
    ...(!socket_dir && existsSync(password_file) ? { password: readFileSync(password_file, 'utf8') } : {}),
  };
}
