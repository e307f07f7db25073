/** What does TaskFlow take while nobody uses it, and how long does a start take on a folder that is there already? */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, signUp } from '../tests/support/client.ts';
import { pssOf, type RunningTree, startTree } from '../tests/support/process-tree.ts';
import { median } from './numbers.ts';
import { isReady } from './processes.ts';
import type { Row } from './report.ts';

const PSS_MB_MAX = 400;
const READY_MS_MAX = 5_000;
const IDLE_MS = 30_000;
const STARTS = 3;
const REQUESTS = 500;
const PAGES = 50;

export async function measure(): Promise<Row[]> {
  const data_dir = mkdtempSync(path.join(tmpdir(), 'taskflow-bench-'));
  try {
    const client = await firstLife(data_dir);
    const starts_ms: number[] = [];
    for (let start = 1; start < STARTS; start += 1) {
      const { tree, ready_ms } = await timedStart(data_dir);
      starts_ms.push(ready_ms);
      await tree.stop();
    }
    const { tree, ready_ms } = await timedStart(data_dir);
    starts_ms.push(ready_ms);
    try {
      return [readyRow(starts_ms), ...(await memoryRows(tree, { ...client, url: tree.url }))];
    } finally {
      await tree.stop();
    }
  } finally {
    rmSync(data_dir, { recursive: true, force: true });
  }
}

/** The first start installs, builds and makes the database; its time is nobody's measure here. */
async function firstLife(data_dir: string): Promise<Client> {
  const tree = await startTree({ data_dir });
  const client = await signUp(tree.url);
  await tree.stop();
  return client;
}

async function timedStart(data_dir: string): Promise<{ tree: RunningTree; ready_ms: number }> {
  const start = performance.now();
  const tree = await startTree({ data_dir });
  await isReady(tree.url);
  return { tree, ready_ms: performance.now() - start };
}

const readyRow = (starts_ms: readonly number[]): Row => ({
  name: `warm start until ready (median of ${STARTS})`,
  value: median(starts_ms),
  unit: 'ms',
  limit: READY_MS_MAX,
  detail: starts_ms.map((ms) => ms.toFixed(0)).join(', '),
});

async function memoryRows(tree: RunningTree, client: Client): Promise<Row[]> {
  await sleep(IDLE_MS);
  const started = memoryRow(tree, 'memory (PSS) 30 s after the start');
  await use(client);
  await sleep(IDLE_MS);
  return [started, memoryRow(tree, `memory (PSS) 30 s after ${REQUESTS} requests and ${PAGES} pages`)];
}

function memoryRow(tree: RunningTree, name: string): Row {
  const processes = tree.processes();
  const roles = [...new Set(processes.map(({ role }) => role))].map((role) => {
    const those = processes.filter((process) => process.role === role);
    return `${role}${those.length > 1 ? ` (${those.length})` : ''} ${pssOf(those).toFixed(0)}`;
  });
  return { name, value: pssOf(processes), unit: 'MB', limit: PSS_MB_MAX, detail: roles.join(', ') };
}

/** A person at work: tasks made and looked at, and the page opened. */
async function use({ url, token }: Client): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  for (let request = 0; request < REQUESTS / 2; request += 1) {
    const body = JSON.stringify({ title: `Water plant ${request}`, due_date: '2099-12-01' });
    await succeed(fetch(`${url}/api/tasks`, { method: 'POST', headers, body }));
    await succeed(fetch(`${url}/api/tasks?sort=due_date`, { headers }));
  }
  for (let page = 0; page < PAGES; page += 1) await succeed(fetch(`${url}/dashboard`));
}

async function succeed(request: Promise<Response>): Promise<void> {
  const response = await request;
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
}
