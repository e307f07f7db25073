/** What a program or library is linked with, read from its ELF file (System V ABI, chapters 4 and 5): no loader of that machine is run for it. */

export interface Links {
  /** The loader that starts it; empty for a library. */
  interpreter: string;
  needed: string[];
}

export function readLinks(file: Buffer): Links {
  if (file.readUInt32BE(0) !== MAGIC || file[4] !== CLASS_64 || file[5] !== LITTLE_ENDIAN)
    throw new Error('This is no 64-bit little-endian ELF file.');
  const segments = readSegments(file);
  const dynamic = segments.find(({ type }) => type === PT.dynamic);
  const interpreter = segments.find(({ type }) => type === PT.interpreter);
  return {
    interpreter: interpreter === undefined ? '' : textAt(file, interpreter.offset),
    needed: dynamic === undefined ? [] : readNeeded(file, dynamic, segments),
  };
}

const MAGIC = 0x7f454c46;
const CLASS_64 = 2;
const LITTLE_ENDIAN = 1;
const PT = { load: 1, dynamic: 2, interpreter: 3 };
const DT = { end: 0, needed: 1, strings: 5 };

interface Segment {
  type: number;
  offset: number;
  address: number;
  size: number;
}

function readSegments(file: Buffer): Segment[] {
  const [table, size, count] = [Number(file.readBigUInt64LE(32)), file.readUInt16LE(54), file.readUInt16LE(56)];
  return Array.from({ length: count }, (_, index) => {
    const at = table + index * size;
    const word = (offset: number) => Number(file.readBigUInt64LE(at + offset));
    return { type: file.readUInt32LE(at), offset: word(8), address: word(16), size: word(32) };
  });
}

function readNeeded(file: Buffer, dynamic: Segment, segments: readonly Segment[]): string[] {
  const tags: [number, number][] = [];
  for (let at = dynamic.offset; at < dynamic.offset + dynamic.size; at += 16) {
    const tag = Number(file.readBigUInt64LE(at));
    if (tag === DT.end) break;
    tags.push([tag, Number(file.readBigUInt64LE(at + 8))]);
  }
  const address = tags.find(([tag]) => tag === DT.strings)?.[1] ?? 0;
  const holder = segments.find(
    (one) => one.type === PT.load && address >= one.address && address < one.address + one.size,
  );
  if (holder === undefined) return [];
  const strings = holder.offset + address - holder.address;
  return tags.filter(([tag]) => tag === DT.needed).map(([, offset]) => textAt(file, strings + offset));
}

const textAt = (file: Buffer, at: number): string => file.toString('latin1', at, file.indexOf(0, at));
