/** Words are found as people mean them: from three letters on anywhere in a word, shorter ones as whole words, phrases as they stand. */
import type { Parameters } from './filter-sql.ts';

/** `folded` has been through searchText, as the column has. */
export function textSql(folded: string, exact: boolean, parameters: Parameters): string {
  const parts = exact ? [folded] : folded.split(' ');
  const conditions = parts
    .filter((part) => part !== '')
    .map((part) =>
      !exact && SHORT_WORD.test(part)
        ? `t.words_short @> array[${parameters.add(part)}::text]`
        : `t.search_text like ${parameters.add(`%${part.replaceAll(/[\\%_]/g, '\\$&')}%`)}`,
    );
  return conditions.length === 0 ? 'true' : `(${conditions.join(' and ')})`;
}

/**
 * The words of one or two letters, each once. They have no trigram to be found by, and as parts of words they would be
 * everywhere, so they are kept apart. Where no space tells words apart, as in Chinese or Thai, two characters may well
 * be a word inside a longer run: those are found like longer words.
 */
export function shortWords(folded: string): string[] {
  return [...new Set(folded.match(WORDS))].filter((word) => SHORT_WORD.test(word));
}

const SPACED = String.raw`[[\p{L}\p{M}\p{N}_]--[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]]`;
const WORDS = new RegExp(`${SPACED}+`, 'gv');
const SHORT_WORD = new RegExp(`^${SPACED}{1,2}$`, 'v');
