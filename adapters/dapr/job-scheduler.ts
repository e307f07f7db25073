/** Alarms as Dapr jobs: one-shot, named by their moment, repeated for as long as the ring fails. */
import type { JobScheduler } from '@taskflow/core/ports.ts';
import type { HttpClient } from '../http/http-client.ts';
import { SidecarRefused } from './sidecar.ts';

type Alarm = Parameters<JobScheduler['put']>[0][number];

/** One call costs the scheduler 2.5 ms of CPU; more at once are no faster. */
const CALLS_AT_ONCE = 8;
/** Dapr's own default gives up after three tries in three seconds, and the job is gone. No maximum: never. */
const FAILURE_POLICY = { constant: { interval: '5s' } };

/** Rejects when any alarm could not be put; those that were may be put again. */
export function daprJobScheduler(sidecar: HttpClient): JobScheduler {
  const putOne = async ({ name, at, traceparent }: Alarm) => {
    const job = {
      dueTime: at,
      // Without data a job is scheduled and never delivered (Dapr 1.18.2).
      data: { moment: at, ...(traceparent ? { traceparent } : {}) },
      failurePolicy: FAILURE_POLICY,
      overwrite: true,
    };
    const answer = await sidecar.send('POST', `/v1.0/jobs/${encodeURIComponent(name)}`, JSON.stringify(job));
    if (answer.status >= 300) throw new SidecarRefused(`job ${name}`, answer);
  };
  return {
    async put(alarms) {
      const waiting = [...alarms];
      const take = async () => {
        for (let alarm = waiting.shift(); alarm !== undefined; alarm = waiting.shift()) await putOne(alarm);
      };
      try {
        await Promise.all(Array.from({ length: CALLS_AT_ONCE }, take));
      } finally {
        // After the first failure nobody begins another one.
        waiting.length = 0;
      }
    },
  };
}
