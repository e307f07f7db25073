/** /api/auth: better-auth's routes, those that are documented here and no others; its errors leave as problems. */
import { line, TimeZone } from '@taskflow/core/contracts/common.ts';
import { Failure, type FieldError } from '@taskflow/core/domain/failure.ts';
import { ensureAccount } from '@taskflow/core/usecases/ensure-account.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { CLIENT_ADDRESS_HEADER } from '../accounts.ts';
import { credentialOf, isOwn, requireSameOrigin } from '../authenticate.ts';
import { type Answer, operation } from '../openapi.ts';
import type { Api, Backend } from '../parts.ts';
import { PROBLEM_TYPE, problem } from '../problem.ts';

const tag = 'Accounts';
/** As browsers check it. */
const Email = z.string().max(254).regex(z.regexes.html5Email, 'is not an e-mail address');
const Password = z.string().min(8, 'has fewer than 8 characters').max(128, 'has more than 128 characters');

const SignUp = z
  .strictObject({
    name: line(100),
    email: Email,
    password: Password,
    time_zone: TimeZone.optional().meta({ description: 'The zone to start with; UTC when there is none.' }),
  })
  .meta({ id: 'SignUp' });
const SignIn = z
  .strictObject({ email: Email, password: z.string().min(1).max(128), rememberMe: z.boolean().optional() })
  .meta({ id: 'SignIn' });
const ChangePassword = z
  .strictObject({
    currentPassword: z.string().min(1).max(128),
    newPassword: Password,
    revokeOtherSessions: z.boolean().optional(),
  })
  .meta({ id: 'ChangePassword' });
const UpdateUser = z.strictObject({ name: line(100) }).meta({ id: 'UpdateUser' });

const User = z
  .looseObject({ id: z.string(), name: z.string(), email: z.string(), createdAt: z.string() })
  .meta({ id: 'User' });
const Session = z
  .looseObject({ session: z.looseObject({ id: z.string(), expiresAt: z.string() }), user: User })
  .meta({ id: 'Session' });
const Signed = z.looseObject({ token: z.string().nullable(), user: User }).meta({ id: 'Signed' });
const SessionList = z.array(z.looseObject({ id: z.string(), token: z.string() })).meta({ id: 'SessionList' });
const Done = z.looseObject({}).meta({ id: 'Done' });

const SIGN_UP = '/api/auth/sign-up/';

interface Route {
  method: 'GET' | 'POST';
  path: string;
  id: string;
  summary: string;
  body?: z.ZodType;
  answer: Answer;
  failures?: number[];
  signed_in?: boolean;
}

const ROUTES: readonly Route[] = [
  {
    method: 'POST',
    path: 'sign-up/email',
    id: 'signUp',
    summary: 'Make an account, and sign in',
    body: SignUp,
    answer: { description: 'The user; the session is in the cookie.', schema: Signed, headers: ['Set-Cookie'] },
    failures: [403],
  },
  {
    method: 'POST',
    path: 'sign-in/email',
    id: 'signIn',
    summary: 'Sign in',
    body: SignIn,
    answer: { description: 'The user; the session is in the cookie.', schema: Signed, headers: ['Set-Cookie'] },
    failures: [401, 403],
  },
  {
    method: 'POST',
    path: 'sign-out',
    id: 'signOut',
    summary: 'Sign out',
    answer: { description: 'The session has ended.', schema: Done, headers: ['Set-Cookie'] },
    failures: [403],
  },
  {
    method: 'GET',
    path: 'get-session',
    id: 'getSession',
    summary: 'The session, or null',
    answer: { description: 'Session and user, or null.', schema: Session.nullable() },
  },
  {
    method: 'GET',
    path: 'list-sessions',
    id: 'listSessions',
    summary: 'Where one is signed in',
    answer: { description: 'All sessions.', schema: SessionList },
    signed_in: true,
  },
  {
    method: 'POST',
    path: 'revoke-other-sessions',
    id: 'revokeOtherSessions',
    summary: 'Sign out everywhere else',
    answer: { description: 'They have ended.', schema: Done },
    signed_in: true,
  },
  {
    method: 'POST',
    path: 'change-password',
    id: 'changePassword',
    summary: 'Change the password',
    body: ChangePassword,
    answer: { description: 'It is changed.', schema: Done, headers: ['Set-Cookie'] },
    signed_in: true,
  },
  {
    method: 'POST',
    path: 'update-user',
    id: 'updateUser',
    summary: 'Change the name',
    body: UpdateUser,
    answer: { description: 'It is changed.', schema: Done, headers: ['Set-Cookie'] },
    signed_in: true,
  },
];

