/** What do 100,000 tasks with reminders over a year leave in the scheduler? A day's moments, by its own count of keys. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { bulkTasks } from '@taskflow/core/usecases/bulk-tasks.ts';
import type { TaskFlow } from '@taskflow/engine/src/start-taskflow.ts';
import { until } from '../tests/support/client.ts';
import { addPerson, openApplication } from './application.ts';
import { randomFrom } from './numbers.ts';
import type { Row } from './report.ts';
import { BULK_MAX } from './seed.ts';
import { type Stage, untilQuiet } from './stage.ts';

const TASKS = 100_000;
const YEAR_S = 365 * 86_400;
const HORIZON_HOURS = 25;
const PATIENCE_MS = 300_000;

export async function measureSchedulerStorage(stage: Stage): Promise<Row[]> {
  const { taskflow } = stage;
  const before_mb = folderMb(taskflow.engine.scheduler.data_folder);
  const seeded = performance.now();
  const moments_of_year = await seedReminders(taskflow);
  await until('all of it to be relayed', () => isRelayed(stage), PATIENCE_MS);
  const relayed_s = (performance.now() - seeded) / 1_000;
  await untilQuiet(stage);
  // At its start it puts all that is near, again.
  const [worker] = taskflow.services.worker;
  await worker!.app.kill('SIGTERM');
  await worker!.app.awaitReady();
  await worker!.sidecar.awaitApplication();
  await untilQuiet(stage);
  // Jobs first: a moment that passes in between is missing among the moments, not among the jobs.
  const jobs = await countJobs(taskflow);
  const moments = await countMoments(taskflow);
  if (jobs < moments - 2) throw new Error(`The scheduler has ${jobs} alarms for ${moments} moments.`);
  const after_mb = folderMb(taskflow.engine.scheduler.data_folder);
  return [
    {
      name: `jobs in the scheduler / moments of ${HORIZON_HOURS} hours, at ${TASKS} reminders over a year`,
      value: jobs,
      unit: 'jobs',
      baseline: moments,
      // One may have rung between the two looks.
      limit: 1.01,
      detail: `${moments_of_year} moments in the year; seeded and relayed in ${relayed_s.toFixed(0)} s`,
    },
    {
      name: "the scheduler's folder then",
      value: after_mb,
      unit: 'MB',
      detail: `before ${before_mb.toFixed(0)} MB; etcd keeps its log in files of 64 MB, made at their full size`,
    },
  ];
}

/** Returns how many moments they have. */
async function seedReminders({ engine }: TaskFlow): Promise<number> {
  const application = openApplication(engine.postgres.connection, {
    application_name: 'bench-seed',
    connections_max: 1,
  });
  try {
    const context = await addPerson(application);
    const random = randomFrom(2);
    const now = application.deps.clock.now().round('second');
    const moments = new Set<string>();
    for (let made = 0; made < TASKS; made += BULK_MAX) {
      const operations = Array.from({ length: BULK_MAX }, (_, index) => {
        // An hour ahead at least: none rings before it is counted.
        const at = now.add({ seconds: 3_600 + Math.floor(random() * (YEAR_S - 3_600)) }).toString();
        moments.add(at);
        return { op: 'create' as const, task: { title: `Change filter ${made + index}`, reminders: [{ at }] } };
      });
      await bulkTasks(application.deps, context, operations);
    }
    return moments.size;
  } finally {
    await application.close();
  }
}

async function isRelayed({ taskflow }: Stage): Promise<boolean> {
  const [backend] = taskflow.services['backend-service'];
  const metrics = await (await fetch(`${backend!.url}/metrics`)).text();
  return /^taskflow_relay_behind_events 0$/m.test(metrics);
}

/** The scheduler keeps jobs in an etcd of its own, which listens on loopback (Dapr has no API to count jobs). */
async function countJobs({ engine }: TaskFlow): Promise<number> {
  const ports = JSON.parse(readFileSync(path.join(engine.folder, 'ports.json'), 'utf8')) as Record<string, number>;
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const answer = await fetch(`http://127.0.0.1:${ports['scheduler.etcd']}/v3/kv/range`, {
    method: 'POST',
    // '0' follows '/': all keys below the folder.
    body: JSON.stringify({ key: base64('dapr/jobs/'), range_end: base64('dapr/jobs0'), count_only: true }),
  });
  if (!answer.ok) throw new Error(`etcd: ${answer.status} ${await answer.text()}`);
  return Number(((await answer.json()) as { count?: string }).count ?? 0);
}

/** As the worker asks for them. */
async function countMoments({ services, tokens }: TaskFlow): Promise<number> {
  const [backend] = services['backend-service'];
  const now = Temporal.Now.instant().round('second');
  const to = now.add({ hours: HORIZON_HOURS }).toString();
  let count = 0;
  for (let after: string | null = now.toString(); after !== null; ) {
    const url = `${backend!.url}/internal/moments?${new URLSearchParams({ after, to })}`;
    const answer = await fetch(url, { headers: { 'dapr-api-token': tokens.app_api_token } });
    if (!answer.ok) throw new Error(`moments: ${answer.status} ${await answer.text()}`);
    const page = (await answer.json()) as { moments: string[]; next: string | null };
    count += page.moments.length;
    after = page.next;
  }
  return count;
}

/** As it lies on the disk: in blocks of 512 bytes. */
function folderMb(folder: string): number {
  const blocks = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(
    (name) => statSync(path.join(folder, name)).blocks,
  );
  return (blocks.reduce((sum, each) => sum + each, 0) * 512) / 2 ** 20;
}
