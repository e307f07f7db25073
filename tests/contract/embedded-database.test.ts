/** The embedded database: what was acknowledged is there after any crash, and every start finds its way. */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { DatabaseConnection } from '@taskflow/adapters/embedded/database.ts';
import { processIdentity } from '@taskflow/adapters/embedded/process-identity.ts';
import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';

const LAUNCHER = fileURLToPath(new URL('./embedded-database.launcher.ts', import.meta.url));
const NOBODY = 65534;
const is_root = process.getuid?.() === 0;

interface Launched {
  child: ChildProcess;
  connection: DatabaseConnection;
  pid: number;
  adopted: boolean;
}

interface LaunchOptions {
  transport?: 'tcp';
  uid?: number;
  env?: NodeJS.ProcessEnv;
}

const folders: string[] = [];
const launched: ChildProcess[] = [];

const aFolder = (name = 'data'): string => {
  const top = mkdtempSync(path.join(tmpdir(), 'taskflow-db-'));
  folders.push(top);
  chmodSync(top, 0o755);
  const folder = path.join(top, name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
};

function spawnLauncher(data_dir: string, { transport, uid, env }: LaunchOptions = {}): ChildProcess {
  const child = spawn(process.execPath, [LAUNCHER, data_dir, transport ?? 'socket'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    ...(env ? { env } : {}),
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  launched.push(child);
  return child;
}

const firstLine = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = '';
    child.stdout!.on('data', (chunk) => {
      text += chunk;
      if (text.includes('\n')) resolve(text);
    });
    child.once('exit', () => setImmediate(() => reject(new Error(`ended without a word: ${text}`))));
  });

async function launch(data_dir: string, options: LaunchOptions = {}): Promise<Launched> {
  const child = spawnLauncher(data_dir, options);
  const said = JSON.parse(await firstLine(child));
  if (said.refused) throw new Error(said.refused);
  return { child, ...said };
}

async function query(connection: DatabaseConnection, sql: string): Promise<pg.QueryResult['rows']> {
  const client = new pg.Client(connection);
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

const ended = (child: ChildProcess): Promise<unknown> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.once('exit', resolve));

async function stop({ child, pid }: Launched): Promise<void> {
  child.kill('SIGTERM');
  await ended(child);
  expect(processIdentity(pid)).toBeNull();
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await ended(child);
}

/** Whatever a test has left: launchers first, then the servers that outlive them. */
afterEach(async () => {
  for (const child of launched.splice(0)) await kill(child);
  for (const folder of folders.splice(0)) {
    for (const data_dir of [path.join(folder, 'data'), folder]) {
      const pid_file = path.join(data_dir, 'pg', 'postmaster.pid');
      const pid = existsSync(pid_file) ? Number.parseInt(readFileSync(pid_file, 'utf8'), 10) : 0;
      if (pid > 0 && pid !== process.pid && processIdentity(pid)) process.kill(pid, 'SIGQUIT');
    }
    await sleep(100);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
});

describe('the embedded database', () => {
  it('starts on an empty folder, stops, and starts again with what it had', async () => {
    const data_dir = aFolder();
    const first = await launch(data_dir);
    await query(first.connection, "create table kept (v text); insert into kept values ('räksmörgås')");
    const [setting] = await query(
      first.connection,
      "select current_setting('fsync') f, current_setting('synchronous_commit') s, current_setting('data_checksums') c, upper('ß å') u",
    );
    expect(setting).toEqual({ f: 'on', s: 'on', c: 'on', u: 'ß Å' });
    await stop(first);

    const second = await launch(data_dir);
    expect(second.adopted).toBe(false);
    expect(await query(second.connection, 'select v from kept')).toEqual([{ v: 'räksmörgås' }]);
    await stop(second);
  });

  it('is private to its owner and listens on no port', async () => {
    const data_dir = aFolder();
    const running = await launch(data_dir);
    expect(await query(running.connection, "select current_setting('listen_addresses') addresses")).toEqual([
      { addresses: '' },
    ]);
    expect(statSync(running.connection.host).mode & 0o077).toBe(0);
    await stop(running);
  });

  it('is adopted by the next start when its launcher was killed, and stopped by that one', async () => {
    const data_dir = aFolder();
    const first = await launch(data_dir);
    await kill(first.child);
    const second = await launch(data_dir);
    expect(second).toMatchObject({ adopted: true, pid: first.pid });
    await stop(second);
  });

  it('has every acknowledged row after each of five kill -9', async () => {
    const data_dir = aFolder();
    let running = await launch(data_dir);
    await query(running.connection, 'create table ledger (id bigint primary key)');
    let acknowledged = 0;
    for (let round = 0; round < 5; round++) {
      const client = new pg.Client(running.connection);
      client.on('error', () => undefined);
      await client.connect();
      const first = acknowledged;
      for (;;) {
        if (acknowledged === first + 200) process.kill(running.pid, 'SIGKILL');
        if (
          await client.query('insert into ledger values ($1) on conflict do nothing', [acknowledged + 1]).then(
            () => true,
            () => false,
          )
        )
          acknowledged++;
        else break;
        // The orphaned server process of a connection may still answer for a moment: those rows are promises too.
      }
      await client.end().catch(() => undefined);
      await kill(running.child);
      running = await launch(data_dir);
      expect(running.adopted).toBe(false);
      const [{ lost }] = await query(
        running.connection,
        `select count(*)::int lost from generate_series(1, ${acknowledged}) n where not exists (select from ledger where id = n)`,
      );
      expect(lost).toBe(0);
    }
    expect(acknowledged).toBeGreaterThanOrEqual(1000);
    await stop(running);
  });

  it('starts although the number in a stale postmaster.pid belongs to another process by now', async () => {
    const data_dir = aFolder();
    const first = await launch(data_dir);
    const pid_file = path.join(data_dir, 'pg', 'postmaster.pid');
    const stale = readFileSync(pid_file, 'utf8');
    await stop(first);
    writeFileSync(pid_file, stale.replace(/^\d+/, String(process.pid)));
    const second = await launch(data_dir);
    expect(second.adopted).toBe(false);
    await stop(second);
  });

  it('is set up anew when the first set-up was killed half-way', async () => {
    const data_dir = aFolder();
    const child = spawnLauncher(data_dir);
    const begun = () => readdirSync(data_dir).some((name) => existsSync(path.join(data_dir, name, 'PG_VERSION')));
    while (!begun()) await sleep(5);
    await kill(child);
    expect(existsSync(path.join(data_dir, 'pg'))).toBe(false);
    const running = await launch(data_dir);
    expect(await query(running.connection, 'select 1 one')).toEqual([{ one: 1 }]);
    await stop(running);
  });

  it('finds a short place for its socket when the path of the folder is long', async () => {
    const data_dir = aFolder(path.join('data', 'x'.repeat(60), 'y'.repeat(60)));
    const running = await launch(data_dir);
    folders.push(path.dirname(running.connection.host));
    expect(running.connection.host.startsWith(tmpdir())).toBe(true);
    expect(statSync(path.dirname(running.connection.host)).mode & 0o077).toBe(0);
    await kill(running.child);
    const next = await launch(data_dir);
    expect(next.adopted).toBe(true);
    await stop(next);
  });

  it('listens on loopback with a password where there are no Unix sockets', async () => {
    const data_dir = aFolder();
    const first = await launch(data_dir, { transport: 'tcp' });
    expect(first.connection.host).toBe('127.0.0.1');
    await expect(query({ ...first.connection, password: 'guessed' }, 'select 1')).rejects.toThrow(/password/);
    await kill(first.child);
    const second = await launch(data_dir, { transport: 'tcp' });
    expect(second.adopted).toBe(true);
    expect(await query(second.connection, 'select 1 one')).toEqual([{ one: 1 }]);
    await stop(second);
  });
});

describe('the embedded database refuses', () => {
  it('a second start on the same folder, naming the process, until that one is gone', async () => {
    const data_dir = aFolder();
    const first = await launch(data_dir);
    await expect(launch(data_dir)).rejects.toThrow(`(process ${first.child.pid})`);
    await kill(first.child);
    await stop(await launch(data_dir));
  });

  it('a folder made by another version of PostgreSQL', async () => {
    const data_dir = aFolder();
    mkdirSync(path.join(data_dir, 'pg'));
    writeFileSync(path.join(data_dir, 'pg', 'PG_VERSION'), '17\n');
    await expect(launch(data_dir)).rejects.toThrow(/made by PostgreSQL 17, and this TaskFlow brings PostgreSQL 18/);
  });

  it('a folder with something else in it, and leaves that alone', async () => {
    const data_dir = aFolder();
    mkdirSync(path.join(data_dir, 'pg'));
    writeFileSync(path.join(data_dir, 'pg', 'thesis.txt'), 'years of work');
    await expect(launch(data_dir)).rejects.toThrow(/holds no PostgreSQL database/);
    expect(readFileSync(path.join(data_dir, 'pg', 'thesis.txt'), 'utf8')).toBe('years of work');
  });
});

/** Others can run the programs only if no folder above them is closed to them. */
const installed_for_all = (() => {
  for (let folder = path.dirname(process.execPath); folder !== path.dirname(folder); folder = path.dirname(folder)) {
    if ((statSync(folder).mode & 0o005) !== 0o005) return false;
  }
  return true;
})();

describe.skipIf(!is_root)('started by root (skipped: only root can try)', () => {
  it.skipIf(!installed_for_all)('the database runs as nobody where user namespaces are not to be had', async () => {
    const data_dir = aFolder();
    const bin = path.join(data_dir, '..', 'bin');
    mkdirSync(bin);
    const id = ['/usr/bin/id', '/bin/id'].find((file) => existsSync(file));
    accessSync(id!, constants.X_OK);
    symlinkSync(id!, path.join(bin, 'id'));
    const first = await launch(data_dir, { env: { PATH: bin } });
    expect(statSync(path.join(data_dir, 'pg')).uid).toBe(NOBODY);
    expect(await query(first.connection, 'select 1 one')).toEqual([{ one: 1 }]);
    await stop(first);
    // The folder stays usable where namespaces are allowed, too.
    await stop(await launch(data_dir));
  });

  it.skipIf(!installed_for_all)(
    'and by an ordinary user on a folder of that user, which root may start later',
    async () => {
      const data_dir = aFolder();
      chownSync(data_dir, NOBODY, NOBODY);
      const env = { PATH: process.env.PATH };
      const first = await launch(data_dir, { uid: NOBODY, env });
      await query(first.connection, 'create table kept (v int); insert into kept values (1)');
      await stop(first);
      const second = await launch(data_dir);
      expect(await query(second.connection, 'select v from kept')).toEqual([{ v: 1 }]);
      await stop(second);
      await stop(await launch(data_dir, { uid: NOBODY, env }));
    },
  );

  it.skipIf(!installed_for_all)('but an ordinary user is refused a folder of root', async () => {
    const data_dir = aFolder();
    await stop(await launch(data_dir));
    for (const file of [data_dir, path.join(data_dir, 'taskflow.lock'), path.join(data_dir, 'taskflow.pid')])
      chownSync(file, NOBODY, NOBODY);
    await expect(launch(data_dir, { uid: NOBODY, env: { PATH: process.env.PATH } })).rejects.toThrow(
      /belongs to another user/,
    );
  });
});
