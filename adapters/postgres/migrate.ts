/** A database has the schema of this code before anything else looks at it, however many replicas start at once. */
import { readdirSync, readFileSync } from 'node:fs';
import { Failure } from '@taskflow/core/domain/failure.ts';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import pg from 'pg';
import { sessionSettings } from './connect.ts';
import { repairAfterRestore } from './repair-after-restore.ts';

/** Returns the names of the migrations that were made. Each file is applied once, in the order of the numbers, all or none. */
export async function migrate(connection: pg.PoolConfig): Promise<string[]> {
  const pool = new pg.Pool({
    application_name: 'taskflow migrate',
    connectionTimeoutMillis: 10_000,
    ...connection,
    ...sessionSettings,
    max: 2,
  });
  pool.on('error', () => {});
  try {
    const migrations = readMigrations();
    // Kysely's migrator holds an advisory lock meanwhile: replicas that start together wait for the first one.
    const migrator = new Migrator({
      db: new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) }),
      provider: { getMigrations: async () => migrations },
      migrationTableName: TABLE,
      migrationLockTableName: `${TABLE}_lock`,
    });
    const { error, results } = await migrator.migrateToLatest();
    if (error) throw (await newerThan(migrations, pool)) ?? error;
    await repairAfterRestore(pool);
    return (results ?? []).map((result) => result.migrationName);
  } finally {
    await pool.end();
  }
}

const TABLE = 'schema_migration';
const folder = new URL('./migrations/', import.meta.url);

function readMigrations(): Record<string, Migration> {
  const files = readdirSync(folder).filter((name) => /^\d{4}_\w+\.sql$/.test(name));
  return Object.fromEntries(
    files.sort().map((file) => {
      const text = readFileSync(new URL(file, folder), 'utf8');
      const up = async (db: Kysely<unknown>) => void (await sql.raw(text).execute(db));
      return [file.replace('.sql', ''), { up }];
    }),
  );
}

async function newerThan(known: Record<string, Migration>, pool: pg.Pool): Promise<Failure | null> {
  const found = await pool.query<{ name: string }>(`select name from ${TABLE} order by name`).catch(() => null);
  const unknown = found?.rows.map((row) => row.name).filter((name) => !(name in known)) ?? [];
  if (unknown.length === 0) return null;
  return new Failure(
    'conflict',
    `The database was made by a newer TaskFlow (it has ${unknown.join(', ')}): start that version, or restore the backup made before the upgrade.`,
  );
}
