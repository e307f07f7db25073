/** Bodies are JSON in UTF-8, read as they are or refused; a body where none belongs is named, not ignored. */
import { isUtf8 } from 'node:buffer';
import { Failure } from '@taskflow/core/domain/failure.ts';
import type { FastifyRequest } from 'fastify';
import type { Api } from './parts.ts';

const MERGE_PATCH = 'application/merge-patch+json';

export function parseJsonBodies(app: Api): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
    parse(body as Buffer, done),
  );
  app.addContentTypeParser(MERGE_PATCH, { parseAs: 'buffer' }, (request, body, done) => {
    if (request.method === 'PATCH') parse(body as Buffer, done);
    else
      done(
        new Failure('unsupported_media_type', `${MERGE_PATCH} is for PATCH.`, [
          { field: 'Content-Type', message: 'is for PATCH' },
        ]),
      );
  });
}

/** For a scope that the sidecar delivers events to. */
export function parseCloudEvents(app: Api): void {
  app.addContentTypeParser('application/cloudevents+json', { parseAs: 'buffer' }, (_request, body, done) =>
    parse(body as Buffer, done),
  );
}

function parse(body: Buffer, done: (error: Error | null, value?: unknown) => void): void {
  try {
    done(null, body.length === 0 ? undefined : JSON.parse(readUtf8(body)));
  } catch (error) {
    done(error instanceof Failure ? error : malformed(`is not JSON: ${(error as Error).message}`));
  }
}

function readUtf8(body: Buffer): string {
  if (!isUtf8(body)) throw malformed('is not UTF-8');
  return body.toString('utf8');
}

const malformed = (message: string): Failure =>
  new Failure('malformed', `The body ${message}.`, [{ field: 'body', message }]);

export function refuseUnexpectedBodies(app: Api): void {
  app.addHook('preValidation', async (request: FastifyRequest) => {
    const { body } = request;
    if (body === undefined || request.is404 || request.routeOptions.schema?.body !== undefined) return;
    if (typeof body !== 'object' || body === null || Array.isArray(body)) {
      throw new Failure('invalid', 'A body does not belong here.', [
        { field: 'body', message: 'does not belong here' },
      ]);
    }
    const fields = Object.keys(body);
    if (fields.length === 0) return;
    const errors = fields.slice(0, 20).map((field) => ({ field, message: 'is not a known field' }));
    throw new Failure('invalid', 'A body does not belong here.', errors);
  });
}
