/** The properties of a component by name, read by ical.js line by line; a line that it refuses is reported and left out. */
import ICAL from 'ical.js';
import type { ContentLine } from './icalendar-lines.ts';

export interface Property {
  name: string;
  line: number;
  /** Names in small letters. */
  params: Readonly<Record<string, unknown>>;
  /** Texts without their escapes; empty for what is not a text. */
  texts: readonly string[];
  /** As it stood, for dates and rules. */
  raw: string;
}

export type Properties = ReadonlyMap<string, readonly Property[]>;

/** Far more than zone names and addresses need; ical.js looks at the rest of the line once for every parameter. */
const params_length_max = 4_000;
/** As many exceptions as a task may have, if each has a line of its own. */
const same_max = 1_000;

export function readProperties(
  lines: readonly ContentLine[],
  wanted: ReadonlySet<string>,
  refused: (line: number, message: string) => void,
): Properties {
  const properties = new Map<string, Property[]>();
  for (const { line, text } of lines) {
    const name = /^[A-Za-z0-9-]+(?=[;:])/.exec(text)?.[0].toUpperCase();
    if (name !== undefined && !wanted.has(name)) continue;
    const same = properties.get(name ?? '') ?? [];
    if (same.length === same_max) {
      refused(line, `was left out: there are more than ${same_max} lines of ${name}`);
      continue;
    }
    const property = name === undefined ? null : readProperty(name, line, text);
    if (property === null) {
      refused(line, 'this line is broken and was left out');
      continue;
    }
    same.push(property);
    properties.set(property.name, same);
  }
  return properties;
}

export const textOf = (property: Property | undefined): string => property?.texts.join(',') ?? '';

function readProperty(name: string, line: number, text: string): Property | null {
  const colon = valueColon(text);
  if (colon < 0 || colon > params_length_max) return null;
  const value = text.slice(colon);
  try {
    // Calendar names are an extension, which ical.js would not take for a text.
    const known = name === 'X-WR-CALNAME' ? `SUMMARY${value}` : text;
    const [, params, , ...values] = ICAL.parse.property(
      texts.has(name) ? known : text.slice(0, colon + 1),
    ) as unknown[];
    const own = texts.has(name) ? values.filter((one) => typeof one === 'string') : [];
    return { name, line, params: params as Property['params'], texts: own, raw: value.slice(1).trim() };
  } catch {
    return null;
  }
}

const texts: ReadonlySet<string> = new Set([
  'SUMMARY',
  'DESCRIPTION',
  'CATEGORIES',
  'LOCATION',
  'COMMENT',
  'URL',
  'UID',
  'RELATED-TO',
  'X-WR-CALNAME',
]);

/** Where the value begins: the first colon that is not inside the quotes of a parameter. */
function valueColon(text: string): number {
  let quoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const char = text.charCodeAt(i);
    if (char === 34) quoted = !quoted;
    else if (char === 58 && !quoted) return i;
  }
  return -1;
}
