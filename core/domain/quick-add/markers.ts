/** `#project`, `@tag`, `!high` and `p1` mean what they say when they stand as words of their own, and nothing inside words. */
import type { QuickAddResult, QuickAddSpan } from '../quick-add.ts';
import type { Token } from './tokens.ts';

export interface Markers {
  project: string | null;
  tags: string[];
  priority: QuickAddResult['priority'] | null;
  spans: QuickAddSpan[];
}

const PRIORITIES: Readonly<Record<string, QuickAddResult['priority']>> = {
  '!none': 'none',
  '!low': 'low',
  '!medium': 'medium',
  '!high': 'high',
  '!urgent': 'urgent',
  p1: 'urgent',
  p2: 'high',
  p3: 'medium',
  p4: 'low',
};

/** Takes the markers out of the line. Of projects and priorities the first counts and another one stays text. */
export function readMarkers(line: string, tokens: readonly Token[]): Markers {
  const found: Markers = { project: null, tags: [], priority: null, spans: [] };
  const known_tags = new Set<string>();
  const mark = (token: Token, kind: QuickAddSpan['kind'], value: string, end = token.end) => {
    token.taken = kind;
    found.spans.push({ start: token.start, end, kind, text: line.slice(token.start, end), value });
  };
  for (const token of tokens) {
    const priority = Object.hasOwn(PRIORITIES, token.word) ? PRIORITIES[token.word] : undefined;
    if (priority !== undefined && !token.closed && found.priority === null) {
      found.priority = priority;
      mark(token, 'priority', priority);
      continue;
    }
    const sign = token.raw[0];
    if (sign !== '#' && sign !== '@') continue;
    const named = nameIn(token);
    if (named === null) continue;
    if (sign === '@') {
      mark(token, 'tag', named.name, named.end);
      const folded = named.name.toLowerCase();
      if (!known_tags.has(folded)) found.tags.push(named.name);
      known_tags.add(folded);
    } else if (found.project === null) {
      found.project = named.name;
      mark(token, 'project', named.name, named.end);
    }
  }
  return found;
}

/** A name begins with a letter, a mark or a sign, and has 50 characters at most; `#12` is a number, `@5pm` a time. */
const NAME = /^(?!\d+(?:[:.]\d\d)?(?:am|pm)?$)[\p{L}\p{N}\p{Extended_Pictographic}_][^\s#@"“”„]{0,49}$/iu;

function nameIn(token: Token): { name: string; end: number } | null {
  if (!token.closed) return NAME.test(token.raw.slice(1)) ? { name: token.raw.slice(1), end: token.end } : null;
  const quoted = /^.["“„]([^"“”„]{1,200})["”“]$/su.exec(token.raw)?.[1];
  const name = quoted?.trim().replace(/\s+/g, ' ');
  return name === undefined || name === '' || name.length > 50 ? null : { name, end: token.end };
}
