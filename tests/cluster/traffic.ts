/** People at work while something happens to the cluster: every request is counted, and what was acknowledged is remembered. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '../support/client.ts';

export interface Traffic {
  /** Lets what is under way end. */
  stop(): Promise<Outcome>;
}

export interface Outcome {
  requests: number;
  /** What went wrong, and when, from the start on. */
  failed: string[];
  /** Ids of tasks whose making was acknowledged. */
  made: string[];
}

const PAUSE_MS = 40;

/** Each of these makes a task and reads it, on and on. */
export function startTraffic(clients: readonly Client[]): Traffic {
  const outcome: Outcome = { requests: 0, failed: [], made: [] };
  const stopping = new AbortController();
  const since = performance.now();
  const elapsed = () => ((performance.now() - since) / 1000).toFixed(1);
  const ask = async (client: Client, status: number, method: string, path: string, body?: unknown) => {
    outcome.requests += 1;
    const asked = elapsed();
    // A connection for each: a new one is what finds a pod that is about to end.
    const answer = await client
      .call(method, path, body, { connection: 'close' })
      .catch((error: Error) => ({ status: 0, body: `${error.message} ${String(error.cause ?? '')}` }));
    if (answer.status === status) return answer.body;
    outcome.failed.push(`${asked}–${elapsed()} s ${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return null;
  };
  const work = async (client: Client, who: number) => {
    for (let turn = 0; !stopping.signal.aborted; turn++) {
      const task = await ask(client, 201, 'POST', '/api/tasks', { title: `Task ${turn} of ${who}` });
      if (task) {
        outcome.made.push(task.id);
        await ask(client, 200, 'GET', `/api/tasks/${task.id}`);
      }
      await sleep(PAUSE_MS);
    }
  };
  const all = Promise.all(clients.map(work));
  return {
    async stop() {
      stopping.abort();
      await all;
      return outcome;
    },
  };
}
