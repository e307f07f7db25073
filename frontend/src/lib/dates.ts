/** Dates as people read them: in the user's zone, counted from the user's today. Days are `YYYY-MM-DD`, times `HH:mm`. */

export interface WallClock {
  date: string;
  time: string;
}
/** A due date as the user sees it; `time` is null for an all-day task, `at` the instant (null for all-day). */
export interface Due {
  date: string;
  time: string | null;
  at: number | null;
}
export type Group = 'overdue' | 'today' | 'upcoming' | 'no_date';

const formats = new Map<string, Intl.DateTimeFormat>();

export function wallClock(at_ms: number, zone: string): WallClock {
  const parts: Record<string, string> = {};
  for (const { type, value } of clockFormat(zone).formatToParts(at_ms)) parts[type] = value;
  return { date: `${parts.year}-${parts.month}-${parts.day}`, time: `${parts.hour}:${parts.minute}` };
}

/** The instant of a wall-clock time. A time inside a DST gap moves forward, one that occurs twice is the first. */
export function instantOf({ date, time }: WallClock, zone: string): number {
  const local_ms = Date.parse(`${date}T${time}:00Z`);
  const offsets = [local_ms - 86_400_000, local_ms + 86_400_000].map((at) => offsetAt(at, zone));
  const fits = offsets.map((offset) => local_ms - offset).filter((at) => at + offsetAt(at, zone) === local_ms);
  return fits.length > 0 ? Math.min(...fits) : local_ms - offsets[0]!;
}

export function dueIn(zone: string, due_date: string): Due {
  if (due_date.length === 10) return { date: due_date, time: null, at: null };
  const at = Date.parse(due_date);
  return { ...wallClock(at, zone), at };
}

export function groupOf(due_date: string | null, now_ms: number, zone: string): Group {
  if (due_date === null) return 'no_date';
  const due = dueIn(zone, due_date);
  const today = wallClock(now_ms, zone).date;
  if (due.at === null ? due.date < today : due.at < now_ms) return 'overdue';
  return due.date <= today ? 'today' : 'upcoming';
}

export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** Today, Tomorrow, Yesterday, a weekday within the week ahead, otherwise `Fri 4 Dec` (with the year if it is another). */
export function dayWords(date: string, today: string): string {
  const days = (Date.parse(date) - Date.parse(today)) / 86_400_000;
  if (days === 0) return 'Today';
  if (days === 1) return 'Tomorrow';
  if (days === -1) return 'Yesterday';
  if (days > 1 && days < 7) return utc(date, { weekday: 'long' });
  const year = date.slice(0, 4) === today.slice(0, 4) ? {} : ({ year: 'numeric' } as const);
  return utc(date, { weekday: 'short', day: 'numeric', month: 'short', ...year }).replace(/,/g, '');
}

export const longDay = (date: string): string => utc(date, { weekday: 'long', day: 'numeric', month: 'long' });

export function timeWords(time: string): string {
  const [hour, minute] = time.split(':').map(Number);
  return format({ hour: 'numeric', minute: '2-digit', ...hours() }).format(Date.UTC(2000, 0, 1, hour, minute));
}

export function dueWords(due: Due, today: string): string {
  return due.time === null ? dayWords(due.date, today) : `${dayWords(due.date, today)} ${timeWords(due.time)}`;
}

/** An instant, or an event in history, in words. */
export function momentWords(at_ms: number, now_ms: number, zone: string): string {
  const { date, time } = wallClock(at_ms, zone);
  return `${dayWords(date, wallClock(now_ms, zone).date)} ${timeWords(time)}`;
}

function offsetAt(at_ms: number, zone: string): number {
  const { date, time } = wallClock(at_ms, zone);
  const minute_ms = Math.floor(at_ms / 60_000) * 60_000;
  return Date.parse(`${date}T${time}:00Z`) - minute_ms;
}

function clockFormat(zone: string): Intl.DateTimeFormat {
  return format(
    {
      timeZone: zone,
      calendar: 'iso8601',
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    },
    'en-CA',
  );
}

const utc = (date: string, options: Intl.DateTimeFormatOptions) => format(options).format(Date.parse(`${date}T00:00Z`));

/** Making a formatter costs some 50 µs and a list needs hundreds of texts: each is made once. */
function format(options: Intl.DateTimeFormatOptions, locale = language()): Intl.DateTimeFormat {
  const key = JSON.stringify([locale, options]);
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', ...options });
  formats.set(key, made);
  return made;
}

/** The page speaks English, so dates do too, in the reader's kind of English. */
function language(): string {
  const all = typeof navigator === 'undefined' ? [] : (navigator.languages ?? []);
  return all.find((one) => one.startsWith('en-')) ?? 'en-GB';
}

/** The 12 or 24 hours that the reader's own language uses. */
function hours(): { hourCycle: 'h12' | 'h23' } {
  const own = typeof navigator === 'undefined' ? 'en-GB' : navigator.language;
  return { hourCycle: new Intl.DateTimeFormat(own, { hour: 'numeric' }).resolvedOptions().hour12 ? 'h12' : 'h23' };
}
