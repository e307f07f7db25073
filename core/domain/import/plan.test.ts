import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SUBTASK_DEPTH_MAX } from '../task.ts';
import { arrangeTasks } from './arrange.ts';
import { fitDescription, fitTags, fitTitle } from './fit.ts';
import { cut, detectFormat, type ImportedTask, issueLog, readableText } from './plan.ts';
import { zoneFinder } from './zones.ts';

const aTask = (ref: string, parent_ref: string | null = null): ImportedTask => ({
  ref,
  parent_ref,
  project: null,
  title: ref,
  description: '',
  priority: 'none',
  tags: [],
  due_date: null,
  time_zone: 'UTC',
  recurrence_rule: null,
  exceptions: [],
  repeat_from: 'due',
  reminders: null,
  status: 'pending',
  completed_at: null,
  line: 1,
});

const reports = () => {
  const list: [string, string][] = [];
  return { list, report: (field: string, message: string) => void list.push([field, message]) };
};

describe('what is too long is cut, and said', () => {
  it('a title is one line of 500 characters', () => {
    const { list, report } = reports();
    expect(fitTitle('  a\n b\t', report)).toBe('a b');
    expect(list).toEqual([]);
    expect(fitTitle('x'.repeat(501), report)).toBe('x'.repeat(500));
    expect(list).toEqual([['title', 'was cut to 500 characters']]);
  });

  it('a cut never leaves half of a character', () => {
    expect(cut('ab😀', 3)).toBe('ab');
    expect(cut('ab😀', 4)).toBe('ab😀');
  });

  it('a description keeps its lines, up to 50,000 characters', () => {
    const { list, report } = reports();
    expect(fitDescription('a\r\n\r\nb\n', report)).toBe('a\n\nb');
    expect(fitDescription('é'.repeat(50_001), report)).toHaveLength(50_000);
    expect(list).toEqual([['description', 'was cut to 50000 characters']]);
  });

  it('tags are 50 at most, of 50 characters, the same one once whatever its case', () => {
    const { list, report } = reports();
    expect(fitTags(['Home', ' home ', '', 'two  words'], report)).toEqual(['Home', 'two words']);
    expect(list).toEqual([]);
    expect(fitTags(['t'.repeat(51)], report)).toEqual(['t'.repeat(50)]);
    expect(
      fitTags(
        Array.from({ length: 52 }, (_, i) => `t${i}`),
        report,
      ),
    ).toHaveLength(50);
    expect(list.map(([, message]) => message)).toEqual([
      `“${'t'.repeat(50)}…” was cut to 50 characters`,
      '2 of 52 were left out',
    ]);
  });
});

describe('the text of a file', () => {
  it('loses its byte order mark, NUL and halves of characters', () => {
    const log = issueLog();
    expect(readableText('\uFEFFa\nb\0c\ud800d😀', log)).toBe('a\nbcd😀');
    expect(log.issues()).toMatchObject([
      { line: 2, severity: 'changed', message: expect.stringMatching(/^2 characters/) },
    ]);
  });

  it('of more than 20 MiB is refused', () => {
    expect(() => readableText('x'.repeat(20 * 1024 * 1024 + 1), issueLog())).toThrow('20 MiB');
  });

  it('a report has at most 1,000 lines and counts the others', () => {
    const log = issueLog();
    for (let i = 1; i <= 1_500; i += 1) log.skipped(i, 'x', 'is an event');
    expect(log.issues()).toHaveLength(1_001);
    expect(log.issues().at(-1)?.message).toMatch(/^500 more/);
  });
});

