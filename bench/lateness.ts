/** How late is a reminder, from its moment to the user's event stream? One alone, and 2,000 in the same second, as a client sees it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, listen, signUp } from '../tests/support/client.ts';
import { startTree } from '../tests/support/process-tree.ts';
import { median, percentile } from './numbers.ts';
import { quiet } from './quiet.ts';
import type { Row } from './report.ts';
import { BULK_MAX } from './seed.ts';

const SINGLES = 20;
const BURST = 2_000;
const BURSTS = 5;
const SINGLE_MS_MAX = 30;
const BURST_P99_MS_MAX = 250;
/** For the tasks to be made and their alarms to be put. */
const SINGLES_AHEAD_S = 6;
const BURST_AHEAD_S = 20;
const PATIENCE_MS = 30_000;

export async function measure(): Promise<Row[]> {
  const tree = await startTree();
  try {
    const client = await signUp(tree.url);
    const stream = listen(client);
    await stream.opened;
    await quiet(tree);
    const house: House = { client, received: stream.received, untilQuiet: () => quiet(tree) };
    const singles = await measureSingles(house);
    const bursts = await measureBursts(house);
    stream.stop();
    return [singleRow(singles), ...burstRows(bursts)];
  } finally {
    await tree.stop();
  }
}

/** Who waits for reminders: by whatever mode they come. */
export interface House {
  client: Client;
  received: ReturnType<typeof listen>['received'];
  untilQuiet(): Promise<void>;
}

interface Lateness {
  reminders_ms: number[];
  /** How late a bare timer of this process was at the same moments: what the machine itself adds. */
  timers_ms: number[];
}

/** One reminder in each of 20 seconds. */
export async function measureSingles(house: House): Promise<Lateness> {
  const first = momentIn(SINGLES_AHEAD_S);
  const moments = Array.from({ length: SINGLES }, (_, index) => first.add({ seconds: index }));
  const timers = moments.map(timerLateness);
  await addReminders(house.client, moments);
  return { reminders_ms: await receivedLateness(house, moments), timers_ms: await Promise.all(timers) };
}

export async function measureBursts(house: House): Promise<Lateness[]> {
  const bursts: Lateness[] = [];
  for (let burst = 0; burst < BURSTS; burst += 1) bursts.push(await measureBurst(house));
  return bursts;
}

export async function measureBurst(house: House): Promise<Lateness> {
  const moment = momentIn(BURST_AHEAD_S);
  await addReminders(house.client, new Array<Temporal.Instant>(BURST).fill(moment));
  await house.untilQuiet();
  if (moment.epochMilliseconds - Date.now() < 500) throw new Error('Making 2,000 tasks took until their moment.');
  const timer = timerLateness(moment);
  return { reminders_ms: await receivedLateness(house, [moment], BURST), timers_ms: [await timer] };
}

const momentIn = (seconds: number): Temporal.Instant => Temporal.Now.instant().round('second').add({ seconds });

async function timerLateness(moment: Temporal.Instant): Promise<number> {
  await sleep(moment.epochMilliseconds - Date.now());
  return Date.now() - moment.epochMilliseconds;
}

async function addReminders(client: Client, moments: readonly Temporal.Instant[]): Promise<void> {
  for (let made = 0; made < moments.length; made += BULK_MAX) {
    const operations = moments.slice(made, made + BULK_MAX).map((moment, index) => ({
      op: 'create',
      task: { title: `Take the cake out of oven ${made + index}`, reminders: [{ at: moment.toString() }] },
    }));
    const { status, body } = await client.call('POST', '/api/tasks/bulk', { operations });
    if (status !== 200) throw new Error(`bulk: ${status} ${JSON.stringify(body)}`);
  }
}

async function receivedLateness(
  { received }: House,
  moments: readonly Temporal.Instant[],
  count = moments.length,
): Promise<number[]> {
  const wanted = new Set(moments.map((moment) => moment.epochMilliseconds));
  const end = Math.max(...wanted) + PATIENCE_MS;
  for (let from = 0, found = new Map<string, number>(); ; await sleep(50)) {
    for (; from < received.length; from += 1) {
      const { event, received_at_ms } = received[from]!;
      if (event.type !== 'reminder.due') continue;
      const scheduled_ms = Date.parse(event.data.scheduled_for);
      if (wanted.has(scheduled_ms)) found = found.set(event.id, received_at_ms - scheduled_ms);
    }
    if (found.size === count) return [...found.values()];
    if (Date.now() > end) throw new Error(`${found.size} of ${count} reminders came within ${PATIENCE_MS} ms.`);
  }
}

function singleRow({ reminders_ms, timers_ms }: Lateness): Row {
  return {
    name: `reminder alone, late by (median of ${SINGLES})`,
    value: median(reminders_ms),
    unit: 'ms',
    limit: SINGLE_MS_MAX,
    detail: `from ${Math.min(...reminders_ms)} to ${Math.max(...reminders_ms)} ms; a bare timer ${median(timers_ms)} ms`,
  };
}

/** The median of the bursts: what the machine does beside it spoils few of them. */
export function burstRows(bursts: readonly Lateness[]): Row[] {
  const at = (percent: number) => bursts.map(({ reminders_ms }) => percentile(reminders_ms, percent));
  const p99 = at(99);
  const row: Row = {
    name: `${BURST} reminders in one second, p99 late by (median of ${BURSTS})`,
    value: median(p99),
    unit: 'ms',
    limit: BURST_P99_MS_MAX,
    detail: `p50 ${at(50).join(', ')}; p99 ${p99.join(', ')}; bare timers ${bursts.flatMap((burst) => burst.timers_ms).join(', ')} ms`,
  };
  const early = bursts.flatMap(({ reminders_ms }) => reminders_ms).filter((late_ms) => late_ms < 0).length;
  return [row, { name: 'reminders that came early', value: early, unit: '', limit: 0 }];
}
