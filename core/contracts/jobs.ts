/** Alarms and what the worker asks of the backend (spec section 7). */
import { z } from 'zod';
import { Moment } from './events.ts';

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
