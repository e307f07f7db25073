/** TaskFlow on the engine, as the measurements of the distributed mode find it. */
import { execFileSync } from 'node:child_process';
import type { TaskFlow } from '@taskflow/engine/src/start-taskflow.ts';
import type pg from 'pg';
import type { Client } from '../tests/support/client.ts';
import { cpuMs } from './cpu.ts';
import { quiet } from './quiet.ts';

export interface Stage {
  taskflow: TaskFlow;
  /** Somebody with an account, who comes by the frontend's address as browsers do. */
  client: Client;
  observer: pg.Client;
  /** When the worker handled which event, in milliseconds by its id. */
  handled(): ReadonlyMap<string, number>;
}

/** Until the services have done what follows from what was asked of them. The engine itself is never quite still. */
export function untilQuiet({ taskflow }: Pick<Stage, 'taskflow'>): Promise<void> {
  const apps = Object.values(taskflow.services).flatMap((services) => services.map(({ app }) => app));
  return quiet({ processes: () => apps.flatMap(({ pid }) => (pid === null ? [] : [{ pid }])) });
}

/** The processes of each part, by its name: PostgreSQL has one for each session. */
export function processesOfParts({ engine }: TaskFlow): Map<string, number[]> {
  const children = new Map<number, number[]>();
  for (const line of execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n')) {
    const [pid, parent] = line.trim().split(/\s+/).map(Number) as [number, number];
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const below = (pid: number): number[] => [pid, ...(children.get(pid) ?? []).flatMap(below)];
  return new Map(engine.parts().map(({ name, pid }) => [name, pid === null ? [] : below(pid)]));
}

/** CPU that each part used between the call and the call of what it returns, in milliseconds. */
export function meterParts({ taskflow }: Pick<Stage, 'taskflow'>): () => Map<string, number> {
  const parts = [...processesOfParts(taskflow)];
  const before = new Map(parts.flatMap(([, pids]) => pids.map((pid) => [pid, cpuMs(pid)])));
  return () => {
    // A session that has ended meanwhile had been idle (pools close idle ones only): it would count as less than nothing.
    const used = (pid: number) => Math.max(0, cpuMs(pid) - (before.get(pid) ?? 0));
    return new Map(
      [...processesOfParts(taskflow)].map(([name, pids]) => [name, pids.reduce((sum, pid) => sum + used(pid), 0)]),
    );
  };
}
