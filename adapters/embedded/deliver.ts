/** One delivery: every event gets an outcome, also when the subscriber chokes on the batch as a whole. */
import { BulkDeliveryAnswer } from '@taskflow/core/contracts/events.ts';
import type { HttpClient } from '../http/http-client.ts';
import { Unreachable } from '../http/http-client.ts';

export interface Outgoing {
  id: string;
  body: string;
}

export type Outcome = { status: 'SUCCESS' } | { status: 'RETRY' | 'DROP'; reason: string };

/** Throws Unreachable when the subscriber is not there to answer, Unanswered when it went away over this. */
export async function deliver(client: HttpClient, events: readonly Outgoing[]): Promise<Map<string, Outcome>> {
  // Put together as text: the bodies are JSON already, and the one that is not shows itself below.
  const entries = events.map(({ id, body }) => `{"entryId":${JSON.stringify(id)},"event":${body}}`);
  const { status, body } = await client.send('POST', '/subscribe', `{"entries":[${entries.join(',')}]}`);
  if (NOT_THERE.has(status)) throw new Unreachable(`the subscriber answers ${status}`);
  const statuses = status === 200 ? readStatuses(body) : null;
  if (statuses !== null) return new Map(events.map(({ id }) => [id, statuses.get(id) ?? UNMENTIONED]));

  const [only] = events;
  if (only !== undefined && events.length === 1) return new Map([[only.id, refused(status)]]);
  const middle = Math.ceil(events.length / 2);
  const first = await deliver(client, events.slice(0, middle));
  return new Map([...first, ...(await deliver(client, events.slice(middle)))]);
}

/** Not a judgement of the events: it starts or stops (503), or is set up with another token (401, 403). */
const NOT_THERE = new Set([401, 403, 503]);

const UNMENTIONED: Outcome = { status: 'RETRY', reason: 'the subscriber gave it no status' };

/** What a body that is not JSON does to a delivery of its own is a 400; that gets no better by trying again. */
const refused = (status: number): Outcome =>
  status === 400
    ? { status: 'DROP', reason: 'the subscriber cannot read it (400)' }
    : { status: 'RETRY', reason: `the subscriber answers ${status}` };

function readStatuses(body: string): Map<string, Outcome> | null {
  const answer = BulkDeliveryAnswer.safeParse(parse(body));
  if (!answer.success) return null;
  return new Map(
    answer.data.statuses.map(({ entryId, status, reason }) => [
      entryId,
      status === 'SUCCESS' ? { status } : { status, reason: reason ?? 'the subscriber gave no reason' },
    ]),
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