describe('parents and children', () => {
  it('a parent comes before its child, wherever it stood', () => {
    const log = issueLog();
    const order = arrangeTasks([aTask('c', 'b'), aTask('x'), aTask('b', 'a'), aTask('a')], log);
    expect(order.map((task) => task.ref)).toEqual(['a', 'b', 'c', 'x']);
    expect(log.issues()).toEqual([]);
  });

  it('a parent that is not there, and a circle, are cut and reported', () => {
    const log = issueLog();
    const order = arrangeTasks([aTask('a', 'b'), aTask('b', 'a'), aTask('c', 'gone'), aTask('d', 'd')], log);
    expect(order.map((task) => [task.ref, task.parent_ref])).toEqual([
      ['b', null],
      ['a', 'b'],
      ['c', null],
      ['d', null],
    ]);
    expect(log.issues()).toHaveLength(3);
  });

  it('what is deeper than five levels of subtasks moves up to the fifth', () => {
    const log = issueLog();
    const chain = Array.from({ length: 9 }, (_, i) => aTask(`t${i}`, i === 0 ? null : `t${i - 1}`));
    const order = arrangeTasks(chain, log);
    expect(order.map((task) => task.parent_ref)).toEqual([null, 't0', 't1', 't2', 't3', 't4', 't4', 't4', 't4']);
    expect(log.issues().map((issue) => issue.item)).toEqual(['t6', 't7', 't8']);
  });

  it('any tangle of parents becomes a forest of bounded depth that keeps every task', () => {
    const tangle = fc.array(fc.option(fc.integer({ min: 0, max: 25 })), { maxLength: 25 });
    fc.assert(
      fc.property(tangle, (parents) => {
        const tasks = parents.map((parent, i) => aTask(`${i}`, parent === null ? null : `${parent}`));
        const order = arrangeTasks(tasks, issueLog());
        expect(order.map((task) => task.ref).toSorted()).toEqual(tasks.map((task) => task.ref).toSorted());
        const depths = new Map<string, number>();
        for (const task of order) {
          const above = task.parent_ref === null ? -1 : depths.get(task.parent_ref);
          expect(above).toBeDefined();
          depths.set(task.ref, above! + 1);
        }
        expect(Math.max(0, ...depths.values())).toBeLessThanOrEqual(SUBTASK_DEPTH_MAX);
      }),
    );
  });
});

describe('names of time zones', () => {
  it.each([
    ['Europe/Berlin', 'Europe/Berlin'],
    ['europe/berlin', 'Europe/Berlin'],
    ['UTC', 'UTC'],
    ['W. Europe Standard Time', 'Europe/Berlin'],
    ['Pacific Standard Time', 'America/Los_Angeles'],
    ['/freeassociation.sourceforge.net/Europe/Berlin', 'Europe/Berlin'],
    ['/mozilla.org/20070129_1/America/Argentina/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
    ['Moon/Base', null],
    ['+01:00', null],
    ['constructor', null],
    ['', null],
    ['x'.repeat(10_000), null],
  ])('%s is %s', (name, zone) => {
    const found = zoneFinder()(name);
    expect(found).toBe(zone);
  });

  it('every Windows name leads to a zone that exists', () => {
    const names = [
      'FLE Standard Time',
      'India Standard Time',
      'Tokyo Standard Time',
      'GMT Standard Time',
      'Central Asia Standard Time',
    ];
    for (const name of names) {
      const zone = zoneFinder()(name);
      expect(zoneFinder()(zone!)).not.toBeNull();
    }
  });
});

describe('detectFormat', () => {
  it.each<[string, string | undefined, string | null]>([
    ['BEGIN:VCALENDAR\r\n', undefined, 'icalendar'],
    ['\uFEFF\nbegin:vcalendar\n', undefined, 'icalendar'],
    ['TYPE,CONTENT,PRIORITY\n', undefined, 'todoist-csv'],
    ['\uFEFF"TYPE","CONTENT"\r\n', undefined, 'todoist-csv'],
    ['TYPE;CONTENT;PRIORITY\n', 'x.csv', 'todoist-csv'],
    ['anything', 'Tasks.ICS', 'icalendar'],
    ['id,title\n', 'tasks.csv', null],
    ['{"tasks": []}', 'x.json', null],
    ['', undefined, null],
  ])('%j called %s is %s', (text, name, format) => {
    expect(detectFormat(text, name)).toBe(format);
  });
});
