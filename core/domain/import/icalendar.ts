/** The to-dos of an iCalendar file (RFC 5545) become tasks; events and what else is in it are named as left out. */
import { arrangeTasks } from './arrange.ts';
import { type Component, readCalendars } from './icalendar-lines.ts';
import { readProperties, textOf } from './icalendar-properties.ts';
import { calendarClock } from './icalendar-time.ts';
import { readTodo, type TodoContext } from './icalendar-todo.ts';
import {
  cut,
  type ImportContext,
  type ImportedTask,
  type ImportPlan,
  type IssueLog,
  issueLog,
  malformedFile,
  readableText,
  tasks_max,
} from './plan.ts';
import { type RuleChecker, ruleChecker } from './rule-checker.ts';

const project_name_length_max = 100;
const calendar_properties: ReadonlySet<string> = new Set(['X-WR-CALNAME']);
const summary: ReadonlySet<string> = new Set(['SUMMARY']);

export function readICalendar(text: string, context: ImportContext): ImportPlan {
  const log = issueLog();
  const reading: Reading = { context, log, checkRule: ruleChecker(), tasks: new Map() };
  for (const calendar of readCalendars(readableText(text, log))) takeCalendar(reading, calendar);
  return { source: 'icalendar', tasks: arrangeTasks([...reading.tasks.values()], log), issues: log.issues() };
}

interface Reading {
  context: ImportContext;
  log: IssueLog;
  checkRule: RuleChecker;
  tasks: Map<string, ImportedTask>;
}

function takeCalendar({ context, log, checkRule, tasks }: Reading, calendar: Component): void {
  const todo_context: TodoContext = {
    ...context,
    project: calendarName(calendar, log) ?? context.project,
    clock: calendarClock(calendar, context.time_zone),
    checkRule,
    log,
  };
  for (const component of calendar.children) {
    if (component.name === 'VTODO') {
      const task = readTodo(component, todo_context);
      if (task === null) continue;
      if (tasks.size === tasks_max) throw malformedFile(`has more than ${tasks_max} tasks`);
      // Two to-dos should not share a UID; where they do, both are worth keeping.
      const ref = tasks.has(task.ref) ? `${task.ref} line-${task.line}` : task.ref;
      tasks.set(ref, { ...task, ref });
    } else if (component.name !== 'VTIMEZONE') {
      log.skipped(component.line, titleOf(component), leftOut(component.name));
    }
  }
}

const leftOut = (name: string): string =>
  name === 'VEVENT' ? 'is an event of a calendar; only to-dos become tasks' : `is a ${name}; only to-dos become tasks`;

const titleOf = (component: Component): string =>
  textOf(readProperties(component.lines, summary, () => {}).get('SUMMARY')?.[0]);

function calendarName(calendar: Component, log: IssueLog): string | null {
  const properties = readProperties(calendar.lines, calendar_properties, (line, message) =>
    log.changed(line, '', null, message),
  );
  const name = textOf(properties.get('X-WR-CALNAME')?.[0]).replace(/\s+/g, ' ').trim();
  if (name.length > project_name_length_max) {
    log.changed(calendar.line, name, 'project', `the name was cut to ${project_name_length_max} characters`);
  }
  return cut(name, project_name_length_max).trimEnd() || null;
}
