import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instant } from '../../tests/support/records.ts';
import { positionAtEnd, positionBetween } from './position.ts';

describe('the order by hand', () => {
  it('puts what is made later behind, without reading what is there', () => {
    const made = [
      positionAtEnd(instant('2026-11-24T00:00:00Z'), 0),
      positionAtEnd(instant('2026-11-24T00:00:00Z'), 1),
      positionAtEnd(instant('2026-11-24T00:00:00.001Z'), 0),
      positionAtEnd(instant('2099-01-01T00:00:00Z'), 999),
    ];
    expect([...made].sort()).toEqual(made);
  });

  it('has room anywhere, again and again', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 60 }), (places) => {
        const keys = [0, 1, 2].map((nth) => positionAtEnd(instant('2026-11-24T00:00:00Z'), nth));
        for (const place of places) {
          const index = place % (keys.length + 1);
          keys.splice(index, 0, positionBetween(keys[index - 1] ?? null, keys[index] ?? null));
        }
        return keys.every((key, index) => index === 0 || keys[index - 1]! < key);
      }),
    );
  });

  it('takes two neighbours with one key as one', () => {
    expect(positionBetween('a5', 'a5') > 'a5').toBe(true);
  });
});
