/** Todoist writes dates as people say them; each is understood whole, or left out and reported. */
import { localPart, readDueDate } from '../due-date.ts';
import { Failure } from '../failure.ts';
import { parseQuickAdd } from '../quick-add.ts';
import type { Report } from './fit.ts';
import type { ImportContext, ImportedTask } from './plan.ts';
import type { TodoistRow } from './todoist-rows.ts';
import { zoneFinder } from './zones.ts';

export type Due = Pick<ImportedTask, 'due_date' | 'time_zone' | 'recurrence_rule' | 'repeat_from'>;
type Said = Pick<Due, 'due_date' | 'recurrence_rule' | 'repeat_from'>;
export type DueReader = (row: TodoistRow, report: Report) => Due;

/** Nobody says a date in more characters than that. */
const date_length_max = 200;

export function todoistDueReader(context: ImportContext): DueReader {
  const zoneNamed = zoneFinder();
  // A backup says "every day" thousands of times.
  const known = new Map<string, Said | null>();
  const understand = (text: string, time_zone: string): Said | null => {
    const key = `${time_zone} ${text}`;
    let said = known.get(key);
    if (said === undefined) {
      said = isoDate(text, time_zone) ?? spokenDate(text, { ...context, time_zone });
      known.set(key, said);
    }
    return said;
  };
  return (row, report) => {
    const time_zone = zoneOf(row, context, zoneNamed, report);
    const said = dated(row, (text) => understand(text, time_zone), report);
    if (row.DURATION !== '')
      report('duration', `“${row.DURATION} ${row.DURATION_UNIT}” was left out: tasks have no duration`);
    return { ...said, time_zone };
  };
}

const undated: Said = { due_date: null, recurrence_rule: null, repeat_from: 'due' };

/** A deadline is what we call a due date, but the date is when Todoist reminds: it goes first. */
function dated(row: TodoistRow, understand: (text: string) => Said | null, report: Report): Said {
  const date = meant('due_date', row.DATE, row.DATE_LANG, understand, report);
  if (row.DEADLINE === '') return date ?? undated;
  if (date !== null) {
    report('deadline', `“${row.DEADLINE}” was left out: a task has one date, and this one has “${row.DATE}”`);
    return date;
  }
  const deadline = meant('deadline', row.DEADLINE, row.DEADLINE_LANG, understand, report);
  if (deadline !== null) report('deadline', `“${row.DEADLINE}” became the due date`);
  return deadline ?? undated;
}

function meant(
  field: string,
  text: string,
  language: string,
  understand: (text: string) => Said | null,
  report: Report,
): Said | null {
  if (text === '') return null;
  const said = text.length > date_length_max ? null : understand(text);
  const foreign = language !== '' && !/^en\b/i.test(language);
  // A date in digits is the same in every language.
  if (said !== null && !(foreign && /\p{L}{2}/u.test(text))) return said;
  const shown = text.length > date_length_max ? `${text.slice(0, 40)}…` : text;
  report(field, `“${shown}” was left out: ${foreign ? `it is not English (${language})` : 'it was not understood'}`);
  return null;
}

function zoneOf(
  row: TodoistRow,
  context: ImportContext,
  zoneNamed: (name: string) => string | null,
  report: Report,
): string {
  if (row.TIMEZONE === '') return context.time_zone;
  const zone = zoneNamed(row.TIMEZONE);
  if (zone === null) report('time_zone', `“${row.TIMEZONE}” is not known; ${context.time_zone} was taken`);
  return zone ?? context.time_zone;
}

/** 2026-12-01, 2026-12-01 14:00 and 2026-12-01T13:00:00Z, as newer exports write them. */
function isoDate(text: string, time_zone: string): Said | null {
  if (!/^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})?)?$/.test(text)) return null;
  try {
    return { ...undated, due_date: localPart(readDueDate(text.replace(' ', 'T'), time_zone)) };
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}

/** Understood only if every word of it is part of a date. */
function spokenDate(text: string, { now, time_zone, day_start }: ImportContext): Said | null {
  try {
    const parsed = parseQuickAdd(text, { now, time_zone, day_start });
    const { title, tags, project, priority, reminders } = parsed;
    const more = title !== '' || tags.length > 0 || project !== null || priority !== 'none' || reminders !== null;
    if (more || parsed.due_date === null) return null;
    const { recurrence_rule, repeat_from } = parsed;
    return { due_date: localPart(parsed.due_date), recurrence_rule, repeat_from };
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}
