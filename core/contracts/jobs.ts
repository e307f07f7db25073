/** Alarms, deliveries that are tried again, and what the worker asks of the backend (spec section 7). */
import { z } from 'zod';
import { ChannelName, Id } from './common.ts';
import { Moment, ReminderDue } from './events.ts';
import { ChannelDelivery } from './model.ts';

/** `alarm.20261201T080000Z`: an alarm is named by its moment, so putting it twice is putting it once. */
export const ALARM_NAME = /^alarm\.(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/;

export const alarmName = (moment: string): string => `alarm.${moment.replaceAll(/[-:]/g, '')}`;

/** The moment an alarm's name stands for, or null when the name is not an alarm's. */
export function momentOfAlarm(name: string): string | null {
  const [all, year, month, day, hour, minute, second] = ALARM_NAME.exec(name) ?? [];
  return all === undefined ? null : `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
}

/** What an alarm is put with, and given back when it rings; the trace is that of the first event that named the moment. */
export const AlarmData = z
  .object({ moment: Moment, traceparent: z.string().max(100).optional() })
  .meta({ id: 'AlarmData' });

/** `moment`: the alarm that rang; absent for a sweep. */
export const RingRequest = z.strictObject({ moment: Moment.optional() }).meta({ id: 'RingRequest' });
export const RingResponse = z.strictObject({ reminders: z.int(), occurrences: z.int() }).meta({ id: 'RingResponse' });
export type RingResponse = z.infer<typeof RingResponse>;

/** The distinct moments in the ledger up to a time; `next` is set when there are more than fit. */
export const MomentsResponse = z
  .strictObject({ moments: z.array(Moment), next: Moment.nullable() })
  .meta({ id: 'MomentsResponse' });
export type MomentsResponse = z.infer<typeof MomentsResponse>;

/**
 * `delivery.<event>.<channel>.2`: each try has a name of its own, so that putting the next one never touches the job that is
 * ringing, and putting it twice is putting it once.
 */
const DELIVERY_NAME = /^delivery\.[^.]+\.[^.]+\.\d+$/;
const RECEIPT_NAME = /^receipt\.[^.]+\.[^.]+$/;

/** Try number `attempt` to tell an event by a channel. */
export const DeliveryJob = z
  .object({ channel: ChannelName, attempt: z.int().min(1).max(1_000), event: ReminderDue })
  .meta({ id: 'DeliveryJob' });
export type DeliveryJob = z.infer<typeof DeliveryJob>;

export const deliveryName = ({ channel, attempt, event }: DeliveryJob): string =>
  `delivery.${event.id}.${channel}.${attempt}`;

/** What the worker tells the backend of a notification and a channel; a notification has the id of its event. */
export const Receipt = z.strictObject({ notification_id: Id, ...ChannelDelivery.shape }).meta({ id: 'Receipt' });
export type Receipt = z.infer<typeof Receipt>;

/** A receipt that the backend could not be told. */
export const receiptName = ({ notification_id, channel }: Receipt): string => `receipt.${notification_id}.${channel}`;

/** What a job is, by its name alone; null is nothing of ours. */
export function kindOfJob(name: string): 'alarm' | 'delivery' | 'receipt' | null {
  if (ALARM_NAME.test(name)) return 'alarm';
  if (DELIVERY_NAME.test(name)) return 'delivery';
  return RECEIPT_NAME.test(name) ? 'receipt' : null;
}
