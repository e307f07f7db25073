/** One VTODO becomes one task; each property either has a place in it or is reported. */
import { fitDescription, fitTags, fitTitle, type Report } from './fit.ts';
import { remindersOf } from './icalendar-alarms.ts';
import type { Component } from './icalendar-lines.ts';
import { type Properties, type Property, readProperties, textOf } from './icalendar-properties.ts';
import { recurrenceOf } from './icalendar-recurrence.ts';
import { type Clock, durationOf, inZone, type Moment, momentsOf, zonedTime } from './icalendar-time.ts';
import type { ImportContext, ImportedTask, IssueLog } from './plan.ts';
import type { RuleChecker } from './rule-checker.ts';

/** A report names no more than that of all that is left out. */
const refused_max = 1_000;

export interface TodoContext extends ImportContext {
  clock: Clock;
  checkRule: RuleChecker;
  log: IssueLog;
}

const kept_properties = [
  ...['UID', 'SUMMARY', 'DESCRIPTION', 'PRIORITY', 'CATEGORIES', 'LOCATION', 'URL', 'COMMENT', 'RELATED-TO'],
  ...['STATUS', 'COMPLETED', 'PERCENT-COMPLETE', 'LAST-MODIFIED'],
  ...['DUE', 'DTSTART', 'DURATION', 'RRULE', 'EXDATE', 'RDATE', 'EXRULE', 'RECURRENCE-ID'],
];
/** A task has no place for these; the rest (stamps, sequence numbers, extensions) is not the user's. */
const lost_properties = ['ATTACH', 'ATTENDEE', 'GEO', 'RESOURCES', 'CONTACT'];
const todo_properties: ReadonlySet<string> = new Set([...kept_properties, ...lost_properties]);

/** Null for a to-do that is not taken; the log has the reason. */
export function readTodo(todo: Component, context: TodoContext): ImportedTask | null {
  const { log } = context;
  const refused: [number, string][] = [];
  const properties = readProperties(todo.lines, todo_properties, (line, message) => {
    if (refused.length < refused_max) refused.push([line, message]);
  });
  const first = (name: string): Property | undefined => properties.get(name)?.[0];
  const item = textOf(first('SUMMARY')).trim();
  const report: Report = (field, message) => log.changed(todo.line, item, field, message);
  const reason = unwanted(properties, item);
  if (reason !== null) {
    log.skipped(todo.line, item, reason);
    return null;
  }
  for (const [line, message] of refused) log.changed(line, item, null, message);
  const state = stateOf(properties, context, report);
  const when = whenOf(properties, context.clock, report);
  const { due, ...recurrence } = recurrenceOf(
    properties,
    { ...when, ...state, checkRule: context.checkRule },
    context.clock,
    report,
  );
  reportLost(properties, when, report);
  return {
    ref: textOf(first('UID')).trim() || `line-${todo.line}`,
    parent_ref: parentOf(properties),
    project: context.project,
    title: fitTitle(item, report),
    description: descriptionOf(properties, report),
    priority: priorityOf(first('PRIORITY'), report),
    tags: fitTags(
      (properties.get('CATEGORIES') ?? []).flatMap((property) => property.texts),
      report,
    ),
    due_date: due?.local ?? null,
    time_zone: due?.zone ?? context.time_zone,
    ...recurrence,
    repeat_from: 'due',
    reminders: remindersOf(
      todo.children.filter((child) => child.name === 'VALARM'),
      { due, start: when.start, day_start: context.day_start, clock: context.clock },
      report,
    ),
    ...state,
    line: todo.line,
  };
}

function unwanted(properties: Properties, item: string): string | null {
  if (properties.get('STATUS')?.[0]?.raw.toUpperCase() === 'CANCELLED') return 'was cancelled';
  if (properties.has('RECURRENCE-ID'))
    return 'changes one occurrence of a repeating to-do; the rule was taken without it';
  return item === '' ? 'has no title' : null;
}

