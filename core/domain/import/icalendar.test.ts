import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '../failure.ts';
import { readICalendar } from './icalendar.ts';
import type { ImportContext } from './plan.ts';

const context: ImportContext = {
  now: Temporal.Instant.from('2026-11-25T10:00:00Z'),
  time_zone: 'Europe/Vienna',
  day_start: '09:00',
  project: null,
};
const read = (text: string, changes: Partial<ImportContext> = {}) => readICalendar(text, { ...context, ...changes });
const fixture = readFileSync(new URL('./fixtures/tasks.ics', import.meta.url), 'utf8');
const calendar = (...lines: string[]) => ['BEGIN:VCALENDAR', 'VERSION:2.0', ...lines, 'END:VCALENDAR', ''].join('\r\n');
const todo = (...lines: string[]) => calendar('BEGIN:VTODO', 'UID:1', 'SUMMARY:x', ...lines, 'END:VTODO');
const only = (...lines: string[]) => {
  const { tasks, issues } = read(todo(...lines));
  expect(tasks).toHaveLength(1);
  return { task: tasks[0]!, messages: issues.map((issue) => `${issue.field}: ${issue.message}`) };
};

describe('a file of to-dos', () => {
  const plan = read(fixture);
  const task = (title: string) => plan.tasks.find((one) => one.title.startsWith(title))!;

  it('takes the to-dos, parents first, into the project that the calendar names', () => {
    expect(plan.source).toBe('icalendar');
    expect(plan.tasks.map((one) => one.title)).toEqual([
      'Paint the kitchen; both walls',
      'Buy paint',
      'Pay rent',
      'Take out the bins',
      'Write the report',
      'Call the moon',
    ]);
    expect(new Set(plan.tasks.map((one) => one.project))).toEqual(new Set(['Home, sweet home']));
  });

  it('what no calendar names a project for goes where the user says', () => {
    expect(read(fixture, { project: 'Mine' }).tasks[0]?.project).toBe('Home, sweet home');
    expect(read(todo(), { project: 'Mine' }).tasks[0]?.project).toBe('Mine');
    expect(read(todo()).tasks[0]?.project).toBeNull();
  });

  it('unfolds and unescapes, keeps place and address, joins categories', () => {
    expect(task('Paint')).toEqual({
      ref: 'parent@example.org',
      parent_ref: null,
      project: 'Home, sweet home',
      title: 'Paint the kitchen; both walls',
      description:
        'First the ceiling,\nthen the walls. This line is long enough that it has to be folded by the program that wrote it.\n\nLocation: Kitchen\n\nhttps://example.org/paint',
      priority: 'high',
      tags: ['Home', 'Do it yourself'],
      due_date: '2026-12-12T18:00:00',
      time_zone: 'Europe/Berlin',
      recurrence_rule: null,
      exceptions: [],
      repeat_from: 'due',
      reminders: [{ offset: '-PT15M' }, { at: '2026-12-11T12:00:00Z' }],
      status: 'pending',
      completed_at: null,
      line: 30,
    });
  });

  it('keeps what is done done', () => {
    expect(task('Buy paint')).toMatchObject({
      parent_ref: 'parent@example.org',
      status: 'completed',
      completed_at: '2026-11-10T17:30:00Z',
      due_date: null,
      time_zone: 'Europe/Vienna',
      reminders: null,
    });
  });

  it('keeps rules with their exceptions in the zone of the task', () => {
    expect(task('Pay rent')).toMatchObject({
      due_date: '2026-12-01T09:00:00',
      time_zone: 'Europe/Berlin',
      recurrence_rule: 'FREQ=MONTHLY;BYMONTHDAY=1',
      exceptions: ['2027-01-01T09:00:00', '2027-02-01T09:00:00'],
      priority: 'urgent',
    });
    expect(task('Take out')).toMatchObject({ due_date: '2026-12-03', recurrence_rule: 'FREQ=WEEKLY;BYDAY=TH' });
  });

  it('an alarm rings at the same moment: all-day tasks count from the start of the day, others from the due time', () => {
    expect(task('Take out').reminders).toEqual([{ offset: '-PT2H' }]);
    expect(task('Write the report')).toMatchObject({
      due_date: '2026-12-08T17:00:00',
      time_zone: 'Europe/Vienna',
      priority: 'low',
      reminders: [{ offset: '-PT32H' }],
    });
  });

  it('names everything that it left out', () => {
    expect(plan.issues.map(({ line, item, field, severity }) => [line, item, field, severity])).toEqual([
      [30, 'Paint the kitchen; both walls', 'reminders', 'changed'],
      [64, 'Pay rent (new landlord)', null, 'skipped'],
      [69, 'Take out the bins', 'recurrence_rule', 'changed'],
      [80, 'Write the report', 'status', 'changed'],
      [80, 'Write the report', 'start', 'changed'],
      [93, 'Call the moon', 'due_date', 'changed'],
      [93, 'Call the moon', 'attach', 'changed'],
      [99, 'Call the moon', null, 'changed'],
      [101, 'Sell the car', null, 'skipped'],
      [106, '', null, 'skipped'],
      [109, 'Party', null, 'skipped'],
    ]);
  });
});

