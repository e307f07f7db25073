/** For the commands beside TaskFlow: its database, whether TaskFlow runs or not, and left as it was found. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { reachDatabase } from '@taskflow/adapters/embedded/reach-database.ts';
import { migrate } from '@taskflow/adapters/postgres/migrate.ts';
import { Failure } from '@taskflow/core/domain/failure.ts';
import type pg from 'pg';
import { readConfig } from '../embedded/src/config.ts';

/** `advice` ends the sentence about a data folder that has no database. */
export async function withDatabase<T>(advice: string, work: (connection: pg.PoolConfig) => Promise<T>): Promise<T> {
  const { data_dir, database_url } = readConfig(process.env, path.join(import.meta.dirname, '..'));
  if (database_url !== null) return await work({ connectionString: database_url });
  if (!existsSync(path.join(data_dir, 'pg'))) {
    throw new Failure('not_found', `There is no database in ${data_dir}: ${advice}`);
  }
  const database = await reachDatabase(data_dir);
  try {
    if (database.ours) await migrate(database.connection);
    return await work(database.connection);
  } finally {
    await database.leave();
  }
}
