import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from './failure.ts';
import { type FilterDateField, type FilterHas, type FilterNode, type PriorityRank, parseFilter } from './filter.ts';

const context = { today: '2026-11-25' };
const parse = (text: string) => parseFilter(text, context);
const text = (value: string, exact = false): FilterNode => ({ kind: 'text', value, exact });
const and = (...children: FilterNode[]): FilterNode => ({ kind: 'and', children });
const or = (...children: FilterNode[]): FilterNode => ({ kind: 'or', children });
const not = (child: FilterNode): FilterNode => ({ kind: 'not', child });
const has = (value: FilterHas): FilterNode => ({ kind: 'has', value });
const date = (field: FilterDateField, from: string | null, to: string | null): FilterNode => ({
  kind: 'date',
  field,
  from,
  to,
});
const priority = (op: '=' | '<' | '<=' | '>' | '>=', rank: PriorityRank): FilterNode => ({
  kind: 'priority',
  op,
  rank,
});

describe('what a filter means', () => {
  it.each(['', '   ', '\t\n'])('%j lets everything pass', (empty) => {
    expect(parse(empty)).toBeNull();
  });

  it('reads the line of the specification', () => {
    expect(parse('status:pending priority:>=high tag:home -tag:someday due:<2026-12-01 "exact words" rent')).toEqual(
      and(
        { kind: 'status', value: 'pending' },
        priority('>=', 3),
        { kind: 'tag', value: 'home' },
        not({ kind: 'tag', value: 'someday' }),
        date('due', null, '2026-12-01'),
        text('exact words', true),
        text('rent'),
      ),
    );
  });

  it.each<[string, FilterNode]>([
    ['rent', text('rent')],
    ['pay rent', and(text('pay'), text('rent'))],
    ['a OR b', or(text('a'), text('b'))],
    ['a b OR c', or(and(text('a'), text('b')), text('c'))],
    ['a (b OR c)', and(text('a'), or(text('b'), text('c')))],
    ['a or b', and(text('a'), text('or'), text('b'))],
    ['a OR b OR c', or(text('a'), text('b'), text('c'))],
    ['(a)', text('a')],
    ['((a OR b))', or(text('a'), text('b'))],
    ['-a', not(text('a'))],
    ['--a', not(not(text('a')))],
    ['-(a OR b) c', and(not(or(text('a'), text('b'))), text('c'))],
    ['-"a b"', not(text('a b', true))],
    ['well-known', text('well-known')],
    ['"OR"', text('OR', true)],
    ['"status:pending"', text('status:pending', true)],
    ['"say \\"hi\\" C:\\dir \\\\"', text('say "hi" C:\\dir \\', true)],
    ['http://example.org/a:b', text('http://example.org/a:b')],
    ['12:30', text('12:30')],
    [':smile:', text(':smile:')],
    ['STATUS:Completed', { kind: 'status', value: 'completed' }],
    ['status:missed', { kind: 'status', value: 'missed' }],
    ['priority:none', priority('=', 0)],
    ['priority:<MEDIUM', priority('<', 2)],
    ['priority:<=low', priority('<=', 1)],
    ['priority:>urgent', priority('>', 4)],
    ['tag:Café', { kind: 'tag', value: 'Café' }],
    ['tag:a*', { kind: 'tag', value: 'a*' }],
    ['project:"Two words"', { kind: 'project', value: 'Two words' }],
    ['project:"Home (old)"', { kind: 'project', value: 'Home (old)' }],
    ['tag:a(b)', and({ kind: 'tag', value: 'a' }, text('b'))],
    ['is:recurring', { kind: 'is', value: 'recurring' }],
    ['is:subtask', { kind: 'is', value: 'subtask' }],
    ['is:overdue', { kind: 'overdue' }],
    ['due:Overdue', { kind: 'overdue' }],
    ['has:due', has('due')],
    ['has:reminder', has('reminder')],
    ['no:description', not(has('description'))],
    ['-no:subtasks', not(not(has('subtasks')))],
  ])('%s', (given, expected) => {
    expect(parse(given)).toEqual(expected);
  });

  it.each<[string, string | null, string | null]>([
    ['due:today', '2026-11-25', '2026-11-26'],
    ['due:TOMORROW', '2026-11-26', '2026-11-27'],
    ['due:yesterday', '2026-11-24', '2026-11-25'],
    ['due:2026-12-01', '2026-12-01', '2026-12-02'],
    ['due:"2026-12-01"', '2026-12-01', '2026-12-02'],
    ['due:<2026-12-01', null, '2026-12-01'],
    ['due:<=2026-12-01', null, '2026-12-02'],
    ['due:>2026-12-01', '2026-12-02', null],
    ['due:>=2026-12-01', '2026-12-01', null],
    ['due:<=today', null, '2026-11-26'],
    ['due:2026-12-01..2026-12-31', '2026-12-01', '2027-01-01'],
    ['due:..2026-12-31', null, '2027-01-01'],
    ['due:2026-12-01..', '2026-12-01', null],
    ['due:yesterday..tomorrow', '2026-11-24', '2026-11-27'],
    ['due:today..7d', '2026-11-25', '2026-12-03'],
    ['due:1d', '2026-11-25', '2026-11-26'],
    ['due:7d', '2026-11-25', '2026-12-02'],
    ['due:2w', '2026-11-25', '2026-12-09'],
    ['due:3m', '2026-11-25', '2027-02-25'],
    ['due:1y', '2026-11-25', '2027-11-25'],
    ['due:<7d', null, '2026-12-02'],
    ['created:7d', '2026-11-19', '2026-11-26'],
    ['updated:1d', '2026-11-25', '2026-11-26'],
    ['completed:2w', '2026-11-12', '2026-11-26'],
    ['created:3m', '2026-08-26', '2026-11-26'],
    ['created:>=7d', '2026-11-18', null],
    ['completed:yesterday', '2026-11-24', '2026-11-25'],
    ['updated:2026-11-01..2026-11-01', '2026-11-01', '2026-11-02'],
  ])('%s covers %s up to %s', (given, from, to) => {
    expect(parse(given)).toEqual(date(given.split(':')[0] as FilterDateField, from, to));
  });

  it('a span from the last of a month ends on the last of a shorter one', () => {
    expect(parseFilter('due:1m', { today: '2027-01-31' })).toEqual(date('due', '2027-01-31', '2027-02-28'));
  });
});

