import type { QuickAddSpan } from '@taskflow/core/contracts/quick-add.ts';
import { expect, test } from 'vitest';
import { carrySpans, piecesOf } from './carry-spans.ts';

const READ = 'Pay rent tomorrow #Home';
const spanOf = (word: string, kind: QuickAddSpan['kind']): QuickAddSpan => {
  const start = READ.indexOf(word);
  return { start, end: start + word.length, kind, text: word, value: word };
};
const SPANS = [spanOf('tomorrow', 'due_date'), spanOf('#Home', 'project')];
const marked = (text: string, spans = carrySpans(READ, text, SPANS)) =>
  piecesOf(text, spans)
    .filter((piece) => piece.kind)
    .map((piece) => piece.text);

test('marks stay on their words while text is added before, between and behind them', () => {
  expect(marked('Please pay rent tomorrow #Home')).toEqual(['tomorrow', '#Home']);
  expect(marked('Pay rent tomorrow in #Home')).toEqual(['tomorrow', '#Home']);
  expect(marked('Pay rent tomorrow #Home now')).toEqual(['tomorrow', '#Home']);
});

test('a word that is edited loses its mark', () => {
  expect(marked('Pay rent tomorow #Home')).toEqual(['#Home']);
  expect(marked('Pay rent')).toEqual([]);
});

test('every character of the text is in exactly one piece, in order', () => {
  for (const text of [READ, 'Pay rent x tomorrow', '', 'tomorrow']) {
    expect(
      piecesOf(text, carrySpans(READ, text, SPANS))
        .map((piece) => piece.text)
        .join(''),
    ).toBe(text);
  }
});

test('spans that overlap or lie outside of the text are left out', () => {
  const wrong = [...SPANS, { ...SPANS[0]!, start: SPANS[0]!.start + 2 }, { ...SPANS[0]!, start: 90, end: 99 }];
  expect(
    piecesOf(READ, wrong)
      .map((piece) => piece.text)
      .join(''),
  ).toBe(READ);
  expect(marked(READ, wrong)).toEqual(['tomorrow', '#Home']);
});
