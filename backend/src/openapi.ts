/** OpenAPI 3.1 from the same schemas that check requests: each operation is described once, where it is served. */
import type { SwaggerTransform, SwaggerTransformObject } from '@fastify/swagger';
import { Problem } from '@taskflow/core/contracts/common.ts';
import { z } from 'zod';
import { PROBLEM_TYPE } from './problem.ts';

export interface Answer {
  description: string;
  schema?: z.ZodType;
  headers?: readonly ResponseHeader[];
  content_type?: string;
}

type RequestHeader = keyof typeof REQUEST_HEADERS;
type ResponseHeader = keyof typeof RESPONSE_HEADERS;
export type Access = 'user' | 'public' | 'internal';

export interface OperationSpec<P, Q, B> {
  id: string;
  tag: string;
  summary: string;
  description?: string;
  params?: P;
  query?: Q;
  body?: B;
  body_types?: readonly string[];
  headers?: readonly RequestHeader[];
  answers: Record<number, Answer>;
  /** Beyond those that follow from the rest: 401, 403, 413, 415, 422, 429 and 503. */
  failures?: readonly number[];
  access?: Access;
  /** Only a signed-in person, not a token. */
  session_only?: boolean;
}

const NoQuery = z.strictObject({});

/** Route options: what is checked, what is documented, and who may call. */
export function operation<P = undefined, Q = typeof NoQuery, B = undefined>(spec: OperationSpec<P, Q, B>) {
  const access = spec.access ?? 'user';
  const parts = { params: spec.params, querystring: spec.query ?? NoQuery, body: spec.body };
  return {
    schema: {
      hide: access === 'internal',
      'x-spec': spec,
      ...(given(parts) as Checked<P, Q, B>),
    },
    config: { access },
  };
}

const given = (parts: object): unknown =>
  Object.fromEntries(Object.entries(parts).filter(([, schema]) => schema !== undefined));

interface Checked<P, Q, B> {
  params: P;
  querystring: Q;
  body: B;
}

const REQUEST_HEADERS = {
  'If-Match': {
    type: 'string',
    pattern: '^"[1-9][0-9]{0,8}"$',
    example: '"1"',
    description: 'The ETag that this change was made from (or `*`); another one is refused with 412.',
  },
  'If-None-Match': {
    type: 'string',
    example: '"1"',
    description: 'The ETags that are already known; 304 when it is still one of them.',
  },
  'Idempotency-Key': {
    type: 'string',
    minLength: 1,
    maxLength: 255,
    pattern: '^[!-~]+$',
    description: 'The same key and request get the same answer again for 24 hours, and change nothing more.',
  },
  'Last-Event-ID': {
    type: 'string',
    maxLength: 60,
    pattern: '^[!-~]*$',
    description: 'The id of the last event received: the stream goes on right after it.',
  },
} as const;

const RESPONSE_HEADERS = {
  ETag: { type: 'string', description: 'The version, in quotes.' },
  Location: { type: 'string', description: 'Where the new resource is.' },
  'Set-Cookie': { type: 'string', description: 'The session.' },
  'Idempotent-Replayed': { type: 'string', enum: ['true'], description: 'This answer was given before.' },
  'Retry-After': { type: 'string', description: 'Seconds to wait.' },
  Allow: { type: 'string', description: 'The methods that there are.' },
} as const;

const FAILURES: Record<number, string> = {
  400: 'Malformed: it cannot be read.',
  401: 'Not signed in.',
  403: 'Not allowed.',
  404: 'There is no such thing, or it is not yours.',
  409: 'It does not fit what is there.',
  412: 'The version is another one by now; nothing has changed.',
  413: 'Too large.',
  415: 'A media type that is not accepted here.',
  422: 'Invalid: `errors` names the fields.',
  429: 'Too many requests.',
  503: 'Not available just now.',
};

type Json = Record<string, unknown>;

/** Both transforms share the components found on the way; a name that means two things stops the start. */
export function openApiTransforms(): { transform: SwaggerTransform; transformObject: SwaggerTransformObject } {
  const components = new Map<string, Json>();
  const render = (schema: z.ZodType, io: 'input' | 'output') => toJson(schema, io, components);
  return {
    transform: ({ schema, url }) => {
      const spec = (schema as { 'x-spec'?: OperationSpec<unknown, unknown, unknown> } | undefined)?.['x-spec'];
      if (spec === undefined || schema?.hide === true) return { schema: { hide: true }, url };
      return { schema: describe(spec, render), url };
    },
    transformObject: (document) => {
      if (!('openapiObject' in document)) throw new Error('OpenAPI 3 is expected.');
      const { openapiObject } = document;
      const sorted = Object.fromEntries([...components].sort(([a], [b]) => (a < b ? -1 : 1)));
      return { ...openapiObject, components: { ...openapiObject.components, schemas: sorted } } as never;
    },
  };
}

