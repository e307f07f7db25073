/** Alarms and what must be done later as Dapr jobs: one-shot, one for a name, repeated for as long as they fail. */
import type { DurableJobs, JobScheduler } from '@taskflow/core/ports.ts';
import type { HttpClient } from '../http/http-client.ts';
import { SidecarRefused } from './sidecar.ts';

type Alarm = Parameters<JobScheduler['put']>[0][number];

/** One call costs the scheduler 2.5 ms of CPU; more at once are no faster. */
const CALLS_AT_ONCE = 8;
/** Dapr's own default gives up after three tries in three seconds, and the job is gone. No maximum: never. */
const FAILURE_POLICY = { constant: { interval: '5s' } };

/** Rejects when any alarm could not be put; those that were may be put again. */
export function daprJobScheduler(sidecar: HttpClient): JobScheduler & DurableJobs {
  const putJob: DurableJobs['putJob'] = async ({ name, at, data }) => {
    const job = { dueTime: at, data, failurePolicy: FAILURE_POLICY, overwrite: true };
    const answer = await sidecar.send('POST', `/v1.0/jobs/${encodeURIComponent(name)}`, JSON.stringify(job));
    if (answer.status >= 300) throw new SidecarRefused(`job ${name}`, answer);
  };
  // Without data a job is scheduled and never delivered (Dapr 1.18.2).
  const putOne = ({ name, at, traceparent }: Alarm) =>
    putJob({ name, at, data: { moment: at, ...(traceparent ? { traceparent } : {}) } });
  return {
    putJob,
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
