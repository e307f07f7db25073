import { describe, expect, test, vi } from 'vitest';
import { addDays, dayWords, dueIn, dueWords, groupOf, instantOf, timeWords, wallClock } from './dates.ts';

vi.stubGlobal('navigator', { language: 'en-GB', languages: ['en-GB'] });

const BERLIN = 'Europe/Berlin';
const at = (text: string) => Date.parse(text);

describe('wall-clock time', () => {
  test('is that of the zone, also across midnight', () => {
    expect(wallClock(at('2026-11-30T23:30:00Z'), BERLIN)).toEqual({ date: '2026-12-01', time: '00:30' });
    expect(wallClock(at('2026-11-30T23:30:00Z'), 'America/New_York')).toEqual({ date: '2026-11-30', time: '18:30' });
  });

  test.each(['Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Chatham', 'UTC'])(
    'leads back to its instant in %s, in summer and in winter',
    (zone) => {
      for (const text of ['2026-01-15T12:00:00Z', '2026-07-15T23:59:00Z', '2026-12-31T00:15:00Z']) {
        expect(instantOf(wallClock(at(text), zone), zone)).toBe(at(text));
      }
    },
  );

  test('that a change to summer time skips moves forward by the gap', () => {
    expect(instantOf({ date: '2026-03-29', time: '02:30' }, BERLIN)).toBe(at('2026-03-29T01:30:00Z'));
  });

  test('that occurs twice means the first', () => {
    expect(instantOf({ date: '2026-10-25', time: '02:30' }, BERLIN)).toBe(at('2026-10-25T00:30:00Z'));
  });
});

describe('groups', () => {
  const now = at('2026-11-24T12:00:00+01:00');
  test.each([
    [null, 'no_date'],
    ['2026-11-23', 'overdue'],
    ['2026-11-24', 'today'],
    ['2026-11-25', 'upcoming'],
    ['2026-11-24T11:59:00+01:00', 'overdue'],
    ['2026-11-24T12:00:00+01:00', 'today'],
    ['2026-11-24T23:59:00+01:00', 'today'],
    ['2026-11-25T00:00:00+01:00', 'upcoming'],
    // 23:30 in New York is the next morning in Berlin.
    ['2026-11-24T23:30:00-05:00', 'upcoming'],
  ])('%s is %s', (due_date, group) => {
    expect(groupOf(due_date, now, BERLIN)).toBe(group);
  });
});

describe('words', () => {
  const today = '2026-11-24';
  test.each([
    ['2026-11-24', 'Today'],
    ['2026-11-25', 'Tomorrow'],
    ['2026-11-23', 'Yesterday'],
    ['2026-11-27', 'Friday'],
    ['2026-12-04', 'Fri 4 Dec'],
    ['2026-11-20', 'Fri 20 Nov'],
    ['2027-01-01', 'Fri 1 Jan 2027'],
  ])('%s is %s', (date, words) => {
    expect(dayWords(date, today)).toMatch(words);
  });

  test('a due date is said in the zone of the reader', () => {
    expect(dueWords(dueIn('UTC', '2026-11-25T00:30:00+01:00'), today)).toBe(`Today ${timeWords('23:30')}`);
    expect(dueWords(dueIn('UTC', '2026-11-25'), today)).toBe('Tomorrow');
  });

  test('days are added over the ends of months, years and changes of the clock', () => {
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
    expect(addDays('2026-03-28', 2)).toBe('2026-03-30');
    expect(addDays('2028-03-01', -1)).toBe('2028-02-29');
  });
});