function faultOf(given: string): { position: number; message: string } {
  try {
    parse(given);
  } catch (error) {
    expect(error).toBeInstanceOf(Failure);
    const failure = error as Failure;
    expect(failure.code).toBe('invalid');
    expect(failure.errors).toHaveLength(1);
    expect(failure.errors[0]!.field).toBe('filter');
    const found = /^at position (\d+): (.+)$/s.exec(failure.errors[0]!.message);
    expect(found).not.toBeNull();
    return { position: Number(found![1]), message: found![2]! };
  }
  throw new Error(`No fault in ${given}`);
}

describe('faults', () => {
  it.each<[string, number, RegExp]>([
    ['a colour:red', 3, /no key “colour”.*status, priority, tag, project, due/],
    ['http:x', 1, /no key/],
    ['status:done', 8, /pending, completed, missed/],
    ['a status:', 10, /needs a value/],
    ['status: pending', 8, /needs a value/],
    ['priority:>=huge', 10, /none, low, medium, high, urgent/],
    ['priority:>', 10, /none, low/],
    ['is:done', 4, /recurring, overdue, subtask/],
    ['has:project', 5, /due, reminder, description, subtasks/],
    ['no:tags', 4, /due, reminder/],
    ['due:soon', 5, /takes a date/],
    ['due:2026-02-30', 5, /not a day/],
    ['due:2026-13-01', 5, /not a day/],
    ['due:2026-1-1', 5, /takes a date/],
    ['due:0d', 5, /at least one day/],
    ['due:..', 5, /at least one side/],
    ['due:today..never', 12, /takes a date/],
    ['due:2026-12-31..2026-12-01', 5, /ends before it starts/],
    ['due:<overdue', 5, /takes a date/],
    ['created:overdue', 9, /takes a date/],
    ['due:99999y', 5, /out of range/],
    ['due:9999-12-31', 5, /out of range/],
    ['due:0000-01-01', 5, /out of range/],
    ['due:<0001-01-01', 5, /out of range/],
    ['a "b c', 3, /never closed/],
    ['project:"b c', 9, /never closed/],
    ['a ""', 3, /nothing between/],
    ['a (b', 3, /never closed/],
    ['(', 1, /never closed/],
    ['()', 1, /nothing in these/],
    ['a )', 3, /never opened/],
    [')', 1, /never opened/],
    ['a OR', 3, /nothing behind/],
    ['a OR OR b', 3, /nothing behind/],
    ['OR a', 1, /nothing before/],
    ['(OR a)', 2, /nothing before/],
    ['(a OR )', 4, /nothing behind/],
    ['a - b', 3, /right behind/],
    ['a -', 3, /right behind/],
    ['-OR', 1, /right behind/],
    ['(-)', 2, /right behind/],
    ['😀 x:y', 4, /no key “x”/],
    ['a\u0000b', 2, /can not be searched/],
    ['ab\ud800', 3, /can not be searched/],
    ['x'.repeat(1_001), 1_001, /at most 1000 characters/],
    ['x '.repeat(101), 201, /at most 100 terms/],
    [`${'('.repeat(21)}a${')'.repeat(21)}`, 22, /20 deep/],
    [`${'-'.repeat(900)}a`, 22, /20 deep/],
  ])('%s at %i', (given, position, message) => {
    const fault = faultOf(given);
    expect(fault.position).toBe(position);
    expect(fault.message).toMatch(message);
  });

  it('the caps themselves are allowed', () => {
    expect(parse('x'.repeat(1_000))).toEqual(text('x'.repeat(1_000)));
    expect(parse('x '.repeat(100))).toMatchObject({ kind: 'and' });
    expect(parse(`${'('.repeat(20)}a${')'.repeat(20)}`)).toEqual(text('a'));
    expect(parse(`${'-'.repeat(20)}a`)).toMatchObject({ kind: 'not' });
  });
});