describe('dates', () => {
  it.each([
    ['DUE;VALUE=DATE:20261201', '2026-12-01', 'Europe/Vienna'],
    ['DUE:20261201', '2026-12-01', 'Europe/Vienna'],
    ['DUE:20261201T090000', '2026-12-01T09:00:00', 'Europe/Vienna'],
    ['DUE:20261201T233000Z', '2026-12-02T00:30:00', 'Europe/Vienna'],
    ['DUE;TZID=America/New_York:20261201T090000', '2026-12-01T09:00:00', 'America/New_York'],
    ['DUE;TZID="/x.org/1/Asia/Tokyo":20261201T090000', '2026-12-01T09:00:00', 'Asia/Tokyo'],
    ['DTSTART:20261201T090000', '2026-12-01T09:00:00', 'Europe/Vienna'],
    ['DTSTART;VALUE=DATE:20261201\r\nDURATION:P2D', '2026-12-03', 'Europe/Vienna'],
    ['DTSTART:20261201T090000Z\r\nDURATION:PT90M', '2026-12-01T11:30:00', 'Europe/Vienna'],
  ])('%s', (line, due_date, time_zone) => {
    expect(only(line).task).toMatchObject({ due_date, time_zone });
  });

  it.each(['DUE:20261301', 'DUE:20260230T000000', 'DUE:soon', 'DUE:', 'DUE:00010101'])(
    '%s is reported and leaves no date',
    (line) => {
      const { task, messages } = only(line);
      expect(task.due_date).toBeNull();
      expect(messages).toEqual([expect.stringMatching(/^due_date: .* is not a date/)]);
    },
  );

  it('a zone that no one knows gives way to that of the user', () => {
    const { task, messages } = only('DUE;TZID=Nowhere:20261201T090000');
    expect(task).toMatchObject({ due_date: '2026-12-01T09:00:00', time_zone: 'Europe/Vienna' });
    expect(messages).toEqual(['due_date: the time zone “Nowhere” is not known; Europe/Vienna was taken']);
  });
});

describe('rules', () => {
  it('one that starts in UTC stays in UTC, with its exceptions', () => {
    const { task } = only(
      'DUE:20261201T230000Z',
      'RRULE:FREQ=WEEKLY;BYDAY=TU',
      'EXDATE;TZID=Europe/Vienna:20261209T000000',
    );
    expect(task).toMatchObject({
      due_date: '2026-12-01T23:00:00',
      time_zone: 'UTC',
      recurrence_rule: 'FREQ=WEEKLY;BYDAY=TU',
      exceptions: ['2026-12-08T23:00:00'],
    });
  });

  it('an exception that is a day leaves out that day', () => {
    const { task } = only('DUE:20261201T090000', 'RRULE:FREQ=DAILY', 'EXDATE;VALUE=DATE:20261202,20261203');
    expect(task.exceptions).toEqual(['2026-12-02T09:00:00', '2026-12-03T09:00:00']);
  });

  it.each([
    [['RRULE:FREQ=DAILY'], /no date to count from/],
    [['DUE:20261201', 'RRULE:FREQ=NEVER'], /FREQ=NEVER/],
    [['DUE:20261201', 'RRULE:'], /left out/],
    [['DUE:20261201', 'RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30'], /left out/],
    [['DUE:20261201', 'RRULE:FREQ=DAILY', 'STATUS:COMPLETED'], /is completed/],
  ])('%j leaves no rule, and says why', (lines, message) => {
    const { task, messages } = only(...lines);
    expect(task.recurrence_rule).toBeNull();
    expect(messages).toEqual([expect.stringMatching(message)]);
  });
});

