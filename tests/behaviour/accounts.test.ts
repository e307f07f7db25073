import { describe, expect, it } from 'vitest';
import { cookieOf, expectProblem, PASSWORD, send, signIn, signUp } from '../support/person.ts';
import { withTaskFlow } from '../support/taskflow.ts';

const taskflow = withTaskFlow();
const auth = (path: string, body: unknown, headers = {}) =>
  send(taskflow.url, 'POST', `/api/auth/${path}`, body, headers);

describe('an account', () => {
  it('is made with an Inbox and the zone its owner lives in', async () => {
    const ann = await signUp(taskflow.url, 'Asia/Tokyo');
    const settings = await ann.must(200, 'GET', '/api/settings');
    expect(settings).toMatchObject({ time_zone: 'Asia/Tokyo', day_start: '09:00' });
    const { items } = await ann.must(200, 'GET', '/api/projects');
    expect(items).toMatchObject([{ id: settings.inbox_id, is_inbox: true }]);
    const session = await ann.must(200, 'GET', '/api/auth/get-session');
    expect(session.user).toMatchObject({ id: ann.id, email: ann.email });
  });

  it('has a cookie that scripts and other sites cannot use', async () => {
    const answer = await auth('sign-up/email', {
      name: 'Bob',
      email: `bob-${Date.now()}@example.org`,
      password: PASSWORD,
    });
    const [cookie = ''] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/HttpOnly/i);
    expect(cookie).toMatch(/SameSite=Lax/i);
    expect(cookie).toMatch(/Path=\//);
  });

  it.each([
    [{ email: 'a@example.org', password: PASSWORD }, 'name'],
    [{ name: 'A', email: 'nonsense', password: PASSWORD }, 'email'],
    [{ name: 'A', email: 'a@example.org', password: 'short' }, 'password'],
    [{ name: 'A', email: 'a@example.org', password: 'x'.repeat(129) }, 'password'],
    [{ name: 'A', email: 'a@example.org', password: PASSWORD, role: 'admin' }, 'role'],
    [{ name: 'A', email: 'a@example.org', password: PASSWORD, callbackURL: 'https://evil.example' }, 'callbackURL'],
    [{ name: 'A', email: ['a@example.org'], password: PASSWORD }, 'email'],
  ])('is not made of %o: the answer names %s', async (body, field) => {
    expectProblem(await auth('sign-up/email', body), 422, field);
  });

  it('is made once for an address', async () => {
    const ann = await signUp(taskflow.url);
    expectProblem(await auth('sign-up/email', { name: 'A', email: ann.email, password: PASSWORD }), 422, 'email');
  });
});

describe('signing in and out', () => {
  it('takes the right password only, and does not say which accounts there are', async () => {
    const ann = await signUp(taskflow.url);
    const wrong = await auth('sign-in/email', { email: ann.email, password: 'wrong horse' });
    const nobody = await auth('sign-in/email', { email: 'nobody@example.org', password: 'wrong horse' });
    expectProblem(wrong, 401);
    expect(nobody.text).toBe(wrong.text);
    const again = await signIn(taskflow.url, ann.email);
    expect((await again.must(200, 'GET', '/api/settings')).inbox_id).toBeDefined();
  });

  it('ends the session at once, and no other', async () => {
    const ann = await signUp(taskflow.url);
    const other = await signIn(taskflow.url, ann.email);
    await ann.must(200, 'GET', '/api/settings');
    await ann.must(200, 'POST', '/api/auth/sign-out');
    expectProblem(await ann.call('GET', '/api/settings'), 401);
    await other.must(200, 'GET', '/api/settings');
  });

  it('with a new password leaves the old one behind, and the other sessions if asked', async () => {
    const ann = await signUp(taskflow.url);
    const other = await signIn(taskflow.url, ann.email);
    await other.must(200, 'GET', '/api/settings');
    const change = { currentPassword: PASSWORD, newPassword: 'another good one', revokeOtherSessions: true };
    expectProblem(
      await ann.call('POST', '/api/auth/change-password', { ...change, currentPassword: 'wrong' }),
      422,
      'password',
    );
    const changed = await ann.call('POST', '/api/auth/change-password', change);
    expect(changed.status, changed.text).toBe(200);
    expectProblem(await other.call('GET', '/api/settings'), 401);
    expectProblem(await auth('sign-in/email', { email: ann.email, password: PASSWORD }), 401);
    expect((await auth('sign-in/email', { email: ann.email, password: 'another good one' })).status).toBe(200);
  });

  it('does not work with a made-up cookie', async () => {
    const ann = await signUp(taskflow.url);
    const forged = ann.cookie.replace(/\.[^.]*$/, '.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA%3D');
    expectProblem(await send(taskflow.url, 'GET', '/api/settings', undefined, { cookie: forged }), 401);
  });

  it('keeps undocumented routes of the library shut', async () => {
    const ann = await signUp(taskflow.url);
    for (const path of ['api-key/create', 'api-key/list', 'ok', 'error', 'update-session', 'delete-user']) {
      expectProblem(await ann.call('POST', `/api/auth/${path}`, {}), 404);
    }
  });
});

describe('a request from another site', () => {
  it.each([
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site', origin: 'http://other.example.org' },
    {},
  ])('changes nothing with our cookie (%o)', async (headers) => {
    const ann = await signUp(taskflow.url);
    const { cookie } = ann;
    expectProblem(
      await send(taskflow.url, 'POST', '/api/tasks', { title: 'x' }, { cookie, ...headers }),
      403,
      'Origin',
    );
    expectProblem(
      await send(taskflow.url, 'POST', '/api/auth/sign-out', undefined, { cookie, ...headers }),
      403,
      'Origin',
    );
    expect((await ann.must(200, 'GET', '/api/tasks')).items).toEqual([]);
  });

  it('signs nobody in', async () => {
    const ann = await signUp(taskflow.url);
    const answer = await auth(
      'sign-in/email',
      { email: ann.email, password: PASSWORD },
      { origin: 'https://evil.example' },
    );
    expectProblem(answer, 403, 'Origin');
    expect(cookieOf(answer)).toBe('');
  });

  it('is welcome from our own pages', async () => {
    const ann = await signUp(taskflow.url);
    const { cookie } = ann;
    const answer = await send(
      taskflow.url,
      'POST',
      '/api/tasks',
      { title: 'x' },
      { cookie, 'sec-fetch-site': 'same-origin' },
    );
    expect(answer.status).toBe(201);
  });
});
