/** Decides for each request who asks and whether they may: token or session, read or write, from our own pages or not. */
import { Failure } from '@taskflow/core/domain/failure.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Backend } from './parts.ts';
import type { Credential } from './principals.ts';

export type { Credential } from './principals.ts';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

export function authenticator({ principals, accounts, config }: Pick<Backend, 'principals' | 'accounts' | 'config'>) {
  const public_origin = new URL(config.public_url).origin;
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    if (request.routeOptions.config.access !== 'user') return;
    const credential = credentialOf(request, accounts.session_cookie);
    if (credential === null) throw new Failure('unauthorized', 'Sign in, or send a token: Authorization: Bearer …');
    const found = await principals.find(credential);
    if (found === null) throw new Failure('unauthorized', 'The session or token is not valid (any more).');
    const { principal, set_cookies } = found;
    if (!SAFE_METHODS.has(request.method)) {
      if (principal.via === 'session') requireSameOrigin(request, public_origin);
      if (principal.scope === 'read') throw new Failure('forbidden', 'This token may read, but not change anything.');
    }
    if (set_cookies.length > 0) reply.header('set-cookie', set_cookies);
    request.principal = principal;
  };
}

/** A token goes before a cookie: whoever sends one means it. */
export function credentialOf(request: FastifyRequest, session_cookie: string): Credential | null {
  const { authorization, cookie } = request.headers;
  if (authorization !== undefined) {
    const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
    return token === undefined ? null : { via: 'token', token };
  }
  return cookie?.includes(`${session_cookie}=`) ? { via: 'session', cookie } : null;
}

/**
 * Cookies come along with any request that a browser makes, so what changes something must show that it comes from our
 * own pages. A form on another site cannot set either header.
 */
export function requireSameOrigin(request: FastifyRequest, public_origin: string): void {
  const site = request.headers['sec-fetch-site'];
  if (site === 'same-origin' || site === 'none') return;
  const { origin } = request.headers;
  if (site === undefined && origin !== undefined && isOwn(origin, request, public_origin)) return;
  const message = 'must be that of TaskFlow itself when a session cookie is sent';
  throw new Failure('forbidden', `Origin ${message}; other programs use a token.`, [{ field: 'Origin', message }]);
}

export function isOwn(origin: string, request: FastifyRequest, public_origin: string): boolean {
  return origin === public_origin || origin === `${request.protocol}://${request.host}`;
}