describe('a file of hostile rules', () => {
  it('has thirty of them checked, the same one once, and is read all the same', () => {
    const rules = Array.from({ length: 50 }, (_, i) => `RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=${i + 1}`);
    const todos = (lines: string[]) =>
      lines.flatMap((line) => ['BEGIN:VTODO', 'SUMMARY:x', 'DUE:20261201', line, 'END:VTODO']);
    const plan = read(calendar(...todos([...Array(200).fill(rules[0]), ...rules])));
    expect(plan.tasks.every((task) => task.recurrence_rule === null)).toBe(true);
    expect(plan.issues.filter((issue) => issue.message.includes('no more are checked'))).toHaveLength(20);
  });
});

describe('alarms', () => {
  const alarm = (...lines: string[]) => ['BEGIN:VALARM', 'ACTION:DISPLAY', ...lines, 'END:VALARM'];

  it.each([
    [['DUE:20261201T090000'], 'TRIGGER:-P1D', '-P1D'],
    [['DUE:20261201T090000'], 'TRIGGER:-P1W', '-P7D'],
    [['DUE:20261201T090000'], 'TRIGGER:PT0S', 'PT0S'],
    [['DTSTART:20261201T080000', 'DUE:20261201T090000'], 'TRIGGER:-PT5M', '-PT65M'],
    [['DTSTART:20261201T080000', 'DUE:20261201T090000'], 'TRIGGER;RELATED=END:-PT5M', '-PT5M'],
    [['DUE;VALUE=DATE:20261201'], 'TRIGGER:PT9H', 'PT0S'],
    [['DUE;VALUE=DATE:20261201'], 'TRIGGER:-PT15M', '-PT9H15M'],
    [['DUE;VALUE=DATE:20261201'], 'TRIGGER:-P1D', '-P1DT9H'],
  ])('%j with %s is %s before we are due', (lines, trigger, offset) => {
    const { task, messages } = only(...lines, ...alarm(trigger));
    expect(task.reminders).toHaveLength(1);
    const [reminder] = task.reminders!;
    const seconds = (text: string) => Temporal.Duration.from(text).total('seconds');
    expect(seconds((reminder as { offset: string }).offset)).toBe(seconds(offset));
    expect(messages.filter((message) => !message.startsWith('start'))).toEqual([]);
  });

  it.each([
    [[], 'TRIGGER:-PT5M', /no date to count from/],
    [['DUE:20261201'], 'TRIGGER:-PX', /no duration/],
    [['DUE:20261201'], 'TRIGGER:-P9999D', /no duration/],
    [['DUE:20261201'], 'TRIGGER;VALUE=DATE-TIME:never', /not a date/],
    [['DUE:20261201'], 'DESCRIPTION:x', /without a trigger/],
  ])('%j with %s is left out, and said', (lines, trigger, message) => {
    const { task, messages } = only(...lines, ...alarm(trigger));
    expect(task.reminders).toBeNull();
    expect(messages).toEqual([expect.stringMatching(message)]);
  });

  it('the same moment twice is one reminder, and twenty are enough', () => {
    const { task, messages } = only(
      'DUE:20261201T090000',
      ...alarm('TRIGGER:-PT60M'),
      ...alarm('TRIGGER:-PT1H'),
      ...Array.from({ length: 22 }, (_, i) => alarm(`TRIGGER:-PT${i + 1}S`)).flat(),
      'BEGIN:VALARM',
      'ACTION:NONE',
      'TRIGGER;VALUE=DATE-TIME:19760401T005545Z',
      'END:VALARM',
    );
    expect(task.reminders).toHaveLength(20);
    expect(messages).toEqual(['reminders: 3 of 23 were left out']);
  });
});

