/** What became of a reminder on each channel is told by the worker, and seen by the user. */
import { beforeAll, describe, expect, it } from 'vitest';
import { until } from '../support/client.ts';
import { type Json, type Person, signUp } from '../support/person.ts';
import { withTaskFlow } from '../support/taskflow.ts';

const taskflow = withTaskFlow();
let ann: Person;
let id: string;

const notification = async (): Promise<Json> => (await ann.must(200, 'GET', '/api/notifications')).items[0];
const report = (fields: Json): Promise<Response> =>
  taskflow.internal('POST', '/internal/receipts', {
    ...{ notification_id: id, channel: 'webhook', attempts: 1, reason: null, at: '2026-12-01T08:00:00Z' },
    ...fields,
  });
const kept = async (fields: Json): Promise<void> => expect((await report(fields)).status).toBe(204);

beforeAll(async () => {
  ann = await signUp(taskflow.url);
  const due = Temporal.Now.instant().add({ seconds: 1 });
  await ann.task({ title: 'Pay rent', due_date: due.toString() });
  await until('the reminder', async () => {
    await taskflow.internal('POST', '/internal/ring', {});
    return (await notification()) !== undefined;
  });
  id = (await notification()).id;
});

describe('the deliveries of a notification', () => {
  it('are none before there is a receipt', async () => {
    expect((await notification()).deliveries).toEqual([]);
  });

  it('are kept by channel, once, whatever comes twice or late', async () => {
    const failed = { status: 'failed', attempts: 12, reason: 'it answers 500', at: '2026-12-02T08:00:00Z' };
    await kept({ channel: 'mail', ...failed });
    await kept({ channel: 'mail', ...failed, reason: 'older', at: '2026-12-01T08:00:00Z' });
    await kept({ ...failed });
    await kept({ status: 'delivered', attempts: 13, at: '2026-12-01T09:00:00Z' });
    await kept({ ...failed, at: '2026-12-03T08:00:00Z' });
    await kept({ status: 'delivered', attempts: 14, at: '2026-12-04T08:00:00Z' });
    expect((await notification()).deliveries).toEqual([
      { channel: 'mail', status: 'failed', attempts: 12, reason: 'it answers 500', at: '2026-12-02T08:00:00.000Z' },
      { channel: 'webhook', status: 'delivered', attempts: 13, reason: null, at: '2026-12-01T09:00:00.000Z' },
    ]);
  });

  it('are told by every answer that has a notification', async () => {
    const { deliveries } = await notification();
    expect(deliveries).toHaveLength(2);
    expect((await ann.must(200, 'PATCH', `/api/notifications/${id}`, { read: true })).deliveries).toEqual(deliveries);
    const snoozed = await ann.must(200, 'POST', `/api/notifications/${id}/snooze`, { for: 'PT10M' });
    expect(snoozed.notification.deliveries).toEqual(deliveries);
  });
});

describe('a receipt', () => {
  it('for a notification that nobody has is taken, so that nobody repeats it', async () => {
    await kept({ notification_id: '019ab000-0000-7000-8000-000000000001', status: 'delivered' });
  });

  it.each([
    ['another status', { status: 'lost' }],
    ['no channel', { status: 'failed', channel: 'Web.Hook' }],
    ['no try', { status: 'failed', attempts: 0 }],
    ['a field too many', { status: 'failed', url: 'http://example.org' }],
  ])('with %s is refused', async (_, fields) => {
    expect((await report(fields)).status).toBe(422);
  });

  it('is for those who know the token', async () => {
    const answer = await fetch(`${taskflow.operations_url}/internal/receipts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(answer.status).toBe(401);
  });
});
