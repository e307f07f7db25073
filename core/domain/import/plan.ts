/** What a foreign file holds, as tasks that keep every limit of ours, and a line for each thing that did not fit. */
import type { Priority } from '../../contracts/task.ts';
import { type Failure, invalid } from '../failure.ts';
import type { ImportFormat } from './detect-format.ts';

export { detectFormat } from './detect-format.ts';

export interface ImportContext {
  now: Temporal.Instant;
  /** The user's; for what the file leaves open. */
  time_zone: string;
  /** HH:mm, when an all-day task counts as due. */
  day_start: string;
  /** By name; for what the file says to be in no project. */
  project: string | null;
}

export interface ImportedTask {
  ref: string;
  /** The `ref` of a task that stands before this one in the plan. */
  parent_ref: string | null;
  project: string | null;
  title: string;
  description: string;
  priority: Priority;
  tags: string[];
  /** A date, or wall-clock time in `time_zone`: YYYY-MM-DDTHH:mm:ss. */
  due_date: string | null;
  time_zone: string;
  recurrence_rule: string | null;
  exceptions: string[];
  repeat_from: 'due' | 'completion';
  /** Null when the file does not say: the user's default applies. */
  reminders: ({ offset: string } | { at: string })[] | null;
  status: 'pending' | 'completed';
  completed_at: string | null;
  /** In the source, counted from 1. */
  line: number;
}

export interface ImportIssue {
  line: number;
  item: string;
  field: string | null;
  message: string;
  /** Skipped: the item was not taken. Changed: it was taken, but not all of it. */
  severity: 'skipped' | 'changed';
}

export interface ImportPlan {
  source: ImportFormat;
  tasks: ImportedTask[];
  issues: ImportIssue[];
}

export const tasks_max = 10_000;
/** 20 MiB of ASCII; fewer bytes than that never hold more UTF-16 units. */
const text_length_max = 20 * 1024 * 1024;
/** A calendar of a hundred thousand events must not become a report of as many lines. */
const issues_max = 1_000;
const item_length_max = 80;

export const malformedFile = (message: string): Failure => invalid('file', message);

export interface IssueLog {
  skipped(line: number, item: string, message: string): void;
  changed(line: number, item: string, field: string | null, message: string): void;
  issues(): ImportIssue[];
}

export function issueLog(): IssueLog {
  const kept: ImportIssue[] = [];
  let total = 0;
  const add = (issue: ImportIssue): void => {
    total += 1;
    if (kept.length < issues_max) kept.push({ ...issue, item: cut(issue.item, item_length_max) });
  };
  return {
    skipped: (line, item, message) => add({ line, item, field: null, message, severity: 'skipped' }),
    changed: (line, item, field, message) => add({ line, item, field, message, severity: 'changed' }),
    issues: () => {
      const inOrder = kept.toSorted((a, b) => a.line - b.line);
      if (total === kept.length) return inOrder;
      const message = `${total - kept.length} more things were left out or changed; they are not listed`;
      return [...inOrder, { line: inOrder.at(-1)!.line, item: '', field: null, message, severity: 'changed' }];
    },
  };
}

/** The text of a file without its byte order mark and without what no database can store. */
export function readableText(text: string, log: IssueLog): string {
  if (text.length > text_length_max) throw malformedFile('is larger than 20 MiB');
  const plain = text.startsWith('\uFEFF') ? text.slice(1) : text;
  if (plain.isWellFormed() && !plain.includes('\0')) return plain;
  const unstorable = /\0|\p{Surrogate}/gu;
  const first = plain.search(unstorable);
  const clean = plain.replace(unstorable, '');
  const line = plain.slice(0, first).split('\n').length;
  const removed = plain.length - clean.length;
  const what = removed === 1 ? 'a character' : `${removed} characters`;
  const message = `${what} that can not be stored ${removed === 1 ? 'was' : 'were'} removed${removed === 1 ? '' : ', the first one here'}`;
  log.changed(line, '', null, message);
  return clean;
}

/** At most `length_max` UTF-16 units, never half of a character. */
export function cut(text: string, length_max: number): string {
  if (text.length <= length_max) return text;
  const kept = text.slice(0, length_max);
  return kept.isWellFormed() ? kept : kept.slice(0, -1);
}
