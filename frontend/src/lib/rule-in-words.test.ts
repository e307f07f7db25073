import { expect, test } from 'vitest';
import { ordinal, ruleInWords, rulePresets } from './rule-in-words.ts';

test.each([
  ['FREQ=DAILY', 'every day'],
  ['RRULE:FREQ=DAILY;INTERVAL=3', 'every 3 days'],
  ['FREQ=WEEKLY', 'every week'],
  ['FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', 'every weekday'],
  ['FREQ=WEEKLY;BYDAY=MO,WE', 'every week on Monday and Wednesday'],
  ['FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TU,WE,TH,FR', 'every 2 weeks on Monday, Tuesday, Wednesday, Thursday and Friday'],
  ['FREQ=MONTHLY;BYMONTHDAY=1', 'every month on the 1st'],
  ['FREQ=MONTHLY;BYMONTHDAY=1,15', 'every month on the 1st and 15th'],
  ['FREQ=MONTHLY;BYMONTHDAY=-1', 'every month on the last day'],
  ['FREQ=MONTHLY;BYDAY=2TU', 'every month on the 2nd Tuesday'],
  ['FREQ=MONTHLY;BYDAY=-1FR', 'every month on the last Friday'],
  ['FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=5', 'every year on 5 March'],
  ['FREQ=YEARLY;BYMONTH=11;BYDAY=4TH', 'every year on the 4th Thursday of November'],
  ['FREQ=DAILY;COUNT=5', 'every day, 5 times'],
  ['FREQ=DAILY;UNTIL=20261231T225959Z', 'every day, until 31 December 2026'],
  ['FREQ=HOURLY;INTERVAL=4', 'every 4 hours'],
])('%s is “%s”', (rule, words) => {
  expect(ruleInWords(rule)).toBe(words);
});

test.each([
  'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1',
  'FREQ=YEARLY;BYWEEKNO=20',
  'FREQ=DAILY;BYMONTH=1',
  'FREQ=MONTHLY;BYDAY=MO',
  'FREQ=YEARLY;BYMONTHDAY=13;BYDAY=FR;BYMONTH=1,2',
  'nonsense',
])('%s is not put into words that say something else', (rule) => {
  expect(ruleInWords(rule)).toBe(`custom: ${rule}`);
});

test('counting from completion is said', () => {
  expect(ruleInWords('FREQ=DAILY;INTERVAL=3', 'completion')).toBe('every 3 days after completion');
});

test('the presets suit the date, the last day of a month included', () => {
  const words = rulePresets('2026-02-28').map((one) => one.words);
  expect(words).toContain('every week on Saturday');
  expect(words).toContain('every month on the 28th');
  expect(words).toContain('every month on the 4th Saturday');
  expect(words).toContain('every month on the last day');
  expect(words).toContain('every year on 28 February');
  expect(rulePresets('2028-02-28').map((one) => one.words)).not.toContain('every month on the last day');
});

test('the 29th, 30th and 31st are a fifth weekday, which few months have: the last is offered', () => {
  expect(rulePresets('2026-12-31').map((one) => one.words)).toContain('every month on the last Thursday');
});

test.each([
  [1, '1st'],
  [2, '2nd'],
  [3, '3rd'],
  [4, '4th'],
  [11, '11th'],
  [12, '12th'],
  [13, '13th'],
  [21, '21st'],
  [31, '31st'],
])('%i is the %s', (n, words) => {
  expect(ordinal(n)).toBe(words);
});
