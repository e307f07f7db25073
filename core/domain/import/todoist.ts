/** A Todoist project, as its CSV export or a backup holds it: tasks below tasks, comments behind them, dates in words. */
import { arrangeTasks } from './arrange.ts';
import { fitDescription, fitTags, fitTitle, type Report } from './fit.ts';
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
import { type DueReader, todoistDueReader } from './todoist-due.ts';
import { type TodoistRow, todoistRows } from './todoist-rows.ts';

/** A task with all that later rows may still add to it. */
interface Draft {
  task: ImportedTask;
  notes: string[];
}

interface Reading {
  context: ImportContext;
  log: IssueLog;
  dueOf: DueReader;
  drafts: Draft[];
  /** The row that comments belong to; null where there is none or it was not taken. */
  latest: Draft | null;
  /** The task that stands at each indent, as rows further in are its children. */
  ancestors: (string | null)[];
  section: string | null;
}

export function readTodoistCsv(text: string, context: ImportContext): ImportPlan {
  const log = issueLog();
  const rows = todoistRows(readableText(text, log));
  const dueOf = todoistDueReader(context);
  const reading: Reading = { context, log, dueOf, drafts: [], latest: null, ancestors: [], section: null };
  for (const row of rows) takeRow(reading, row);
  const tasks = arrangeTasks(
    reading.drafts.map((draft) => finished(draft, log)),
    log,
  );
  return { source: 'todoist-csv', tasks, issues: log.issues() };
}

function takeRow(reading: Reading, row: TodoistRow): void {
  const take = takers.get(row.TYPE.toLowerCase());
  if (take) take(reading, row);
  else reading.log.skipped(row.line, row.CONTENT, `is of the unknown type “${row.TYPE.slice(0, 40)}”`);
}

const takers: ReadonlyMap<string, (reading: Reading, row: TodoistRow) => void> = new Map([
  ['task', takeTask],
  ['note', takeNote],
  ['section', takeSection],
  // How the project is shown: as a list or a board.
  ['meta', () => {}],
]);

/** Projects have no sections here; as a tag the grouping is kept, and a list can be filtered by it. */
function takeSection(reading: Reading, row: TodoistRow): void {
  reading.latest = null;
  reading.ancestors = [];
  reading.section = row.CONTENT === '' ? null : row.CONTENT;
  if (reading.section === null) return;
  reading.log.changed(
    row.line,
    row.CONTENT,
    'section',
    'became a tag of the tasks below it: projects have no sections',
  );
}

/** A title and fifty labels are far shorter; what is longer is cut to a title anyway. */
const content_length_max = 10_000;

function takeTask(reading: Reading, row: TodoistRow): void {
  const { log, context } = reading;
  const report: Report = (field, message) => log.changed(row.line, row.CONTENT, field, message);
  const { words, labels } = withoutLabels(cut(row.CONTENT, content_length_max).replace(/^\* /, ''));
  if (row.CONTENT.length > content_length_max)
    report('title', `only its first ${content_length_max} characters were read`);
  const indent = indentOf(row, report);
  reading.latest = null;
  reading.ancestors.length = Math.min(reading.ancestors.length, indent - 1);
  const title = fitTitle(words, report);
  if (title === '') {
    log.skipped(row.line, row.CONTENT, 'has no title');
    return;
  }
  if (row.CONTENT.startsWith('* ')) report('title', 'it could not be completed in Todoist; here it can');
  if (reading.drafts.length === tasks_max) throw malformedFile(`has more than ${tasks_max} tasks`);
  const task: ImportedTask = {
    ref: `line-${row.line}`,
    parent_ref: reading.ancestors.findLast((ref) => ref !== null) ?? null,
    project: context.project,
    title,
    description: row.DESCRIPTION,
    priority: priorityOf(row, report),
    tags: fitTags(reading.section === null ? labels : [...labels, reading.section], report),
    ...reading.dueOf(row, report),
    exceptions: [],
    reminders: null,
    status: 'pending',
    completed_at: null,
    line: row.line,
  };
  reading.latest = { task, notes: [] };
  reading.drafts.push(reading.latest);
  while (reading.ancestors.length < indent - 1) reading.ancestors.push(null);
  reading.ancestors.push(task.ref);
}

