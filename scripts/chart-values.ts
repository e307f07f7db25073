/** Every value of a chart is documented: by the comment directly above its key, or the documented map that it is in. */
import { isMap, isScalar, type ParsedNode, parseDocument } from 'yaml';

export interface ValueDocumentation {
  /** `backend.image.digest` */
  name: string;
  meaning: string;
  /** As JSON. */
  initial: string;
}

export function documentValues(text: string): ValueDocumentation[] {
  const { contents } = parseDocument(text);
  return [...walk(contents, [], commentsOf(text), lineCounter(text))];
}

type Lines = (offset: number) => number;

function* walk(
  node: ParsedNode | null,
  at: string[],
  comments: Map<number, string>,
  line: Lines,
): Generator<ValueDocumentation> {
  if (!isMap(node)) throw new Error(`${at.join('.')} has no comment above it.`);
  for (const { key, value } of node.items) {
    if (!isScalar(key)) throw new Error(`${at.join('.')} has a key that is no word.`);
    const name = [...at, String(key.value)];
    const meaning = comments.get(line(key.range![0]));
    if (meaning === undefined) yield* walk(value as ParsedNode | null, name, comments, line);
    else yield { name: name.join('.'), meaning, initial: JSON.stringify((value as ParsedNode).toJSON()) };
  }
}

/** By the number of the line that they stand above. */
function commentsOf(text: string): Map<number, string> {
  const comments = new Map<number, string>();
  let words: string[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const [, comment] = /^\s*# ?(.*)$/.exec(line) ?? [];
    if (comment !== undefined) {
      words.push(comment);
      continue;
    }
    if (words.length > 0 && line.trim() !== '') comments.set(index, words.join(' '));
    words = [];
  }
  return comments;
}

function lineCounter(text: string): Lines {
  return (offset) => text.slice(0, offset).split('\n').length - 1;
}
