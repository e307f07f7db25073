import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLine } from './quick-add/read-line.ts';

describe('the line of the specification', () => {
  const line = 'Pay rent every month on the 1st at 9am #Home @bills !high remind 1 day before';

  it('becomes all that it says', () => {
    expect(readLine(line)).toEqual({
      title: 'Pay rent',
      project: 'Home',
      tags: ['bills'],
      priority: 'high',
      due_date: '2026-12-01T09:00:00',
      recurrence_rule: 'FREQ=MONTHLY;BYMONTHDAY=1',
      repeat_from: 'due',
      reminders: [{ offset: '-P1D' }],
      spans: [
        {
          start: 9,
          end: 31,
          kind: 'recurrence_rule',
          text: 'every month on the 1st',
          value: 'FREQ=MONTHLY;BYMONTHDAY=1',
        },
        { start: 32, end: 38, kind: 'due_date', text: 'at 9am', value: '2026-12-01T09:00:00' },
        { start: 39, end: 44, kind: 'project', text: '#Home', value: 'Home' },
        { start: 45, end: 51, kind: 'tag', text: '@bills', value: 'bills' },
        { start: 52, end: 57, kind: 'priority', text: '!high', value: 'high' },
        { start: 58, end: 77, kind: 'reminder', text: 'remind 1 day before', value: '-P1D' },
      ],
    });
  });

  it.each([
    '#Home @bills !high remind 1 day before every month on the 1st at 9am Pay rent',
    'remind 1 day before Pay rent at 9am #Home every month on the 1st !high @bills',
    'every month on the 1st at 9am Pay rent #Home remind 1 day before @bills !high',
  ])('means the same in another order: %s', (shuffled) => {
    const { spans: _, ...known } = readLine(line);
    expect(readLine(shuffled)).toMatchObject(known);
  });
});

describe('projects, tags and priorities', () => {
  it.each([
    ['x #Home', 'Home', [], 'none'],
    ['#Home x', 'Home', [], 'none'],
    ['x #"Two words" @"three more  words"', 'Two words', ['three more words'], 'none'],
    ['x #“Curly quotes” @„tief“', 'Curly quotes', ['tief'], 'none'],
    ['x #Über-uns, @café; !low', 'Über-uns', ['café'], 'low'],
    ['x (#Home) [@a]', 'Home', ['a'], 'none'],
    ['x @a @B @A @b', null, ['a', 'B'], 'none'],
    ['x !HIGH', null, [], 'high'],
    ['x !medium', null, [], 'medium'],
    ['x !urgent', null, [], 'urgent'],
    ['x !none', null, [], 'none'],
    ['x p1', null, [], 'urgent'],
    ['P2 x', null, [], 'high'],
    ['x p3', null, [], 'medium'],
    ['x p4', null, [], 'low'],
    ['x @🏠 #日本', '日本', ['🏠'], 'none'],
  ])('%s', (line, project, tags, priority) => {
    const result = readLine(line);
    expect({ project: result.project, tags: result.tags, priority: result.priority }).toEqual({
      project,
      tags,
      priority,
    });
    expect(result.title).toBe('x');
  });

  it('leaves a second project and a second priority in the title', () => {
    expect(readLine('x #A #B !low !high')).toMatchObject({ title: 'x #B !high', project: 'A', priority: 'low' });
  });

  it('takes a name of fifty characters and no longer one', () => {
    expect(readLine(`x @${'a'.repeat(50)}`).tags).toEqual(['a'.repeat(50)]);
    expect(readLine(`x @${'a'.repeat(51)} #"${'b'.repeat(51)}"`)).toMatchObject({ tags: [], project: null });
  });
});

