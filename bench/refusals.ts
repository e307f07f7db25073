/** What does it cost to refuse hostile input? CPU of the backend for each request, headers to answer. */
import { type Client, signUp } from '../tests/support/client.ts';
import { type RunningTree, startTree } from '../tests/support/process-tree.ts';
import { cpuMs } from './cpu.ts';
import type { Row } from './report.ts';

const REFUSAL_MS_MAX = 100;
/** The kernel counts in ticks of 10 ms. */
const REQUESTS = 20;

const numbers = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index).join(',');
const many = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item);
const withRule = (recurrence_rule: string) =>
  JSON.stringify({ title: 'x', due_date: '2026-01-01T09:00:00Z', recurrence_rule });

const HOSTILE: readonly [what: string, path: string, body: string][] = [
  ['500,000 wrong tags', '/api/tasks', JSON.stringify({ title: 'x', tags: many(500_000, 1) })],
  [
    '100,000 levels of nesting',
    '/api/tasks',
    `{"title":"x","description":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
  ],
  [
    '50,000 unknown fields',
    '/api/tasks',
    JSON.stringify(Object.fromEntries(many(50_000, 1).map((one, index) => [`field${index}`, one]))),
  ],
  ['a title of a million spaces', '/api/tasks', JSON.stringify({ title: ' '.repeat(1_000_000) })],
  ['1.1 MB', '/api/tasks', JSON.stringify({ title: 'x'.repeat(1_100_000) })],
  [
    'a bulk of 1,000 with 100 wrong reminders each',
    '/api/tasks/bulk',
    JSON.stringify({
      operations: many(1_000, { op: 'create', task: { title: 'x', reminders: many(100, 1) } }),
    }),
  ],
  ['FREQ=SECONDLY', '/api/tasks', withRule('FREQ=SECONDLY')],
  ['30 February', '/api/tasks', withRule('FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30')],
  ['COUNT=1000000000', '/api/tasks', withRule('FREQ=DAILY;COUNT=1000000000')],
  ['a rule of 10 kB', '/api/tasks', withRule(`FREQ=YEARLY;BYYEARDAY=${numbers(1, 366).repeat(8)}`)],
  ['a rule without an instance', '/api/tasks', withRule('FREQ=SECONDLY;INTERVAL=3601;BYMONTH=2;BYMONTHDAY=30')],
  [
    'a rule whose instances lie too far apart',
    '/api/tasks',
    withRule('FREQ=SECONDLY;INTERVAL=86399;BYHOUR=9;BYMINUTE=0;BYSECOND=0;COUNT=100'),
  ],
  [
    'a quick-add line of 20,000 characters',
    '/api/tasks/quick-add',
    JSON.stringify({ text: 'every 1st and '.repeat(1_450) }),
  ],
];

export async function measure(): Promise<Row[]> {
  const tree = await startTree();
  try {
    const client = await signUp(tree.url);
    const backend = tree.processes().find(({ role }) => role === 'backend')!;
    const rows: Row[] = [];
    for (const [what, path, body] of HOSTILE)
      rows.push(await refuse({ tree, client, pid: backend.pid }, what, path, body));
    return rows;
  } finally {
    await tree.stop();
  }
}

interface House {
  tree: RunningTree;
  client: Client;
  pid: number;
}

async function refuse({ tree, client, pid }: House, what: string, path: string, body: string): Promise<Row> {
  const ask = async () => {
    const headers = { authorization: `Bearer ${client.token}`, 'content-type': 'application/json' };
    const response = await fetch(tree.url + path, { method: 'POST', headers, body });
    await response.arrayBuffer();
    if (response.status < 400 || response.status > 499) throw new Error(`${what}: answered with ${response.status}`);
  };
  await ask();
  const before_ms = cpuMs(pid);
  for (let request = 0; request < REQUESTS; request += 1) await ask();
  const value = (cpuMs(pid) - before_ms) / REQUESTS;
  return { name: `refusing ${what}`, value, unit: 'ms CPU', limit: REFUSAL_MS_MAX };
}
