import { describe, expect, it } from 'vitest';
import { startBackend } from '../support/backend.ts';
import { expectProblem, PASSWORD, send, signUp } from '../support/person.ts';

describe('an operator', () => {
  it('can close sign-up, and bound tries and requests', async () => {
    const settings = { sign_up: 'closed' } as const;
    const closed = await startBackend({ ...settings, sign_ins_per_minute: 3, requests_per_minute: 5 });
    try {
      const account = { name: 'A', email: 'a@example.org', password: PASSWORD };
      expectProblem(await send(closed.url, 'POST', '/api/auth/sign-up/email', account), 403);
      const tries = [];
      for (let index = 0; index < 4; index += 1) {
        tries.push(
          await send(closed.url, 'POST', '/api/auth/sign-in/email', { email: 'a@example.org', password: 'x' }),
        );
      }
      expect(tries.map(({ status }) => status)).toEqual([401, 401, 401, 429]);
      expectProblem(tries[3]!, 429);
      expect(Number(tries[3]?.headers.get('retry-after'))).toBeGreaterThan(0);
      const limited = await send(closed.url, 'GET', '/api/openapi.json');
      expectProblem(limited, 429);
      expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await send(closed.url, 'GET', '/healthz')).status).toBe(200);
    } finally {
      await closed.stop();
    }
  });
});

describe('behind https', () => {
  it('the cookie is for https only', async () => {
    const backend = await startBackend({ public_url: 'https://tasks.example.org', trust_proxy: true });
    try {
      const account = { name: 'A', email: 'a@example.org', password: PASSWORD };
      const forwarded = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'tasks.example.org' };
      const answer = await send(backend.url, 'POST', '/api/auth/sign-up/email', account, forwarded);
      const [cookie = ''] = answer.headers.getSetCookie();
      expect(cookie).toMatch(/^__Secure-taskflow\.session_token=.*; Secure/);
      const headers = { ...forwarded, cookie: cookie.split(';', 1)[0] ?? '', origin: 'https://tasks.example.org' };
      expect((await send(backend.url, 'POST', '/api/tasks', { title: 'x' }, headers)).status).toBe(201);
    } finally {
      await backend.stop();
    }
  });
});

describe('without its database', () => {
  it('every answer asks to come again, and nothing crashes', async () => {
    const backend = await startBackend();
    try {
      const ann = await signUp(backend.url);
      const token = await ann.token();
      await backend.stopDatabase();
      const headers = { authorization: `Bearer ${token}` };
      for (const answer of [
        await ann.call('GET', '/api/tasks'),
        await ann.call('POST', '/api/tasks', { title: 'x' }),
        await ann.call('GET', '/api/auth/get-session'),
        await send(backend.url, 'GET', '/api/tasks', undefined, headers),
        await send(backend.url, 'GET', '/api/tasks', undefined, { cookie: `${ann.cookie}; another=1` }),
        await send(backend.url, 'POST', '/api/auth/sign-in/email', { email: ann.email, password: PASSWORD }),
      ]) {
        expectProblem(answer, 503);
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      }
      const ready = await send(backend.url, 'GET', '/readyz');
      expect(ready).toMatchObject({ status: 503, body: { missing: ['database'] } });
      expect((await send(backend.url, 'GET', '/healthz')).status).toBe(200);
    } finally {
      await backend.stop();
    }
  });
});
