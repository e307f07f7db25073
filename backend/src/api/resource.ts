/** Routes that every simple resource has alike: list, create, read, change, delete. */
import { notFound } from '@taskflow/core/domain/failure.ts';
import type { JsonPage, PageQuery } from '@taskflow/core/ports.ts';
import type { RequestContext } from '@taskflow/core/usecases/context.ts';
import type { z } from 'zod';
import { change, created, gone, principalOf, sendJson, versioned } from '../change.ts';
import { etagOf, isKnown } from '../etag.ts';
import { operation } from '../openapi.ts';
import type { Api, Backend } from '../parts.ts';
import { ById, PageParameters } from './queries.ts';

interface Versioned {
  id: string;
  version: number;
}

export interface Resource<T extends Versioned, C extends z.ZodType, P extends z.ZodType> {
  path: string;
  tag: string;
  /** `project`: as it is called in operation ids and messages. */
  name: string;
  schemas: { one: z.ZodType; page: z.ZodType; create: C; patch: P };
  list(query: PageQuery): Promise<JsonPage>;
  find(owner_id: string, id: string): Promise<T | null>;
  create(context: RequestContext, input: z.output<C>): Promise<T>;
  update(context: RequestContext, id: string, patch: z.output<P>): Promise<T>;
  remove(context: RequestContext, id: string): Promise<unknown>;
}

export function resourceRoutes<T extends Versioned, C extends z.ZodType, P extends z.ZodType>(
  app: Api,
  backend: Backend,
  resource: Resource<T, C, P>,
): void {
  listAndCreate(app, backend, resource);
  readAndChange(app, backend, resource);
}

function listAndCreate<T extends Versioned, C extends z.ZodType, P extends z.ZodType>(
  app: Api,
  backend: Backend,
  { path, tag, name, schemas, list, create }: Resource<T, C, P>,
): void {
  app.get(
    path,
    operation({
      id: `list${capital(name)}s`,
      tag,
      summary: `List ${tag.toLowerCase()}`,
      query: PageParameters,
      answers: { 200: { description: 'A page.', schema: schemas.page } },
    }),
    async (request, reply) => {
      const { cursor = null, limit } = request.query;
      const page = await list({ owner_id: principalOf(request).user_id, cursor, limit });
      return sendJson(reply, `{"items":${page.items_json},"next_cursor":${JSON.stringify(page.next_cursor)}}`);
    },
  );
  app.post(
    path,
    operation({
      id: `create${capital(name)}`,
      tag,
      summary: `Create a ${words(name)}`,
      body: schemas.create,
      headers: ['Idempotency-Key'],
      answers: {
        201: { description: 'It is made.', schema: schemas.one, headers: ['Location', 'ETag', 'Idempotent-Replayed'] },
      },
      failures: [409],
    }),
    (request, reply) =>
      change(
        backend,
        request,
        reply,
        (context) => create(context, request.body as z.output<C>),
        (made) => created(path, made),
      ),
  );
}

function readAndChange<T extends Versioned, C extends z.ZodType, P extends z.ZodType>(
  app: Api,
  backend: Backend,
  { path, tag, name, schemas, find, update, remove }: Resource<T, C, P>,
): void {
  const one = { tag, params: ById };
  app.get(
    `${path}/:id`,
    operation({
      ...one,
      id: `get${capital(name)}`,
      summary: `One ${words(name)}`,
      headers: ['If-None-Match'],
      answers: {
        200: { description: 'As it is.', schema: schemas.one, headers: ['ETag'] },
        304: { description: 'It is still the version that is known.', headers: ['ETag'] },
      },
    }),
    async (request, reply) => {
      const found = await find(principalOf(request).user_id, request.params.id);
      if (found === null) throw notFound(words(name));
      reply.header('etag', etagOf(found.version));
      if (isKnown(request.headers['if-none-match'], etagOf(found.version))) return reply.code(304).send();
      return found;
    },
  );
  app.patch(
    `${path}/:id`,
    operation({
      ...one,
      id: `update${capital(name)}`,
      summary: `Change a ${words(name)}`,
      body: schemas.patch,
      body_types: ['application/merge-patch+json', 'application/json'],
      headers: ['If-Match'],
      answers: { 200: { description: 'As it is now.', schema: schemas.one, headers: ['ETag'] } },
      failures: [409],
    }),
    (request, reply) =>
      change(
        backend,
        request,
        reply,
        (context) => update(context, request.params.id, request.body as z.output<P>),
        versioned,
      ),
  );
  app.delete(
    `${path}/:id`,
    operation({
      ...one,
      id: `delete${capital(name)}`,
      summary: `Delete a ${words(name)}`,
      headers: ['If-Match'],
      answers: { 204: { description: 'It is gone.' } },
      failures: [409],
    }),
    (request, reply) => change(backend, request, reply, (context) => remove(context, request.params.id), gone),
  );
}

const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** `savedFilter` → `saved filter` */
const words = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