function describe(
  spec: OperationSpec<unknown, unknown, unknown>,
  render: (schema: z.ZodType, io: 'input' | 'output') => Json,
): Json {
  const input = (schema: unknown) => (schema === undefined ? {} : render(schema as z.ZodType, 'input'));
  const described: Json = {
    operationId: spec.id,
    tags: [spec.tag],
    summary: spec.summary,
    response: responses(spec, render),
  };
  if (spec.description !== undefined) described.description = spec.description;
  if (spec.params !== undefined) described.params = input(spec.params);
  if (spec.query !== undefined) described.querystring = input(spec.query);
  if (spec.body !== undefined) described.body = input(spec.body);
  if (spec.body_types !== undefined) described.consumes = spec.body_types;
  if (spec.headers !== undefined) {
    const properties = Object.fromEntries(spec.headers.map((name) => [name, REQUEST_HEADERS[name]]));
    described.headers = { type: 'object', properties };
  }
  described.security = securityOf(spec);
  return described;
}

function securityOf({ access, session_only = false }: OperationSpec<unknown, unknown, unknown>) {
  if (session_only) return [{ session: [] }];
  return access === 'public' ? [] : [{ session: [] }, { token: [] }];
}

function responses(
  spec: OperationSpec<unknown, unknown, unknown>,
  render: (schema: z.ZodType, io: 'input' | 'output') => Json,
): Json {
  const all: Json = {};
  for (const [status, answer] of Object.entries(spec.answers)) {
    const headers = Object.fromEntries((answer.headers ?? []).map((name) => [name, { ...RESPONSE_HEADERS[name] }]));
    const content =
      answer.schema === undefined
        ? { type: 'null' }
        : { content: { [answer.content_type ?? 'application/json']: { schema: render(answer.schema, 'output') } } };
    all[status] = { description: answer.description, headers, ...content };
  }
  for (const status of failuresOf(spec)) {
    all[status] = {
      description: FAILURES[status],
      headers: status === 429 || status === 503 ? { 'Retry-After': { ...RESPONSE_HEADERS['Retry-After'] } } : {},
      content: { [PROBLEM_TYPE]: { schema: render(Problem, 'output') } },
    };
  }
  return all;
}

function failuresOf(spec: OperationSpec<unknown, unknown, unknown>): number[] {
  const failures = new Set([400, 422, 429, 503, ...(spec.failures ?? [])]);
  if (spec.access !== 'public') failures.add(401).add(403);
  if (spec.body !== undefined) failures.add(413).add(415);
  if (spec.params !== undefined) failures.add(404);
  if (spec.headers?.includes('If-Match')) failures.add(412);
  return [...failures].sort((a, b) => a - b);
}

/** Named schemas go to the components, wherever they occur; the rest stays where it is. */
function toJson(schema: z.ZodType, io: 'input' | 'output', components: Map<string, Json>): Json {
  const {
    $schema: _,
    $defs,
    ...root
  } = z.toJSONSchema(schema, { io, unrepresentable: 'any', reused: 'inline' }) as Json;
  for (const [name, definition] of Object.entries(($defs ?? {}) as Json)) keep(name, definition as Json, components);
  return relink(root);
}

function keep(name: string, definition: Json, components: Map<string, Json>): void {
  const linked = relink(definition);
  const known = components.get(name);
  if (known !== undefined && JSON.stringify(known) !== JSON.stringify(linked)) {
    throw new Error(`The schema ${name} reads differently in requests and in responses: give them two names.`);
  }
  components.set(name, linked);
}

/** Text in UTF-8 has no surrogates, and patterns that name them are refused by validators in other languages. */
const relink = (schema: Json): Json =>
  JSON.parse(JSON.stringify(schema), (key, value) => {
    if (typeof value !== 'string') return value;
    if (key === '$ref') return value.replace(/^#\/\$defs\//, '#/components/schemas/');
    return key === 'pattern' ? value.replaceAll('\\ud800-\\udfff', '') : value;
  });
