/** Topics are made and looked at in Kafka's own protocol: two requests, where Kafka's command line costs a Java process and two seconds each time. */
import { connect } from 'node:net';

export interface Topic {
  name: string;
  partitions: number;
  /** Kafka's topic settings, such as `retention.ms`. */
  config?: Record<string, string>;
}

const TIMEOUT_MS = 5000;
const TOPIC_ALREADY_EXISTS = 36;

/** Makes those that do not exist yet. */
export async function createTopics(port: number, topics: readonly Topic[]): Promise<void> {
  const body = new Writer().array(topics, (out, { name, partitions, config = {} }) =>
    out
      .string(name)
      .int32(partitions)
      .int16(1)
      .array([], () => undefined)
      .array(Object.entries(config), (out, [key, value]) => out.string(key).string(value)),
  );
  const answer = await ask(port, { api: 19, version: 2, body: body.int32(TIMEOUT_MS).int8(0) });
  answer.int32();
  for (const { name, code, message } of answer.array(() => ({
    name: answer.string(),
    code: answer.int16(),
    message: answer.string(),
  })))
    if (code !== 0 && code !== TOPIC_ALREADY_EXISTS)
      throw new Error(`The topic ${name} was not made: ${message ?? `Kafka's error ${code}`}`);
}

/** Throws until every partition has a leader, which takes a moment after a start. */
export async function probeTopics(port: number, names: readonly string[]): Promise<void> {
  const answer = await ask(port, {
    api: 3,
    version: 1,
    body: new Writer().array(names, (out, name) => out.string(name)),
  });
  answer.array(() => [answer.int32(), answer.string(), answer.int32(), answer.string()]);
  answer.int32();
  const topics = answer.array(() => {
    const code = answer.int16();
    const name = answer.string();
    answer.int8();
    const leaders = answer.array(() => {
      answer.int16();
      answer.int32();
      const leader = answer.int32();
      for (const _replicas of ['all', 'in sync']) answer.array(() => answer.int32());
      return leader;
    });
    return { code, name, leaders };
  });
  for (const { code, name, leaders } of topics)
    if (code !== 0 || leaders.some((leader) => leader < 0)) throw new Error(`The topic ${name} has no leader yet.`);
}

interface Request {
  /** https://kafka.apache.org/protocol: the key of a request, and a version that is as simple as Kafka 4 still takes. */
  api: number;
  version: number;
  body: Writer;
}

function ask(port: number, { api, version, body }: Request): Promise<Reader> {
  const frame = new Writer().int16(api).int16(version).int32(1).string('taskflow-engine').append(body).framed();
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let got: Buffer = Buffer.alloc(0);
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error('Kafka does not answer.')));
    socket.on('error', reject).on('close', () => reject(new Error('Kafka has closed the connection.')));
    socket.on('connect', () => socket.write(frame));
    socket.on('data', (chunk: Buffer) => {
      got = Buffer.concat([got, chunk]);
      if (got.length < 4 || got.length < 4 + got.readInt32BE(0)) return;
      // After the size comes the number of the request.
      resolve(new Reader(got, 8));
      socket.destroy();
    });
  });
}

class Writer {
  private readonly parts: Buffer[] = [];

  int8(value: number): this {
    return this.push(1, (buffer) => buffer.writeInt8(value));
  }

  int16(value: number): this {
    return this.push(2, (buffer) => buffer.writeInt16BE(value));
  }

  int32(value: number): this {
    return this.push(4, (buffer) => buffer.writeInt32BE(value));
  }

  string(value: string): this {
    const bytes = Buffer.from(value);
    this.int16(bytes.length).parts.push(bytes);
    return this;
  }

  array<T>(values: readonly T[], each: (out: this, value: T) => unknown): this {
    this.int32(values.length);
    for (const value of values) each(this, value);
    return this;
  }

  append(other: Writer): this {
    this.parts.push(...other.parts);
    return this;
  }

  /** With its size before it. */
  framed(): Buffer {
    const bytes = Buffer.concat(this.parts);
    return Buffer.concat([...new Writer().int32(bytes.length).parts, bytes]);
  }

  private push(size: number, write: (buffer: Buffer) => void): this {
    const buffer = Buffer.alloc(size);
    write(buffer);
    this.parts.push(buffer);
    return this;
  }
}

class Reader {
  private readonly bytes: Buffer;
  private at: number;

  constructor(bytes: Buffer, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  int8(): number {
    this.at += 1;
    return this.bytes.readInt8(this.at - 1);
  }

  int16(): number {
    this.at += 2;
    return this.bytes.readInt16BE(this.at - 2);
  }

  int32(): number {
    this.at += 4;
    return this.bytes.readInt32BE(this.at - 4);
  }

  /** Null is written as a length of -1. */
  string(): string | null {
    const length = this.int16();
    if (length < 0) return null;
    this.at += length;
    return this.bytes.toString('utf8', this.at - length, this.at);
  }

  array<T>(each: () => T): T[] {
    return Array.from({ length: Math.max(this.int32(), 0) }, each);
  }
}
