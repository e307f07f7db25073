/** Building blocks of every schema: text that is safe to store, identifiers, dates, lists, problems. */
import { z } from 'zod';

/** NUL cannot be stored in PostgreSQL and a lone surrogate cannot be encoded as UTF-8: both are refused, never replaced. */
const SAFE = /^[^\u0000\ud800-\udfff]*$/u;
const SAFE_NOT_BLANK = /^(?=[\s\S]*\S)[^\u0000\ud800-\udfff]*$/u;
const UNSAFE = 'holds a NUL character or half of a surrogate pair';

/** Free text of up to `max` characters (UTF-16 units), possibly empty. */
export const text = (max: number) => z.string().max(max, `is longer than ${max} characters`).regex(SAFE, UNSAFE);

/** Text that is not blank; surrounding white space is dropped. */
export const line = (max: number) =>
  z
    .string()
    .min(1, 'is empty')
    .max(max, `is longer than ${max} characters`)
    .regex(SAFE_NOT_BLANK, `is blank, or ${UNSAFE}`)
    .transform((value) => value.trim());

export const Id = z
  .uuid('is not an id (a UUID)')
  .meta({ description: 'A UUID; ours are version 7, so they sort by time.' });

/** An instant, RFC 3339, with an offset. */
export const Instant = z.iso.datetime({ offset: true, error: 'is not an RFC 3339 date-time with an offset' });

/**
 * A due date as a client may give it: `2026-12-01` (all day), `2026-12-01T09:00:00+01:00`, or with no offset, which
 * is read as wall-clock time in the task's `time_zone`.
 */
export const DueDateInput = z
  .string()
  .regex(
    /^\d{4}-\d{2}-\d{2}(?:[Tt]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:[Zz]|[+-]\d{2}:\d{2})?)?$/,
    'is neither a date (2026-12-01) nor a date-time (2026-12-01T09:00:00+01:00)',
  )
  .meta({ examples: ['2026-12-01', '2026-12-01T09:00:00+01:00', '2026-12-01T09:00:00'] });

/** An IANA time zone name; whether this machine knows it is checked by the domain. */
export const TimeZone = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)*$/, 'is not an IANA time zone name such as Europe/Berlin')
  .meta({ examples: ['Europe/Berlin'] });

/** `HH:mm`, the local time at which an all-day task counts as due. */
export const TimeOfDay = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'is not a time of day such as 09:00');

/** An ISO 8601 duration of weeks, days and time, negative for before: `-PT15M`, `-P1D`, `PT0S`. */
export const Offset = z
  .string()
  .max(40)
  .regex(
    /^[+-]?P(?=\d|T\d)(?:\d{1,6}W)?(?:\d{1,6}D)?(?:T(?=\d)(?:\d{1,7}H)?(?:\d{1,8}M)?(?:\d{1,9}S)?)?$/,
    'is not an ISO 8601 duration such as -PT15M',
  )
  .meta({ examples: ['-PT15M', '-P1D', 'PT0S'] });

/** A channel by which people are told, such as `webhook`. A part of names and keys, so it has no full stop. */
export const ChannelName = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'is not the name of a channel, such as webhook');

export const Version = z.int().min(1);

/** A page of a list: `next_cursor` is null on the last one. */
export const page = <T extends z.ZodType>(item: T, id: string) =>
  z.strictObject({ items: z.array(item), next_cursor: z.string().nullable() }).meta({ id });

/** RFC 9457. `errors` names the fields of a bad input. */
export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().optional(),
    errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof Problem>;
