/** Accounts, sessions and personal access tokens are better-auth's; this is the little of it that the backend uses. */
import { createHash } from 'node:crypto';
import { apiKey } from '@better-auth/api-key';
import type { Clock, Ids } from '@taskflow/core/ports.ts';
import { betterAuth } from 'better-auth';
import type { FastifyBaseLogger } from 'fastify';
import type { Generated, Kysely } from 'kysely';
import type { BackendConfig } from './config.ts';

export type Scope = 'read' | 'write';

/** The one table of better-auth that is read here directly: the library's own check writes at every request. */
export interface AuthTables {
  apikey: {
    id: string;
    name: string | null;
    start: string | null;
    referenceId: string;
    key: string;
    enabled: boolean | null;
    lastRequest: Date | null;
    expiresAt: Date | null;
    createdAt: Generated<Date>;
    permissions: string | null;
  };
}

export interface SessionFound {
  user_id: string;
  expires_at: Date;
  /** A renewed session's cookie, to be passed on. */
  set_cookies: string[];
}

export interface TokenRecord {
  id: string;
  name: string;
  scopes: Scope[];
  start: string | null;
  created_at: string;
  expires_at: string | null;
  last_used_at: string | null;
}

export interface Accounts {
  /** Answers a request below /api/auth. */
  handle(request: Request): Promise<Response>;
  session_cookie: string;
  session(cookie_header: string): Promise<SessionFound | null>;
  token(token: string): Promise<{ user_id: string; scopes: Scope[]; expires_at: Date | null } | null>;
  createToken(
    user_id: string,
    wish: { name: string; scopes: Scope[]; expires_in_days: number | null },
  ): Promise<TokenRecord & { token: string }>;
  tokens(user_id: string): Promise<TokenRecord[]>;
  revokeToken(user_id: string, id: string): Promise<boolean>;
}

/** Carries the client's address to better-auth; a client's own header of that name is replaced. */
export const CLIENT_ADDRESS_HEADER = 'x-taskflow-client-address';
export const TOKEN_PREFIX = 'tf_';
export const TOKENS_MAX = 100;
const TOKEN_FORM = /^tf_[A-Za-z]{64}$/;
const DAY_S = 86_400;

interface Parts {
  auth_db: Kysely<AuthTables>;
  config: BackendConfig;
  clock: Clock;
  ids: Ids;
  logger: FastifyBaseLogger;
}

export function createAccounts({ auth_db, config, clock, ids, logger }: Parts): Accounts {
  const db = auth_db.withSchema('auth');
  const auth = buildAuth({ db, config, ids, logger });
  const secure = config.public_url.startsWith('https:');
  return {
    session_cookie: `${secure ? '__Secure-' : ''}taskflow.session_token`,
    handle: (request) => auth.handler(request),
    session: async (cookie) => {
      const ask = () => auth.api.getSession({ headers: new Headers({ cookie }), returnHeaders: true });
      const { headers, response } = await ask().catch(async () => {
        // The library hides why: when it is the database, this says so; when that is back, asking again helps.
        await db.selectNoFrom((expression) => expression.val(1).as('one')).execute();
        return ask();
      });
      if (response === null) return null;
      const { userId, expiresAt } = response.session;
      return { user_id: userId, expires_at: expiresAt, set_cookies: headers.getSetCookie() };
    },
    token: (token) => findToken(db, clock, token),
    createToken: async (user_id, { name, scopes, expires_in_days }) => {
      const made = await auth.api.createApiKey({
        body: {
          userId: user_id,
          name,
          permissions: { taskflow: scopes },
          ...(expires_in_days === null ? {} : { expiresIn: expires_in_days * DAY_S }),
        },
      });
      return { ...tokenRecord({ ...made, permissions: JSON.stringify(made.permissions) }), token: made.key };
    },
    tokens: async (user_id) => {
      const rows = await db
        .selectFrom('apikey')
        .selectAll()
        .where('referenceId', '=', user_id)
        .orderBy('createdAt', 'desc')
        .limit(TOKENS_MAX)
        .execute();
      return rows.map(tokenRecord);
    },
    revokeToken: async (user_id, id) => {
      const { numDeletedRows } = await db
        .deleteFrom('apikey')
        .where('id', '=', id)
        .where('referenceId', '=', user_id)
        .executeTakeFirst();
      return numDeletedRows > 0n;
    },
  };
}

function buildAuth({ db, config, ids, logger }: Omit<Parts, 'auth_db' | 'clock'> & { db: Kysely<AuthTables> }) {
  const tries = { window: 60, max: config.sign_ins_per_minute };
  return betterAuth({
    database: { db, type: 'postgres' },
    secret: config.auth_secret,
    baseURL: config.public_url,
    basePath: '/api/auth',
    telemetry: { enabled: false },
    emailAndPassword: {
      enabled: true,
      disableSignUp: config.sign_up === 'closed',
      minPasswordLength: 8,
      maxPasswordLength: 128,
    },
    session: { expiresIn: 30 * DAY_S, updateAge: DAY_S },
    rateLimit: {
      enabled: true,
      storage: 'memory',
      window: 60,
      max: config.requests_per_minute,
      customRules: { '/sign-in/email': tries, '/sign-up/email': tries, '/change-password': tries },
    },
    advanced: {
      cookiePrefix: 'taskflow',
      useSecureCookies: config.public_url.startsWith('https:'),
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax' },
      database: { generateId: () => ids.next() },
      ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS_HEADER] },
    },
    plugins: [
      apiKey({
        defaultPrefix: TOKEN_PREFIX,
        startingCharactersConfig: { charactersLength: 8 },
        keyExpiration: { maxExpiresIn: 3_650 },
        rateLimit: { enabled: false },
      }),
    ],
    logger: {
      level: 'warn',
      log: (level, message) => logger[level](`accounts: ${message}`),
    },
  });
}

/** `lastRequest` is written once a minute at most, so that a busy client does not write at every request. */
async function findToken(db: Kysely<AuthTables>, clock: Clock, token: string) {
  if (!TOKEN_FORM.test(token)) return null;
  const row = await db
    .selectFrom('apikey')
    .select(['id', 'referenceId', 'enabled', 'expiresAt', 'lastRequest', 'permissions'])
    .where('key', '=', createHash('sha256').update(token).digest('base64url'))
    .executeTakeFirst();
  const now_ms = clock.now().epochMilliseconds;
  if (row === undefined || row.enabled === false) return null;
  if (row.expiresAt !== null && row.expiresAt.getTime() <= now_ms) return null;
  if (row.lastRequest === null || row.lastRequest.getTime() <= now_ms - 60_000) {
    await db
      .updateTable('apikey')
      .set({ lastRequest: new Date(now_ms) })
      .where('id', '=', row.id)
      .execute();
  }
  return { user_id: row.referenceId, scopes: scopesOf(row.permissions), expires_at: row.expiresAt };
}

type TokenRow = Pick<AuthTables['apikey'], 'id' | 'name' | 'start' | 'expiresAt' | 'lastRequest' | 'permissions'> & {
  createdAt: Date;
};

const tokenRecord = (row: TokenRow): TokenRecord => ({
  id: row.id,
  name: row.name ?? '',
  scopes: scopesOf(row.permissions),
  start: row.start,
  created_at: row.createdAt.toISOString(),
  expires_at: row.expiresAt?.toISOString() ?? null,
  last_used_at: row.lastRequest?.toISOString() ?? null,
});

function scopesOf(permissions: string | null): Scope[] {
  const read = JSON.parse(permissions ?? '{}') as { taskflow?: Scope[] };
  return read.taskflow ?? [];
}
