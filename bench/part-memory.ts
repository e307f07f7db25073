/** What does each part of the distributed mode hold (PSS), idle for half a minute? */
import { setTimeout as sleep } from 'node:timers/promises';
import type { TaskFlow } from '@taskflow/engine/src/start-taskflow.ts';
import { pssOf } from '../tests/support/process-tree.ts';
import type { Row } from './report.ts';
import { processesOfParts } from './stage.ts';

const IDLE_MS = 30_000;

/** Megabytes by the part's name. */
export async function memoryOfParts(taskflow: TaskFlow): Promise<Map<string, number>> {
  await sleep(IDLE_MS);
  const parts = [...processesOfParts(taskflow)];
  return new Map(
    parts.map(([name, pids]) => [name, pssOf(pids.map((pid) => ({ pid, role: 'other', command: name })))]),
  );
}

export function memoryRows(started: ReadonlyMap<string, number>, used: ReadonlyMap<string, number>): Row[] {
  const sum = (memory: ReadonlyMap<string, number>) => memory.values().reduce((total, each) => total + each, 0);
  const row = (name: string, value: number, later: number): Row => ({
    name: `memory (PSS) of ${name}`,
    value,
    unit: 'MB',
    detail: `30 s after the start; ${later.toFixed(0)} MB 30 s after all of this benchmark's load`,
  });
  const rows = [...started].map(([name, value]) => row(name, value, used.get(name) ?? 0));
  return [...rows.sort((one, other) => other.value - one.value), row('all parts together', sum(started), sum(used))];
}