describe('what else a to-do may say', () => {
  it.each([
    ['PERCENT-COMPLETE:100', 'completed', '2026-11-25T10:00:00Z'],
    ['STATUS:COMPLETED\r\nLAST-MODIFIED:20261001T120000Z', 'completed', '2026-10-01T12:00:00Z'],
    ['STATUS:COMPLETED', 'completed', '2026-11-25T10:00:00Z'],
    ['COMPLETED:20261001T120000Z', 'completed', '2026-10-01T12:00:00Z'],
    ['STATUS:NEEDS-ACTION\r\nPERCENT-COMPLETE:0', 'pending', null],
  ])('%j is %s', (lines, status, completed_at) => {
    expect(only(lines).task).toMatchObject({ status, completed_at });
  });

  it.each([
    ['0', 'none'],
    ['1', 'urgent'],
    ['2', 'urgent'],
    ['3', 'high'],
    ['4', 'high'],
    ['5', 'medium'],
    ['6', 'low'],
    ['9', 'low'],
    ['10', 'none'],
    ['x', 'none'],
  ])('priority %s is %s', (given, priority) => {
    expect(only(`PRIORITY:${given}`).task.priority).toBe(priority);
  });

  it('two to-dos of one UID are both kept', () => {
    const one = ['BEGIN:VTODO', 'UID:same', 'SUMMARY:x', 'END:VTODO'];
    const refs = read(calendar(...one, ...one)).tasks.map((task) => task.ref);
    expect(new Set(refs).size).toBe(2);
  });

  it('a child whose parent was cancelled stands alone, and that is said', () => {
    const plan = read(
      calendar(
        ...['BEGIN:VTODO', 'UID:p', 'SUMMARY:p', 'STATUS:CANCELLED', 'END:VTODO'],
        ...['BEGIN:VTODO', 'UID:c', 'SUMMARY:c', 'RELATED-TO:p', 'END:VTODO'],
      ),
    );
    expect(plan.tasks).toMatchObject([{ ref: 'c', parent_ref: null }]);
    expect(plan.issues.map((issue) => issue.severity)).toEqual(['skipped', 'changed']);
  });
});

describe('a file that can not be read as a whole', () => {
  it.each([
    ['', /empty/],
    ['hello', /line 1 is not part/],
    ['BEGIN:VCARD\nEND:VCARD', /line 1 begins VCARD/],
    ['BEGIN:VTODO\nEND:VTODO', /outside of a VCALENDAR/],
    ['BEGIN:VCALENDAR\nBEGIN:VTODO\nSUMMARY:x', /breaks off: VTODO of line 2/],
    ['BEGIN:VCALENDAR\nEND:VTODO', /line 2 ends VTODO, but VCALENDAR is open/],
    ['BEGIN:VCALENDAR\n'.repeat(20), /nests/],
    [calendar(...Array.from({ length: 10_001 }, () => 'BEGIN:VTODO\r\nSUMMARY:x\r\nEND:VTODO')), /10000 tasks/],
  ])('%#', (text, message) => {
    const attempt = () => read(text);
    expect(attempt).toThrow(Failure);
    expect(attempt).toThrow(message);
  });
});

describe('for every text', () => {
  const line = fc.oneof(
    fc.constantFrom('BEGIN:VTODO', 'END:VTODO', 'BEGIN:VALARM', 'END:VALARM', 'SUMMARY:x', 'RRULE:FREQ=DAILY;COUNT=3'),
    fc
      .tuple(
        fc.constantFrom(
          'DUE',
          'DTSTART',
          'TRIGGER',
          'RRULE',
          'EXDATE',
          'DURATION',
          'COMPLETED',
          'CATEGORIES',
          'RELATED-TO',
          'UID',
          'PRIORITY',
          'constructor',
          '__proto__',
        ),
        fc.constantFrom('', ';TZID=UTC', ';VALUE=DATE', ';X="', ';=', ';RELATED=END', ';__proto__=x'),
        fc.oneof(
          fc.constantFrom(
            '20261201',
            '20261201T090000Z',
            '-PT15M',
            'P1W',
            'FREQ=WEEKLY;BYDAY=MO',
            '1',
            '99991231T235959',
          ),
          fc.string(),
        ),
      )
      .map(([name, params, value]) => `${name}${params}:${value}`),
    fc.string({ unit: 'binary' }),
  );

  it('a plan comes of it or a Failure, never anything else', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 15 }), fc.boolean(), (lines, framed) => {
        const text = framed ? todo(...lines) : lines.join('\n');
        try {
          const plan = read(text);
          for (const task of plan.tasks) {
            expect(task.title).not.toBe('');
            expect(task.title.isWellFormed()).toBe(true);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(Failure);
        }
      }),
      { numRuns: 500 },
    );
  });
});
