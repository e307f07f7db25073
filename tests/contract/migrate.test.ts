import { migrate } from '@taskflow/adapters/postgres/migrate.ts';
import pg from 'pg';
import { expect, it } from 'vitest';
import { withDatabases } from '../support/databases.ts';

withDatabases('migrations', (server) => {
  it('bring an empty database to the schema of the code, once, however many start at the same time', async () => {
    const { connection } = await server.openEmpty();
    const made = await Promise.all([migrate(connection), migrate(connection), migrate(connection)]);
    const names = made.flat();
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain('0002_tasks');
    expect(await migrate(connection)).toEqual([]);
  });

  it('refuse a database that a newer version has made, in a sentence that says so', async () => {
    const { connection } = await server.open();
    const client = new pg.Client(connection);
    await client.connect();
    await client.query(`insert into schema_migration values ('9999_flying_cars', '2030-01-01T00:00:00Z')`);
    await client.end();
    await expect(migrate(connection)).rejects.toThrow(/newer TaskFlow.*9999_flying_cars/);
  });
});