function takeNote(reading: Reading, row: TodoistRow): void {
  if (row.CONTENT === '') return;
  if (reading.latest === null) {
    reading.log.skipped(row.line, row.CONTENT, 'is a comment that belongs to no task');
    return;
  }
  const { text, files } = withLinks(row.CONTENT);
  if (files > 0) {
    const message = 'a file was not copied; the description has its address';
    reading.log.changed(row.line, reading.latest.task.title, 'description', message);
  }
  reading.latest.notes.push(text);
}

function finished({ task, notes }: Draft, log: IssueLog): ImportedTask {
  const report: Report = (field, message) => log.changed(task.line, task.title, field, message);
  return { ...task, description: fitDescription([task.description, ...notes].join('\n\n'), report) };
}

/** Todoist indents four or five levels; the deepest that we take is bounded, so that a row costs no more than its place. */
const indent_max = 100;

function indentOf(row: TodoistRow, report: Report): number {
  if (row.INDENT === '') return 1;
  const indent = Number(row.INDENT);
  if (Number.isInteger(indent) && indent >= 1 && indent <= indent_max) return indent;
  report(
    'parent_id',
    `the indent “${row.INDENT.slice(0, 40)}” is not a whole number from 1 on; the task has no parent`,
  );
  return 1;
}

const priorities = { '': 'none', '1': 'urgent', '2': 'high', '3': 'medium', '4': 'none' } as const;

function priorityOf(row: TodoistRow, report: Report): ImportedTask['priority'] {
  if (Object.hasOwn(priorities, row.PRIORITY)) return priorities[row.PRIORITY as keyof typeof priorities];
  report('priority', `“${row.PRIORITY.slice(0, 40)}” is not a number from 1 to 4`);
  return 'none';
}

/** A word after @ is a label, and not part of the title; unless nothing else is there. */
function withoutLabels(content: string): { words: string; labels: string[] } {
  const labels: string[] = [];
  const words = content.replace(/(?<!\S)@([^\s@,;()]+)/g, (_, label: string) => {
    labels.push(label);
    return '';
  });
  return { words: words.trim() === '' ? content : words, labels };
}

/**
 * A comment's attachment is written as `[[file {"file_name": …, "file_url": …}]]`. Each end is looked for once, from
 * the beginning on: a pattern would try every beginning against the whole rest. Todoist writes one a comment.
 */
const files_max = 5;

function withLinks(content: string): { text: string; files: number } {
  let text = '';
  let files = 0;
  let tried = 0;
  let at = 0;
  for (;;) {
    const start = content.indexOf('[[file ', at);
    const end = start < 0 ? -1 : content.indexOf(']]', start);
    if (end < 0 || tried === files_max) return { text: text + content.slice(at), files };
    const link = fileLink(content.slice(start + '[[file '.length, end));
    text += content.slice(at, start) + (link ?? content.slice(start, end + 2));
    if (link !== null) files += 1;
    tried += 1;
    at = end + 2;
  }
}

function fileLink(json: string): string | null {
  if (!json.includes('"file_url"')) return null;
  try {
    const { file_name, file_url } = JSON.parse(json) as { file_name?: unknown; file_url?: unknown };
    if (typeof file_url !== 'string' || !/^https?:\/\/[^\s<>]+$/i.test(file_url)) return null;
    const name = typeof file_name === 'string' ? file_name.replace(/[[\]\\\n]/g, ' ').trim() : '';
    return `[${name === '' ? 'file' : name}](<${file_url}>)`;
  } catch {
    return null;
  }
}