/** Lines that say nothing but their title. */
const plain_titles = [
  'Pay rent',
  'Mail a@b.com about C# and F#',
  'Fix issue#12 and PR #34',
  'Read https://example.com/today?at=9am#friday',
  'See www.example.com/tomorrow @ 100%',
  'Look at p5 and step1 of p10',
  'What! is !lower than ! this #',
  'buy sun cream',
  'sat down',
  'wed the bride',
  'Enjoy the sun',
  'May alone',
  'I may march with Mark for a second',
  'march 15 miles',
  'Trip in May',
  'Call Tod',
  'Remember every second counts',
  'Write down every detail',
  'everyday shoes',
  'Write the weekly report',
  'Prepare the monday meeting',
  'Prepare a 9am call',
  'move it to friday',
  'Report since monday',
  'Black Friday sales',
  'Watch Friday the 13th',
  'Read John 3:16',
  'Add 1/2 cup of flour',
  'Answer 24/7 support',
  'Go up on the 15th floor',
  'Live at 5 Main Street',
  'Grow by 5 percent',
  'Stay for 2 weeks',
  '3 days at work',
  'morning run',
  'good evening',
  'Midnight in Paris',
  'open from 9am to 5pm',
  "today's news",
  'tomorrow-ish',
  'Upgrade to 15.3.',
  'Ship v1.2.',
  'x 31 Apr',
  'x 2026-02-30',
  'x 29.2.2027',
  'x 13/13',
  'x at 25',
  'x 9:75pm',
  'x in 9999 years',
  'x every 0 days',
  'x every minute',
  'x every 2 minutes',
  'x every!',
  'x every 31 Apr',
  'x yesterday',
  'back in a sec',
  'Plan trip from 1 Dec to 5 Dec',
  'Ask Jan about June',
  'Book flight to Sun Valley',
  'Every good boy deserves fudge',
  'feed the cat twice a day',
  'Remind Bob about it',
  'Remind 5 people',
  'x remind 30m',
  'x remind me a day before',
  'Remind me to call Bob',
  '"unclosed quote',
  '5" pipe',
  '',
];

describe('what is not understood stays in the title', () => {
  it.each(plain_titles)('%j', (line) => {
    expect(readLine(line)).toEqual({
      title: line,
      project: null,
      tags: [],
      priority: 'none',
      due_date: null,
      recurrence_rule: null,
      repeat_from: 'due',
      reminders: null,
      spans: [],
    });
  });

  it('keeps any combination of words that mean nothing', () => {
    const words = fc.constantFrom(
      'buy',
      'milk',
      'for',
      'Bob',
      'at',
      'the',
      'may',
      'and',
      'on',
      'in',
      'C#',
      '5',
      'remind',
      'every',
      'no',
      'in',
      '-',
      '(see',
      'x)',
      'ok,',
      'of',
      'due',
    );
    fc.assert(
      fc.property(fc.array(words, { minLength: 1, maxLength: 12 }), (list) => {
        // `at 5`, `may 5` and `every may` do mean something.
        const line = list.join(' ');
        fc.pre(!/(?:at|may|may the) 5|5 (?:of )?may|every may/.test(line));
        const { title, spans } = readLine(line);
        expect([title, spans]).toEqual([line, []]);
      }),
    );
  });
});

describe('text in quotes', () => {
  it.each([
    [
      'Read "every day tomorrow #x @y !high p1 remind 1h before" now',
      'Read every day tomorrow #x @y !high p1 remind 1h before now',
    ],
    ['Watch “Saturday Night” tomorrow', 'Watch Saturday Night'],
    ['„Morgen today“ tomorrow', 'Morgen today'],
    ['say "hi"tomorrow', 'say hitomorrow'],
    ['x "every" day', 'x every day'],
    ['on "15 Mar"', 'on 15 Mar'],
    ['tomorrow ""', '""'],
    ['6" pipe tomorrow 5" wide', '6" pipe 5" wide'],
    ['a "b" c" tomorrow', 'a b c"'],
  ])('%s', (line, title) => {
    expect(readLine(line).title).toBe(title);
  });

  it('always survives', () => {
    const quoted = fc
      .string({ minLength: 1, maxLength: 30 })
      .filter((text) => !/["“”„]/.test(text) && text.trim() !== '');
    const around = fc.constantFrom('', 'tomorrow', 'every day', '#A', 'x', 'at 9am', 'remind 1h before', 'on', 'p1');
    fc.assert(
      fc.property(around, quoted, around, (before, text, after) => {
        expect(readLine(`${before} "${text}" ${after}`).title).toContain(text.trim().replace(/\s+/g, ' '));
      }),
    );
  });
});

describe('the title', () => {
  it.each([
    ['Meeting - tomorrow 5pm', 'Meeting'],
    ['Tomorrow - meeting', 'meeting'],
    ['Tomorrow: meeting', 'meeting'],
    ['Tomorrow, call mom', 'call mom'],
    ['Pay rent, tomorrow, at the bank', 'Pay rent, at the bank'],
    ['Call (tomorrow, #Home) Bob', 'Call Bob'],
    ['Call Bob tomorrow!', 'Call Bob!'],
    ['Call Bob tomorrow. Then Ann.', 'Call Bob. Then Ann.'],
    ['Call  Bob \t tomorrow', 'Call Bob'],
    ['Call Bob at 9 a.m. sharp', 'Call Bob sharp'],
    ['tomorrow', ''],
    ['tomorrow.', ''],
  ])('%s', (line, title) => {
    expect(readLine(line).title).toBe(title);
  });
});
