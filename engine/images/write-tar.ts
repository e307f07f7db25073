/** The same entries make the same bytes: nobody's name, no time, a fixed order (POSIX.1-2001, "pax Interchange Format"). */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { type Entry, inOrder, modeOf } from './entries.ts';

export interface Written {
  sha256: string;
  bytes: number;
}

export function writeTar(out: string, entries: readonly Entry[]): Written {
  const hash = createHash('sha256');
  const to = openSync(out, 'w');
  let bytes = 0;
  const write = (piece: Buffer) => {
    for (let written = 0; written < piece.length; ) written += writeSync(to, piece, written);
    hash.update(piece);
    bytes += piece.length;
  };
  try {
    for (const entry of inOrder(entries)) for (const piece of record(entry)) write(piece);
    write(Buffer.alloc(2 * BLOCK));
  } finally {
    closeSync(to);
  }
  return { sha256: hash.digest('hex'), bytes };
}

const BLOCK = 512;
const NAME_MAX = 100;

function record(entry: Entry): Buffer[] {
  const content = 'file' in entry ? readFileSync(entry.file) : Buffer.from('text' in entry ? entry.text : '');
  const type = 'folder' in entry ? '5' : 'link' in entry ? '2' : '0';
  const name = 'folder' in entry ? `${entry.place}/` : entry.place;
  const link = 'link' in entry ? entry.link : '';
  return [
    ...pax({ path: name, linkpath: link }),
    header({ name, link, type, mode: modeOf(entry), size: content.length }),
    ...padded(content),
  ];
}

/** What does not fit into a header goes before it, in a record of its own. */
function pax(values: Record<string, string>): Buffer[] {
  const lines = Object.entries(values)
    .filter(([, value]) => Buffer.byteLength(value) > NAME_MAX || /[^\x20-\x7e]/.test(value))
    .map(([key, value]) => line(` ${key}=${value}\n`));
  if (lines.length === 0) return [];
  const content = Buffer.from(lines.join(''));
  return [header({ name: 'pax', link: '', type: 'x', mode: 0o644, size: content.length }), ...padded(content)];
}

/** A line begins with its own length, the digits of that length included. */
function line(rest: string): string {
  let length = Buffer.byteLength(rest);
  while (length !== Buffer.byteLength(`${length}${rest}`)) length = Buffer.byteLength(`${length}${rest}`);
  return `${length}${rest}`;
}

function header(of: { name: string; link: string; type: string; mode: number; size: number }): Buffer {
  const block = Buffer.alloc(BLOCK);
  const text = (value: string, at: number, length: number) => block.write(value, at, length, 'utf8');
  const octal = (value: number, at: number, length: number) =>
    text(value.toString(8).padStart(length - 1, '0'), at, length);
  text(of.name, 0, NAME_MAX);
  octal(of.mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(of.size, 124, 12);
  octal(0, 136, 12);
  text(' '.repeat(8), 148, 8);
  text(of.type, 156, 1);
  text(of.link, 157, NAME_MAX);
  text('ustar\0', 257, 6);
  text('00', 263, 2);
  octal(
    block.reduce((sum, byte) => sum + byte, 0),
    148,
    7,
  );
  return block;
}

const padded = (content: Buffer): Buffer[] => [content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)];
