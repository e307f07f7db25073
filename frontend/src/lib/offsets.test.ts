import { expect, test } from 'vitest';
import { leadOf, offsetOf, offsetWords } from './offsets.ts';

test.each([
  ['-PT15M', '15 minutes before'],
  ['-PT60M', '1 hour before'],
  ['-P1D', '1 day before'],
  ['-P14D', '2 weeks before'],
  ['PT30M', '30 minutes after'],
  ['+P1W', '1 week after'],
  ['PT0S', 'when due'],
  ['-P0D', 'when due'],
])('%s is %s', (offset, words) => {
  expect(offsetWords(offset)).toBe(words);
});

test('a day is not 24 hours: a change of the clock lies between them', () => {
  expect(offsetOf(leadOf('-P1D')!)).toBe('-P1D');
  expect(offsetOf(leadOf('-PT24H')!)).toBe('-PT24H');
});

test('what one amount cannot say is left as it is', () => {
  expect(leadOf('-P1DT2H')).toBeNull();
  expect(leadOf('-PT90S')).toBeNull();
  expect(offsetWords('-P1DT2H')).toBe('-P1DT2H');
});

test.each(['-PT15M', '-PT2H', '-P3D', '-P2W', 'PT10M', 'PT0S'])(
  '%s survives being edited without a change',
  (offset) => {
    expect(offsetOf(leadOf(offset)!)).toBe(offset);
  },
);
