/** A reminder reaches the operator's webhook, whatever is published twice, away or killed; what never reaches it can be seen. */
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { daprEventBus } from '@taskflow/adapters/dapr/event-bus.ts';
import { openSidecar } from '@taskflow/adapters/dapr/sidecar.ts';
import type { ChannelDelivery, Notification } from '@taskflow/core/contracts/model.ts';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Client, signUp, until } from '../support/client.ts';
import { withTaskFlowOnEngine } from '../support/engine.ts';
import { startWebhookReceiver } from '../support/webhook-receiver.ts';

const KEY = 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
/** The first, and one after each pause. */
const TRIES = 4;
const receiver = await startWebhookReceiver();
const app = withTaskFlowOnEngine({
  TASKFLOW_WEBHOOK_URL: receiver.url,
  TASKFLOW_WEBHOOK_SECRET: `whsec_${KEY}`,
  TASKFLOW_DELIVERY_PAUSES_S: '2,2,2',
  TASKFLOW_LOG_LEVEL: 'debug',
});
let ann: Client;

beforeAll(async () => {
  ann = await signUp(app.taskflow.url);
});
beforeEach(() => {
  [receiver.posted, receiver.status] = [[], 204];
});
afterAll(() => receiver.leave());

/** The notification of a reminder that comes in a second. */
async function aReminder(title: string): Promise<Notification> {
  const at = Temporal.Now.instant().add({ seconds: 1 }).toString();
  const { status } = await ann.call('POST', '/api/tasks', { title, due_date: null, reminders: [{ at }] });
  expect(status).toBe(201);
  let found: Notification | undefined;
  await until(`the notification of ${title}`, async () => {
    const { body } = await ann.call('GET', '/api/notifications');
    found = (body.items as Notification[]).find(({ message }) => message === title);
    return found !== undefined;
  });
  return found!;
}

const worker = () => app.taskflow.services.worker[0]!.app;
const logged = (id: string, message: string) =>
  readFileSync(worker().log_file, 'utf8')
    .split('\n')
    .filter((line) => line.includes(id) && line.includes(message));
const postedFor = (id: string) => receiver.posted.filter(({ headers }) => headers['webhook-id'] === id);

async function deliveryOf({ id }: Notification): Promise<ChannelDelivery> {
  let deliveries: ChannelDelivery[] = [];
  await until('the receipt', async () => {
    const { body } = await ann.call('GET', '/api/notifications');
    deliveries = (body.items as Notification[]).find((one) => one.id === id)!.deliveries;
    return deliveries.length > 0;
  });
  expect(deliveries).toHaveLength(1);
  return deliveries[0]!;
}

test('it is posted once, signed, although its event is published twice', async () => {
  const notification = await aReminder('Pay rent');
  const { id } = notification;
  expect(await deliveryOf(notification)).toMatchObject({ channel: 'webhook', status: 'delivered', attempts: 1 });
  const [{ headers, body }] = postedFor(id) as [(typeof receiver.posted)[0]];
  const event = JSON.parse(body);
  expect(event).toMatchObject({
    id,
    type: 'reminder.due',
    data: { message: 'Pay rent', owner_id: notification.owner_id },
  });
  expect(headers.traceparent).toBe(event.traceparent);
  const signed = createHmac('sha256', Buffer.from(KEY, 'base64')).update(
    `${id}.${headers['webhook-timestamp']}.${body}`,
  );
  expect(headers['webhook-signature']).toBe(`v1,${signed.digest('base64')}`);

  const { http_port } = app.taskflow.services['backend-service'][0]!.sidecar;
  const sidecar = openSidecar({ http_port, api_token: app.taskflow.tokens.dapr_api_token }, 5_000);
  await daprEventBus(sidecar).publish([{ id, key: event.subject, body }]);
  sidecar.close();
  await until('the worker to have it again', () => logged(id, 'an event is handled').length === 2);
  // Behind it on its way: by then the worker has done with it.
  await deliveryOf(await aReminder('Pay rent again'));
  expect(postedFor(id)).toHaveLength(1);
});

test('it waits for a receiver that is away', async () => {
  await receiver.leave();
  const notification = await aReminder('Water the plants');
  await until('a failed try', () => logged(notification.id, 'a delivery failed').length > 0);
  await receiver.comeBack();
  const delivery = await deliveryOf(notification);
  expect(delivery).toMatchObject({ status: 'delivered', reason: null });
  expect(delivery.attempts).toBeGreaterThan(1);
  expect(postedFor(notification.id)).toHaveLength(1);
});

test('it is tried again although the worker is killed after a try that failed', async () => {
  receiver.status = 503;
  const notification = await aReminder('Feed the cat');
  await until('a failed try', () => logged(notification.id, 'a delivery failed').length > 0);
  await worker().kill();
  receiver.status = 204;
  expect(await deliveryOf(notification)).toMatchObject({ status: 'delivered', reason: null });
  await worker().awaitReady();
});

test('it is seen with its reason when the tries are used up', async () => {
  receiver.status = 500;
  const notification = await aReminder('Take the cake out');
  const delivery = await deliveryOf(notification);
  expect(delivery).toMatchObject({ status: 'failed', attempts: TRIES, reason: 'the webhook answers 500' });
  expect(postedFor(notification.id)).toHaveLength(TRIES);
});
