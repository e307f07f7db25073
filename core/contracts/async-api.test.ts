/** The published contracts are well formed, and true: their examples are events. */
import { describe, expect, it } from 'vitest';
import { asyncApi } from './async-api.ts';
import { EVENT_EXAMPLES } from './event-examples.ts';
import { EVENT_TYPES, TaskFlowEvent } from './events.ts';
import { EVENT_SCHEMAS, eventJsonSchema, type Json } from './json-schemas.ts';

const document = asyncApi('1.2.3');
const at = (node: unknown, ...path: string[]): Json => path.reduce((found, key) => (found as Json)[key], node) as Json;

/** Every object in a document that has the given key, with the path to it. */
function* having(key: string, node: unknown, path: string[] = []): Generator<[string[], Json]> {
  if (node === null || typeof node !== 'object') return;
  if (!Array.isArray(node) && key in node) yield [path, node as Json];
  for (const [name, child] of Object.entries(node)) yield* having(key, child, [...path, name]);
}

const resolve = (root: unknown, $ref: string): unknown =>
  $ref
    .replace(/^#\//, '')
    .split('/')
    .reduce((found: unknown, key) => (found as Json | undefined)?.[key], root);

describe('the AsyncAPI document', () => {
  it('has what version 3.0 demands', () => {
    expect(document.asyncapi).toBe('3.0.0');
    expect(at(document, 'info')).toMatchObject({ title: expect.any(String), version: '1.2.3' });
    for (const part of ['channels', 'operations'])
      for (const name of Object.keys(at(document, part))) expect(name).toMatch(/^[A-Za-z0-9_-]+$/);
    for (const part of ['messages', 'schemas'])
      for (const name of Object.keys(at(document, 'components', part))) expect(name).toMatch(/^[A-Za-z0-9._-]+$/);
  });

  it('refers to nothing that is not there', () => {
    const references = [...having('$ref', document)].map(([, node]) => String(node.$ref));
    expect(references.length).toBeGreaterThan(10);
    expect(references.filter((reference) => resolve(document, reference) === undefined)).toEqual([]);
  });

  it('sends and receives on channels it has, only messages of that channel', () => {
    for (const operation of Object.values(at(document, 'operations')) as Json[]) {
      expect(['send', 'receive']).toContain(operation.action);
      const channel = String(at(operation, 'channel').$ref);
      expect(channel).toMatch(/^#\/channels\/[^/]+$/);
      const messages = operation.messages as { $ref: string }[];
      expect(messages.length).toBeGreaterThan(0);
      for (const { $ref } of messages) expect($ref.startsWith(`${channel}/messages/`)).toBe(true);
    }
  });

  it('names both topics, and every event on the first', () => {
    const addresses = Object.values(at(document, 'channels')).map((channel) => (channel as Json).address);
    expect(addresses).toEqual(['tasks', 'tasks-dead-letter']);
    const messages = Object.values(at(document, 'channels', 'tasks', 'messages')) as { $ref: string }[];
    const types = messages.map(({ $ref }) => (resolve(document, $ref) as Json).name);
    expect(types.toSorted()).toEqual([...EVENT_TYPES].toSorted());
  });
});

describe('the examples', () => {
  it('are one for each type, and events by our own schemas', () => {
    expect(EVENT_EXAMPLES.map((example) => example.type).toSorted()).toEqual([...EVENT_TYPES].toSorted());
    for (const example of EVENT_EXAMPLES) expect(TaskFlowEvent.parse(example)).toEqual(example);
  });
});

describe.each(Object.keys(EVENT_SCHEMAS) as (keyof typeof EVENT_SCHEMAS)[])('the JSON Schema of %s', (type) => {
  const schema = eventJsonSchema(type);

  it('refers to nothing that is not there', () => {
    for (const [, node] of having('$ref', schema)) expect(resolve(schema, String(node.$ref))).toBeDefined();
  });

  it('demands what an example has, and knows all of it', () => {
    const example = EVENT_EXAMPLES.find((event) => event.type === type);
    const envelope = resolve(schema, String(schema.$ref)) as { required: string[]; properties: Json };
    expect(envelope.required.filter((name) => !(name in (example ?? {})))).toEqual([]);
    expect(Object.keys(example ?? {}).filter((name) => !(name in envelope.properties))).toEqual([]);
    expect(envelope.properties.type).toMatchObject({ const: type });
  });
});