export function authRoutes(app: Api, backend: Backend): void {
  for (const { method, path, id, summary, body, answer, failures = [], signed_in = false } of ROUTES) {
    const described = operation({
      id,
      tag,
      summary,
      ...(body === undefined ? {} : { body }),
      answers: { 200: answer },
      failures: signed_in ? [...failures, 401, 403] : failures,
      access: 'public',
      session_only: signed_in,
    });
    app.route({
      method,
      url: `/api/auth/${path}`,
      ...described,
      handler: (request, reply) => handle(backend, request, reply),
    });
  }
}

async function handle(backend: Backend, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { accounts, principals, config, deps } = backend;
  const public_origin = new URL(config.public_url).origin;
  const credential = credentialOf(request, accounts.session_cookie);
  if (!reads(request)) checkOrigin(request, credential !== null, public_origin);
  if (config.sign_up === 'closed' && request.url.startsWith(SIGN_UP)) {
    throw new Failure('forbidden', 'New accounts cannot be made here.');
  }
  const before = credential?.via === 'session' ? await principals.find(credential) : null;
  const { time_zone, ...body } = (request.body ?? {}) as { time_zone?: string };

  const response = await accounts.handle(toFetchRequest(request, body, config.public_url));
  const text = await response.text();
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) reply.header('set-cookie', cookies);
  if (before !== null && !reads(request)) principals.forget(before.principal.user_id);
  reply.header('cache-control', 'no-store');
  if (!response.ok) return refuse(backend, reply, response, text);
  if (request.url.startsWith(SIGN_UP)) {
    const { user } = JSON.parse(text) as { user: { id: string } };
    await ensureAccount(deps, user.id, time_zone);
  }
  return reply.header('content-type', 'application/json; charset=utf-8').send(text === '' ? 'null' : text);
}

/** Without a cookie an Origin is not needed, but a foreign one is refused all the same: nobody is to be signed in by another site. */
function checkOrigin(request: FastifyRequest, with_cookie: boolean, public_origin: string): void {
  const { origin } = request.headers;
  if (with_cookie || (origin !== undefined && !isOwn(origin, request, public_origin))) {
    requireSameOrigin(request, public_origin);
  }
}

/** HEAD is GET whose body stays here (RFC 9110, section 9.3.2). */
const reads = ({ method }: FastifyRequest): boolean => method === 'GET' || method === 'HEAD';

/** The origin has been checked; better-auth knows only the public one. */
function toFetchRequest(request: FastifyRequest, body: object, public_url: string): Request {
  const headers = new Headers({ origin: new URL(public_url).origin, [CLIENT_ADDRESS_HEADER]: request.ip });
  for (const name of ['cookie', 'user-agent'] as const) {
    const value = request.headers[name];
    if (value !== undefined) headers.set(name, value);
  }
  const url = new URL(request.url, public_url);
  if (reads(request)) return new Request(url, { headers });
  headers.set('content-type', 'application/json');
  return new Request(url, { method: request.method, headers, body: JSON.stringify(body) });
}

const FIELD_OF: readonly (readonly [RegExp, string])[] = [
  [/^(INVALID_EMAIL_OR_PASSWORD|INVALID_PASSWORD)$/, 'password'],
  [/PASSWORD/, 'password'],
  [/EMAIL|USER_ALREADY_EXISTS/, 'email'],
];

async function refuse(
  { auth_db }: Backend,
  reply: FastifyReply,
  response: Response,
  text: string,
): Promise<FastifyReply> {
  const { code = '', message = '' } = readError(text);
  if (response.status >= 500) {
    // It hides why; when the database answers, it was not that.
    await auth_db.selectNoFrom((expression) => expression.val(1).as('one')).execute();
    throw new Error(`better-auth answered ${response.status}: ${code} ${message}`);
  }
  const status = response.status === 400 ? 422 : response.status;
  const field = FIELD_OF.find(([pattern]) => pattern.test(code))?.[1];
  const errors: FieldError[] = field === undefined ? [] : [{ field, message }];
  const answer = problem(status, message || 'Refused.', errors);
  const wait = response.headers.get('x-retry-after');
  if (wait !== null) answer.headers['retry-after'] = wait;
  return reply
    .code(answer.status)
    .headers(answer.headers)
    .header('content-type', PROBLEM_TYPE)
    .send(JSON.stringify(answer.body));
}

function readError(text: string): { code?: string; message?: string } {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    throw new Failure('unavailable', 'Signing in does not work just now.');
  }
}
