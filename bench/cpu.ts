/** CPU time (user and system) that processes have used, as the kernel counts it: other programs on the machine do not change it. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type pg from 'pg';

/** Clock ticks are what /proc counts in. */
const TICK_MS = 1_000 / Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** All threads of a process; 0 when it is gone. */
export function cpuMs(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  } catch {
    return 0;
  }
}

/** What was used between the call and the call of what it returns. */
export interface CpuMeter {
  start(): Promise<() => Promise<{ node_ms: number; database_ms: number }>>;
}

/**
 * A server process, and the database sessions that it opens under its application name. A session that was closed
 * meanwhile had been idle (pools close idle ones only), so nothing is missed with it.
 */
export function meterOf(pid: number, sessions: { application_name: string; observer: pg.Client }): CpuMeter {
  const read = async () => {
    const { rows } = await sessions.observer.query<{ pid: number }>(
      'select pid from pg_stat_activity where application_name = $1',
      [sessions.application_name],
    );
    return { node: cpuMs(pid), database: new Map(rows.map((row) => [row.pid, cpuMs(row.pid)])) };
  };
  return {
    async start() {
      const before = await read();
      return async () => {
        const after = await read();
        let database_ms = 0;
        for (const [session, used_ms] of after.database) database_ms += used_ms - (before.database.get(session) ?? 0);
        return { node_ms: after.node - before.node, database_ms };
      };
    },
  };
}
