/** Who asks: found by cookie or token, remembered for at most 5 seconds, forgotten at once when something changes here. */
import { createHash } from 'node:crypto';
import type { UserSettings } from '@taskflow/core/domain/model.ts';
import type { Accounts } from './accounts.ts';

export interface Principal {
  user_id: string;
  settings: UserSettings;
  scope: 'read' | 'write';
  via: 'session' | 'token';
}

export type Credential = { via: 'token'; token: string } | { via: 'session'; cookie: string };

/** `set_cookies` only when the session was just renewed. */
export interface Found {
  principal: Principal;
  set_cookies: string[];
}

export interface Principals {
  find(credential: Credential): Promise<Found | null>;
  /** Everything known about a user: settings or sessions have changed. */
  forget(user_id: string): void;
  onForget(listener: (user_id: string) => void): void;
}

/** Another replica may keep believing in a revoked token, or in old settings, for as long as this. */
const TTL_MS = 5_000;
const ENTRIES_MAX = 10_000;

interface Entry {
  found: Promise<Found | null>;
  user_id: string | null;
  until_ms: number;
}

interface Parts {
  accounts: Accounts;
  ensureAccount(user_id: string): Promise<UserSettings>;
  /** Milliseconds; only differences count. */
  now_ms(): number;
}

export function createPrincipals({ accounts, ensureAccount, now_ms }: Parts): Principals {
  const entries = new Map<string, Entry>();
  const listeners: ((user_id: string) => void)[] = [];

  function remember(key: string, credential: Credential): Promise<Found | null> {
    const found = look(accounts, ensureAccount, credential);
    const entry: Entry = { found, user_id: null, until_ms: now_ms() + TTL_MS };
    entries.set(key, entry);
    if (entries.size > ENTRIES_MAX)
      for (const [oldest] of entries.entries().take(ENTRIES_MAX / 10)) entries.delete(oldest);
    found.then(
      (result) => {
        entry.user_id = result?.principal.user_id ?? null;
        // The cookie of a renewed session goes out once.
        if (result !== null && result.set_cookies.length > 0) {
          entry.found = Promise.resolve({ ...result, set_cookies: [] });
        }
      },
      () => {
        if (entries.get(key) === entry) entries.delete(key);
      },
    );
    return found;
  }

  return {
    find: (credential) => {
      const key = keyOf(credential);
      const entry = entries.get(key);
      if (entry !== undefined && entry.until_ms > now_ms()) return entry.found;
      entries.delete(key);
      return remember(key, credential);
    },
    forget: (user_id) => {
      // One whose user is not known yet may have been read before the change.
      for (const [key, entry] of entries) {
        if (entry.user_id === user_id || entry.user_id === null) entries.delete(key);
      }
      for (const listener of listeners) listener(user_id);
    },
    onForget: (listener) => {
      listeners.push(listener);
    },
  };
}

async function look(
  accounts: Accounts,
  ensureAccount: (user_id: string) => Promise<UserSettings>,
  credential: Credential,
): Promise<Found | null> {
  if (credential.via === 'token') {
    const token = await accounts.token(credential.token);
    if (token === null) return null;
    const settings = await ensureAccount(token.user_id);
    const scope = token.scopes.includes('write') ? 'write' : 'read';
    return { principal: { user_id: token.user_id, settings, scope, via: 'token' }, set_cookies: [] };
  }
  const session = await accounts.session(credential.cookie);
  if (session === null) return null;
  const settings = await ensureAccount(session.user_id);
  const principal: Principal = { user_id: session.user_id, settings, scope: 'write', via: 'session' };
  return { principal, set_cookies: session.set_cookies };
}

/** The credential itself is not kept in memory. */
const keyOf = (credential: Credential): string =>
  createHash('sha256')
    .update(credential.via === 'token' ? `t${credential.token}` : `c${credential.cookie}`)
    .digest('base64');
