import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '../failure.ts';
import type { ImportContext } from './plan.ts';
import { readTodoistCsv } from './todoist.ts';

const context: ImportContext = {
  now: Temporal.Instant.from('2026-11-25T10:00:00Z'),
  time_zone: 'Europe/Vienna',
  day_start: '09:00',
  project: 'Home',
};
const read = (text: string) => readTodoistCsv(text, context);
const fixture = readFileSync(new URL('./fixtures/todoist-home.csv', import.meta.url), 'utf8');

/** One task row, by the names of its cells. */
const cells = (named: Record<string, string>) =>
  `${['TYPE', ...Object.keys(named)].join(',')}\n${['task', ...Object.values(named).map((cell) => `"${cell.replaceAll('"', '""')}"`)].join(',')}\n`;
const only = (named: Record<string, string>) => {
  const { tasks, issues } = read(cells({ CONTENT: 'x', ...named }));
  expect(tasks).toHaveLength(1);
  return { task: tasks[0]!, messages: issues.map((issue) => `${issue.field}: ${issue.message}`) };
};

describe('a project as Todoist exports it', () => {
  const plan = read(fixture);
  const task = (title: string) => plan.tasks.find((one) => one.title.startsWith(title))!;

  it('takes every task in order, below its parent, into the project', () => {
    expect(plan.source).toBe('todoist-csv');
    const titles = new Map(plan.tasks.map((one) => [one.ref, one.title]));
    expect(plan.tasks.map((one) => [one.title, one.parent_ref === null ? null : titles.get(one.parent_ref)])).toEqual([
      ['Pay rent', null],
      ['Renew passport', null],
      ['Collect photos, two of them', 'Renew passport'],
      ['Find the old passport', 'Collect photos, two of them'],
      ['Fill in the form', 'Renew passport'],
      ['Tools are in the shed', null],
      ['Water the plants', null],
      ['Rasen mähen', null],
      ['Prune the roses mail gardener@example.org', null],
      ['Order seeds', null],
    ]);
    expect(new Set(plan.tasks.map((one) => one.project))).toEqual(new Set(['Home']));
  });

  it('takes labels, comments, attached files, priority and a spoken rule', () => {
    expect(task('Pay rent')).toEqual({
      ref: 'line-4',
      parent_ref: null,
      project: 'Home',
      title: 'Pay rent',
      description:
        'Standing order?\n\nAsk the bank.\n\nThe account number changed\n\n[lease.pdf](<https://files.example.org/lease.pdf>)',
      priority: 'urgent',
      tags: ['bills', 'home'],
      due_date: '2026-12-01T09:00:00',
      time_zone: 'Europe/Berlin',
      recurrence_rule: 'FREQ=MONTHLY;BYMONTHDAY=1',
      exceptions: [],
      repeat_from: 'due',
      reminders: null,
      status: 'pending',
      completed_at: null,
      line: 4,
    });
  });

  it('takes dates in words and in digits', () => {
    expect(task('Renew')).toMatchObject({
      due_date: '2027-03-15T14:00:00',
      time_zone: 'Europe/Berlin',
      priority: 'high',
    });
    expect(task('Fill in')).toMatchObject({ due_date: '2026-12-01', time_zone: 'Europe/Vienna', priority: 'medium' });
    expect(task('Water')).toMatchObject({ recurrence_rule: 'FREQ=DAILY;INTERVAL=3', repeat_from: 'completion' });
    expect(task('Water').due_date).not.toBeNull();
    expect(task('Order')).toMatchObject({ due_date: '2027-02-01', priority: 'none' });
  });

  it('a section becomes a tag of its tasks', () => {
    expect(task('Fill in').tags).toEqual([]);
    expect(task('Water').tags).toEqual(['Garden']);
  });

  it('names everything that it left out or changed', () => {
    expect(plan.issues.map(({ line, item, field, severity }) => [line, item, field, severity])).toEqual([
      [8, 'Pay rent', 'description', 'changed'],
      [9, 'Renew passport', 'deadline', 'changed'],
      [9, 'Renew passport', 'duration', 'changed'],
      [14, 'Garden', 'section', 'changed'],
      [15, '* Tools are in the shed', 'title', 'changed'],
      [17, 'Rasen mähen', 'due_date', 'changed'],
      [18, 'Prune the roses mail gardener@example.org', 'priority', 'changed'],
      [18, 'Prune the roses mail gardener@example.org', 'time_zone', 'changed'],
      [18, 'Prune the roses mail gardener@example.org', 'due_date', 'changed'],
      [19, 'Order seeds', 'deadline', 'changed'],
    ]);
  });
});

