/** What does the way through frontend and two sidecars cost? The same list by the frontend's address and straight at the backend, in turns. */
import { type Client, clientOf } from '../tests/support/client.ts';
import { median, percentile } from './numbers.ts';
import type { Row } from './report.ts';
import { meterParts, type Stage } from './stage.ts';

const ROUNDS = 11;
const REQUESTS = 50;
const PATH = '/api/tasks?limit=50';

export async function measureSidecarCost(stage: Stage): Promise<Row[]> {
  const { client, taskflow } = stage;
  const [backend] = taskflow.services['backend-service'];
  const ways = { through: client, straight: clientOf(backend!.url, client.token) };
  const found = { through: newFound(), straight: newFound() };
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const way of ['through', 'straight'] as const) {
      const cpuOf = meterParts(stage);
      const walls_ms = await ask(ways[way]);
      // The first round warms up.
      if (round < 0) continue;
      found[way].walls_ms.push(...walls_ms);
      found[way].cpu_ms.push(cpuOf());
    }
  }
  const at = (way: keyof typeof found, percent: number) => percentile(found[way].walls_ms, percent);
  const parts = ['frontend', 'sidecar-frontend', 'sidecar-backend-service', 'backend-service', 'postgres'];
  const cost = (way: keyof typeof found, part: string) =>
    median(found[way].cpu_ms.map((used) => (used.get(part) ?? 0) / REQUESTS));
  const sum = (way: keyof typeof found) => parts.reduce((total, part) => total + cost(way, part), 0);
  return [
    {
      name: 'list of 50 by the frontend and two sidecars / straight at the backend, p50',
      value: at('through', 50),
      unit: 'ms',
      baseline: at('straight', 50),
      detail: `p95 ${at('through', 95).toFixed(1)} and ${at('straight', 95).toFixed(1)} ms, one request at a time`,
    },
    {
      name: 'list of 50 by the frontend and two sidecars / straight at the backend, CPU',
      value: sum('through'),
      unit: 'ms CPU',
      baseline: sum('straight'),
      detail: parts
        .map((part) => `${part} ${cost('through', part).toFixed(2)} (${cost('straight', part).toFixed(2)})`)
        .join(', '),
    },
  ];
}

const newFound = () => ({ walls_ms: [] as number[], cpu_ms: [] as Map<string, number>[] });

async function ask(client: Client): Promise<number[]> {
  const walls_ms: number[] = [];
  for (let request = 0; request < REQUESTS; request += 1) {
    const start = performance.now();
    const { status, body } = await client.call('GET', PATH);
    walls_ms.push(performance.now() - start);
    if (status !== 200 || body.items.length !== 50) throw new Error(`list: ${status}`);
  }
  return walls_ms;
}
