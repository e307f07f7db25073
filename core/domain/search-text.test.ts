import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { searchText } from './search-text.ts';

describe('searchText', () => {
  it.each([
    ['Café CRÈME', 'cafe creme'],
    ['Cafe\u0301', 'cafe'],
    ['Straße', 'strasse'],
    ['STRAẞE', 'strasse'],
    ['Øresund, Ærø', 'oresund, aero'],
    ['Łódź', 'lodz'],
    ['Đà Nẵng', 'da nang'],
    ['İstanbul IŞIK ışık', 'istanbul isik isik'],
    ['Œuvre', 'oeuvre'],
    ['ﬁle ℡ ①', 'file tel 1'],
    ['  two \t\n words\u00a0here ', 'two words here'],
    ['ΟΔΟΣ', 'οδοσ'],
    ['Ёлка', 'елка'],
    ['שָׁלוֹם', 'שלום'],
    ['がか', 'がか'],
    ['की', 'की'],
    ['한국어', '한국어'],
    ['co\u00adoperate', 'cooperate'],
    ['', ''],
  ])('%j becomes %j', (given, expected) => {
    expect(searchText(given)).toBe(expected);
  });

  it('folding what is folded changes nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (s) => {
        expect(searchText(searchText(s))).toBe(searchText(s));
      }),
    );
  });

  it('finds a word whatever its case and composition', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (s) => {
        expect(searchText(s.normalize('NFD'))).toBe(searchText(s));
      }),
    );
  });
});