describe('rows', () => {
  it.each([
    ['Buy milk @shop @after-work', 'Buy milk', ['shop', 'after-work']],
    ['@shop Buy @ the market', 'Buy @ the market', ['shop']],
    ['@shop', '@shop', ['shop']],
    ['write to a@b.example', 'write to a@b.example', []],
    ['meet (@home), then @Home', 'meet (@home), then', ['Home']],
  ])('%s is “%s” with %j', (content, title, tags) => {
    expect(only({ CONTENT: content }).task).toMatchObject({ title, tags });
  });

  it('an indent that skips a level hangs on the nearest task above', () => {
    const plan = read('TYPE,CONTENT,INDENT\ntask,a,1\ntask,b,4\ntask,c,3\ntask,d,2\ntask,e,\n');
    expect(plan.tasks.map((task) => task.parent_ref)).toEqual([null, 'line-2', 'line-2', 'line-2', null]);
  });

  it('subtasks of a row without a title go to the task above it', () => {
    const plan = read('TYPE,CONTENT,INDENT\ntask,a,1\ntask,,2\nnote,lost,\ntask,c,3\n');
    expect(plan.tasks.map((task) => [task.title, task.parent_ref])).toEqual([
      ['a', null],
      ['c', 'line-2'],
    ]);
    expect(plan.issues).toMatchObject([
      { line: 3, severity: 'skipped', message: 'has no title' },
      { line: 4, severity: 'skipped', item: 'lost' },
    ]);
  });

  it.each(['0', '-1', '1.5', 'deep', '1e9'])('an indent of %s is no parent, and said', (indent) => {
    const plan = read(`TYPE,CONTENT,INDENT\ntask,a,1\ntask,b,${indent}\n`);
    expect(plan.tasks[1]?.parent_ref).toBeNull();
    expect(plan.issues).toMatchObject([{ line: 3, field: 'parent_id' }]);
  });

  it('rows of an unknown type are skipped, meta and blank ones quietly', () => {
    const plan = read('TYPE,CONTENT\nmeta,view_style=list\n,\n\ngoal,Be rich\n');
    expect(plan.tasks).toEqual([]);
    expect(plan.issues).toMatchObject([{ line: 5, item: 'Be rich', severity: 'skipped' }]);
  });

  it('old exports, a byte order mark, semicolons and other line ends are read alike', () => {
    for (const text of [
      '\uFEFFTYPE,CONTENT,PRIORITY\r\ntask,"a, b",1\r\n',
      'TYPE;CONTENT;PRIORITY\ntask;a, b;1',
      '"TYPE"\t"CONTENT"\t"PRIORITY"\ntask\ta, b\t1\n',
    ]) {
      expect(read(text).tasks).toMatchObject([{ title: 'a, b', priority: 'urgent', line: 2 }]);
    }
  });

  it('an attachment that is no web address stays as it was written', () => {
    const note = '[[file {"file_name": "x", "file_url": "javascript:alert(1)"}]] [[file';
    const plan = read(`TYPE,CONTENT\ntask,a\nnote,"${note.replaceAll('"', '""')}"\n`);
    expect(plan.tasks[0]?.description).toBe(note);
  });
});

