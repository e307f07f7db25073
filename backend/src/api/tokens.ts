/** /api/tokens: personal access tokens, shown once, revocable; a token cannot make or see tokens. */
import { Token, TokenCreate, TokenCreated, TokenPage } from '@taskflow/core/contracts/model.ts';
import { conflict, Failure, notFound } from '@taskflow/core/domain/failure.ts';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { TOKENS_MAX } from '../accounts.ts';
import { principalOf } from '../change.ts';
import { operation } from '../openapi.ts';
import type { Api, Backend } from '../parts.ts';
import { PageParameters } from './queries.ts';

const tag = 'Tokens';
const ByTokenId = z.strictObject({ id: Token.shape.id.min(1).max(100) });

export function tokenRoutes(app: Api, { accounts, principals }: Backend): void {
  app.get(
    '/api/tokens',
    operation({
      id: 'listTokens',
      tag,
      session_only: true,
      summary: 'List tokens',
      query: PageParameters,
      answers: { 200: { description: 'All of them, without their secrets.', schema: TokenPage } },
    }),
    async (request) => ({ items: await accounts.tokens(person(request)), next_cursor: null }),
  );
  app.post(
    '/api/tokens',
    operation({
      id: 'createToken',
      tag,
      session_only: true,
      summary: 'Create a token',
      description: 'The token is in this answer and nowhere else; so an Idempotency-Key is not honoured here.',
      body: TokenCreate,
      answers: { 201: { description: 'The token, this once.', schema: TokenCreated, headers: ['Location'] } },
      failures: [409],
    }),
    async (request, reply) => {
      const user_id = person(request);
      const { name, scopes = ['read', 'write'], expires_in_days = null } = request.body;
      if ((await accounts.tokens(user_id)).length >= TOKENS_MAX) {
        throw conflict(`There are ${TOKENS_MAX} tokens already: revoke one first.`);
      }
      const made = await accounts.createToken(user_id, { name, scopes: [...new Set(scopes)], expires_in_days });
      return reply.code(201).header('location', `/api/tokens/${made.id}`).send(made);
    },
  );
  app.delete(
    '/api/tokens/:id',
    operation({
      id: 'revokeToken',
      tag,
      session_only: true,
      summary: 'Revoke a token',
      description: 'It stops at once on this server, and within 5 seconds on every other one.',
      params: ByTokenId,
      answers: { 204: { description: 'It is revoked.' } },
    }),
    async (request, reply) => {
      const user_id = person(request);
      if (!(await accounts.revokeToken(user_id, request.params.id))) throw notFound('token');
      principals.forget(user_id);
      return reply.code(204).send();
    },
  );
}

function person(request: FastifyRequest): string {
  const { user_id, via } = principalOf(request);
  if (via === 'token') throw new Failure('forbidden', 'Tokens are managed by a signed-in person, not with a token.');
  return user_id;
}