type State = Pick<ImportedTask, 'status' | 'completed_at'>;

function stateOf(properties: Properties, context: TodoContext, report: Report): State {
  const raw = (name: string): string => properties.get(name)?.[0]?.raw ?? '';
  const status = raw('STATUS').toUpperCase();
  const percent = Number(raw('PERCENT-COMPLETE'));
  const completed = properties.get('COMPLETED')?.[0];
  if (status !== 'COMPLETED' && (status !== '' || (percent !== 100 && !completed))) {
    if (percent > 0) report('status', `its progress of ${percent} % was left out`);
    return { status: 'pending', completed_at: null };
  }
  // Some programs only say that it is done; its last change is then the best guess.
  const stamp = completed ?? properties.get('LAST-MODIFIED')?.[0];
  const moment = stamp ? momentsOf(stamp, context.clock, (message) => report('completed_at', message))[0] : null;
  const at = moment ? zonedTime(moment).toInstant() : context.now;
  return { status: 'completed', completed_at: at.toString({ smallestUnit: 'second' }) };
}

export interface When {
  due: Moment | null;
  start: Moment | null;
}

/** RFC 5545, 3.6.2: a to-do has a DUE, or a DTSTART with or without a DURATION, or no date. */
function whenOf(properties: Properties, clock: Clock, report: Report): When {
  const moment = (name: string): Moment | null => {
    const property = properties.get(name)?.[0];
    return property ? (momentsOf(property, clock, (message) => report('due_date', message))[0] ?? null) : null;
  };
  const start = moment('DTSTART');
  const due = moment('DUE');
  if (due !== null || start === null) return { due, start };
  const length = durationOf(properties.get('DURATION')?.[0]?.raw ?? '');
  if (length === null) return { due: start, start };
  const end = zonedTime(start).add(length).toPlainDateTime();
  if (end.year > 9_998) return { due: start, start };
  const local = end.toString({ smallestUnit: 'second' }).slice(0, start.local.length);
  return { due: { ...start, local }, start };
}

function reportLost(properties: Properties, { due, start }: When, report: Report): void {
  for (const name of lost_properties) {
    if (properties.has(name)) report(name.toLowerCase(), 'has no place in a task and was left out');
  }
  if (due && start && inZone(start, due.zone).local !== due.local) {
    report('start', `the start of ${start.local} was left out: a task has one date, and this one is due ${due.local}`);
  }
}

/** RFC 5545, 3.2.15: a relation of no type is to the parent. */
function parentOf(properties: Properties): string | null {
  const parent = properties
    .get('RELATED-TO')
    ?.find((property) => String(property.params.reltype ?? 'PARENT').toUpperCase() === 'PARENT');
  return textOf(parent).trim() || null;
}

function descriptionOf(properties: Properties, report: Report): string {
  const all = (name: string): string[] =>
    (properties.get(name) ?? []).map(textOf).filter((value) => value.trim() !== '');
  const parts = [
    ...all('DESCRIPTION'),
    ...all('LOCATION').map((place) => `Location: ${place}`),
    ...all('URL'),
    ...all('COMMENT'),
  ];
  return fitDescription(parts.join('\n\n'), report);
}

/** RFC 5545, 3.8.1.9: 1 is the highest, 9 the lowest, 0 undefined; 5 is the middle. */
function priorityOf(property: Property | undefined, report: Report): ImportedTask['priority'] {
  const raw = property?.raw ?? '';
  if (raw === '' || raw === '0') return 'none';
  if (!/^[1-9]$/.test(raw)) {
    report('priority', `“${raw.slice(0, 40)}” is not a number from 0 to 9`);
    return 'none';
  }
  const rank = Number(raw);
  if (rank <= 2) return 'urgent';
  if (rank <= 4) return 'high';
  return rank === 5 ? 'medium' : 'low';
}