describe('dates', () => {
  it.each([
    ['2026-12-01', '', '2026-12-01', 'Europe/Vienna'],
    ['2026-12-01 14:00', 'US/Eastern', '2026-12-01T14:00:00', 'US/Eastern'],
    ['2026-12-01T13:00:00Z', 'Europe/Berlin', '2026-12-01T14:00:00', 'Europe/Berlin'],
    ['15 Mar 2027 14:00', '', '2027-03-15T14:00:00', 'Europe/Vienna'],
    ['tomorrow', '', '2026-11-26', 'Europe/Vienna'],
    ['tomorrow', 'Pacific/Kiritimati', '2026-11-27', 'Pacific/Kiritimati'],
  ])('%s in “%s”', (date, zone, due_date, time_zone) => {
    const { task, messages } = only({ DATE: date, TIMEZONE: zone, DATE_LANG: 'en' });
    expect(task).toMatchObject({ due_date, time_zone, recurrence_rule: null });
    expect(messages).toEqual([]);
  });

  it.each([
    ['every day at 9am', 'FREQ=DAILY', 'due'],
    ['every! 2 weeks', 'FREQ=WEEKLY;INTERVAL=2', 'completion'],
  ])('%s', (date, recurrence_rule, repeat_from) => {
    const { task, messages } = only({ DATE: date });
    expect(task).toMatchObject({ recurrence_rule, repeat_from });
    expect(task.due_date).not.toBeNull();
    expect(messages).toEqual([]);
  });

  it.each([
    ['when it rains', 'en', /not understood/],
    ['tomorrow or so', 'en', /not understood/],
    ['tomorrow @home', 'en', /not understood/],
    ['!high', 'en', /not understood/],
    ['2026-02-30', 'en', /not understood/],
    ['1850-01-01', 'en', /not understood/],
    ['morgen', 'de', /not English \(de\)/],
    ['x'.repeat(300), 'en', /^due_date: “x{40}…” was left out/],
  ])('%s is left out, and said', (date, language, message) => {
    const { task, messages } = only({ DATE: date, DATE_LANG: language });
    expect(task).toMatchObject({ due_date: null, recurrence_rule: null });
    expect(messages).toEqual([expect.stringMatching(message)]);
  });
});

describe('a file that can not be read as a whole', () => {
  it.each([
    ['', /empty/],
    ['id,title\n1,x\n', /TYPE and CONTENT/],
    ['TYPE,CONTENT\ntask,"never closed\n', /not readable as CSV/],
    ['TYPE,CONTENT\ntask,a "b" c"\n', /not readable as CSV/],
    [`TYPE,CONTENT\n${'task,x\n'.repeat(10_001)}`, /10000 tasks/],
    [`TYPE,CONTENT\n${'note,x\n'.repeat(100_001)}`, /100000 rows/],
  ])('%#', (text, message) => {
    const attempt = () => read(text);
    expect(attempt).toThrow(Failure);
    expect(attempt).toThrow(message);
  });
});

describe('for every text', () => {
  const cell = fc.oneof(
    fc.constantFrom('task', 'note', 'section', '1', '3', '', 'every day', 'tomorrow 5pm', '@a b', '"', 'en', 'UTC'),
    fc.string({ unit: 'binary' }),
  );
  const row = fc.array(cell, { maxLength: 8 }).map((row) => row.join(','));

  it('a plan comes of it or a Failure, never anything else', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 8 }), fc.boolean(), (rows, headed) => {
        const head = headed ? ['TYPE,CONTENT,INDENT,DATE,DATE_LANG,TIMEZONE,PRIORITY,DEADLINE'] : [];
        try {
          for (const task of read([...head, ...rows].join('\n')).tasks) {
            expect(task.title).not.toBe('');
            expect(task.title.isWellFormed()).toBe(true);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(Failure);
        }
      }),
      { numRuns: 300 },
    );
  });
});
