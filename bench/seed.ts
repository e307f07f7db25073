/** Tasks as people have them: words of a language's usual frequencies, some dated, some tagged; the same in every run. */
import type { BulkOperation } from '@taskflow/core/contracts/bulk.ts';
import type { TaskCreate } from '@taskflow/core/contracts/task.ts';
import { randomFrom } from './numbers.ts';

/** In `COMMON_SHARE` of the titles. */
export const COMMON_WORD = 'review';
/** In `RARE_COUNT` titles, however many tasks there are: a search for it finds as much everywhere. */
export const RARE_WORD = 'heptagon';
export const RARE_COUNT = 10;
/** So many of these have the common word, too. */
export const BOTH_COUNT = 5;
export const COMMON_TAG = 'home';
const COMMON_SHARE = 0.2;

const VERBS = `write call buy plan check fix clean order send read book pay update prepare finish sort cancel renew
  draft compare test measure paint water repair visit invite answer print scan return collect discuss publish`.split(
  /\s+/,
);
const NOUNS = `report invoice garden kitchen contract budget presentation ticket window bicycle dentist school birthday
  server backup newsletter passport holiday insurance meeting agenda recipe library guitar photo shelf lamp heating
  tax letter parcel mortgage curtain balcony interview slides roadmap customer supplier translation chapter`.split(
  /\s+/,
);
const PLACES = `Berlin office cellar attic neighbours grandmother accounting workshop club supermarket town hall
  pharmacy bank studio`.split(/\s+/);
const SYLLABLES = 'ba ce di fo gu ha je ki lo mu na pe qui ro su ta ve wi xo zy'.split(' ');
const TAGS = [COMMON_TAG, 'work', 'errand', 'family', 'someday', 'phone', 'computer', 'garden', 'money', 'health'];
const DAYS_AHEAD_MAX = 300;

export const BULK_MAX = 1_000;

interface SeedOptions {
  count: number;
  project_ids: readonly string[];
  now: Temporal.Instant;
  seed: number;
}

/** In bulk requests of 1,000 operations. */
export function* seedOperations({ count, project_ids, now, seed }: SeedOptions): Generator<BulkOperation[]> {
  const random = randomFrom(seed);
  const rare_every = Math.floor(count / RARE_COUNT);
  const rareOf = (index: number) => {
    const is_rare = index % rare_every === Math.floor(rare_every / 2);
    return is_rare ? { is_both: Math.floor(index / rare_every) % (RARE_COUNT / BOTH_COUNT) === 0 } : null;
  };
  for (let made = 0; made < count; made += BULK_MAX) {
    yield Array.from({ length: Math.min(BULK_MAX, count - made) }, (_, index) => ({
      op: 'create',
      task: aTask(random, rareOf(made + index), project_ids, now),
    }));
  }
}

function aTask(
  random: () => number,
  rare: { is_both: boolean } | null,
  project_ids: readonly string[],
  now: Temporal.Instant,
): TaskCreate {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const name = () => Array.from({ length: 3 }, () => pick(SYLLABLES)).join('');
  const words = [pick(VERBS), 'the', pick(NOUNS), 'for', random() < 0.5 ? pick(PLACES) : name()];
  const is_common = random() < COMMON_SHARE;
  if (rare === null ? is_common : rare.is_both) words.push('and', COMMON_WORD);
  if (rare !== null) words.push(RARE_WORD);
  const tags = TAGS.filter((_, index) => random() < (index === 0 ? 0.1 : 0.05));
  const priority = random() < 0.1 ? 'high' : random() < 0.3 ? pick(['low', 'medium', 'urgent'] as const) : 'none';
  const project_id = random() < 0.7 ? pick(project_ids) : undefined;
  const description = random() < 0.3 ? `${pick(VERBS)} ${pick(NOUNS)} with ${name()}: ${pick(PLACES)}, ${name()}.` : '';
  const due = now.add({ minutes: Math.floor((1 + random() * DAYS_AHEAD_MAX) * 24 * 60) }).round('minute');
  return {
    title: words.join(' '),
    description,
    priority,
    tags,
    ...(project_id === undefined ? {} : { project_id }),
    ...(random() < 0.4 ? {} : { due_date: random() < 0.5 ? due.toString().slice(0, 10) : due.toString() }),
  };
}
