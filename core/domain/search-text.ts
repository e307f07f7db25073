/** What is stored for searching and what is asked for go through the same fold, so case, accents and spacing never decide a match. */

/** Letters that Unicode does not decompose, though people type them without their stroke, hook or tie. */
const plain_letters: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ħ: 'h',
  ŧ: 't',
  ı: 'i',
  // A sigma at the end of a word has its own shape; a part of a word must match all the same.
  ς: 'σ',
};
const special = new RegExp(`[${Object.keys(plain_letters).join('')}]`, 'g');

/**
 * Accents are the marks that belong to no script of their own, and the points of Hebrew and Arabic. Vowel signs of
 * Indic scripts and the voicing marks of kana make another letter, so they stay.
 */
const accents = /[[[\p{Script=Inherited}\p{Script=Hebrew}\p{Script=Arabic}]&&\p{M}]--[\u3099\u309A]]/gv;
const invisible = /[\u00AD\u200B]/g;

export function searchText(s: string): string {
  return (
    s
      .normalize('NFKD')
      // Lower case after decomposing (the sign ℡ becomes TEL), then again apart: İ becomes an i and a dot.
      .toLowerCase()
      .normalize('NFKD')
      .replace(accents, '')
      .replace(special, (letter) => plain_letters[letter] ?? letter)
      .replace(invisible, '')
      .normalize('NFC')
      .replace(/\s+/g, ' ')
      .trim()
  );
}
