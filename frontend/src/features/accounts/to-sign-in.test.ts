import { expect, test } from 'vitest';
import { safeReturn } from './to-sign-in.ts';

const ORIGIN = 'https://tasks.example';

test('after signing in one is back where one was', () => {
  expect(safeReturn('/dashboard?view=today&task=1', ORIGIN)).toBe('/dashboard?view=today&task=1');
});

test.each(['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)', '/\t/evil.example', ''])(
  'but never somewhere else: %o',
  (next) => {
    expect(safeReturn(next, ORIGIN)).toBe('/dashboard');
  },
);
