/** A supervisor in small, for tests to kill: takes the lock, starts the database, says so, and stays. */
import path from 'node:path';
import { lockData } from '@taskflow/adapters/embedded/data-lock.ts';
import { startDatabase } from '@taskflow/adapters/embedded/database.ts';

const [data_dir = '', transport = 'socket'] = process.argv.slice(2);
try {
  const lock = lockData(data_dir);
  const log_file = path.join(data_dir, 'postgres.log');
  const database = await startDatabase({ data_dir, log_file, transport: transport === 'tcp' ? 'tcp' : 'socket' });
  const { connection, pid, adopted } = database;
  process.once('SIGTERM', async () => {
    await database.stop();
    lock.release();
    process.exit(0);
  });
  process.stdout.write(`${JSON.stringify({ connection, pid, adopted })}\n`);
  setInterval(() => undefined, 60_000);
} catch (error) {
  process.stdout.write(`${JSON.stringify({ refused: (error as Error).message })}\n`);
  process.exitCode = 1;
}