const priorities = ['none', 'low', 'medium', 'high', 'urgent'];
const quote = (value: string): string => `"${value.replace(/[\\"]/g, '\\$&')}"`;

/** Only the tests write filters, so the printer lives here: every group in brackets, every name in quotes. */
function print(node: FilterNode): string {
  switch (node.kind) {
    case 'and':
      return `(${node.children.map(print).join(' ')})`;
    case 'or':
      return `(${node.children.map(print).join(' OR ')})`;
    case 'not':
      return `-${print(node.child)}`;
    case 'text':
      return node.exact ? quote(node.value) : node.value;
    case 'status':
    case 'is':
    case 'has':
      return `${node.kind}:${node.value}`;
    case 'priority':
      return `priority:${node.op === '=' ? '' : node.op}${priorities[node.rank]}`;
    case 'tag':
    case 'project':
      return `${node.kind}:${quote(node.value)}`;
    case 'overdue':
      return 'due:overdue';
    case 'date': {
      if (node.from === null) return `${node.field}:<${node.to}`;
      if (node.to === null) return `${node.field}:>=${node.from}`;
      return `${node.field}:${node.from}..${Temporal.PlainDate.from(node.to).subtract({ days: 1 })}`;
    }
  }
}

const aWord = fc
  .string({ unit: fc.constantFrom(...'abOR1é漢:/-.*\\_😀'.match(/./gu)!), minLength: 1, maxLength: 8 })
  .filter((word) => word !== 'OR' && !word.startsWith('-') && !/^\p{L}[\p{L}\p{N}_-]*:(?!\/\/)/u.test(word));
const aName = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 10 })
  .filter((name) => name.trim() === name && name !== '' && !name.includes('\0') && name.isWellFormed());
const aDay = fc.integer({ min: 1, max: 700_000 }).map((n) => Temporal.PlainDate.from('0002-01-01').add({ days: n }));
const aDate = fc
  .tuple(
    fc.constantFrom<FilterDateField>('due', 'created', 'updated', 'completed'),
    aDay,
    fc.option(fc.integer({ min: 1, max: 10_000 })),
    fc.boolean(),
  )
  .map(([field, day, days, opens]) => {
    if (days !== null) return date(field, day.toString(), day.add({ days }).toString());
    return opens ? date(field, null, day.toString()) : date(field, day.toString(), null);
  });

const { node: aFilter } = fc.letrec<{ node: FilterNode; leaf: FilterNode }>((tie) => ({
  leaf: fc.oneof(
    aWord.map((word) => text(word)),
    aName.map((name) => text(name, true)),
    aName.map((name): FilterNode => ({ kind: 'tag', value: name })),
    aName.map((name): FilterNode => ({ kind: 'project', value: name })),
    aDate,
    fc.constantFrom<FilterNode>(
      { kind: 'overdue' },
      { kind: 'is', value: 'recurring' },
      { kind: 'is', value: 'subtask' },
      { kind: 'status', value: 'missed' },
      has('reminder'),
    ),
    fc
      .tuple(fc.constantFrom('=', '<', '<=', '>', '>='), fc.constantFrom<PriorityRank>(0, 1, 2, 3, 4))
      .map(([op, rank]) => priority(op, rank)),
  ),
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('leaf'),
    tie('node').map(not),
    fc.array(tie('node'), { minLength: 2, maxLength: 3 }).map((children) => and(...children)),
    fc.array(tie('node'), { minLength: 2, maxLength: 3 }).map((children) => or(...children)),
  ),
}));

describe('for every filter', () => {
  it('printing a tree and reading it again gives the same tree', () => {
    fc.assert(
      fc.property(aFilter, (tree) => {
        const printed = print(tree);
        fc.pre(printed.length <= 1_000);
        expect(parse(printed)).toEqual(tree);
      }),
      { numRuns: 500 },
    );
  });

  it('text is read or refused with a position in it, never anything else', () => {
    const pieces = fc.constantFrom(
      '(',
      ')',
      '"',
      '-',
      ' OR ',
      ' ',
      ':',
      'due:',
      'tag:',
      '<=',
      '..',
      '7d',
      'today',
      'x',
      '\\',
    );
    const given = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: pieces, maxLength: 40 }));
    fc.assert(
      fc.property(given, (line) => {
        try {
          parse(line);
        } catch {
          const { position } = faultOf(line);
          expect(position).toBeGreaterThanOrEqual(1);
          expect(position).toBeLessThanOrEqual(line.length + 1);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
