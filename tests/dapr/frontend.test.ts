/** The page of the distributed mode: its server asks the API through its sidecar, and open pages outlive whatever dies behind them. */
import type { Part } from '@taskflow/engine/src/part.ts';
import { describe, expect, test } from 'vitest';
import {
  eventually,
  message,
  quickAdd,
  quickAddField,
  reminderCard,
  rows,
  twoTabs,
  useTaskFlow,
} from '../e2e/support.ts';
import { until } from '../support/client.ts';
import { withTaskFlowOnEngine } from '../support/engine.ts';
import { openStream } from '../support/event-stream.ts';
import { type Answer, cookieOf, PASSWORD, send, signUp } from '../support/person.ts';

const on_engine = withTaskFlowOnEngine();
const app = useTaskFlow(async () => ({ url: on_engine.taskflow.url, stop: async () => undefined }));

const backend = () => on_engine.taskflow.services['backend-service'][0]!;
const frontend = () => on_engine.taskflow.services.frontend[0]!;

/** As a browser asks for a page: what comes back is the server's own doing. */
const page = (path: string, cookie = ''): Promise<Answer> => send(app.url, 'GET', path, undefined, { cookie });

test('a day with TaskFlow: sign up, write a line, tick it off and back, be reminded, in two tabs, and leave', async () => {
  const visitor = await app.signedUp();
  const [first, second] = await twoTabs(visitor);
  await quickAdd(first, 'Call Ann tomorrow 9am');
  await Promise.all([first, second].map((tab) => rows(tab, 'Call Ann').waitFor()));
  await first.getByRole('checkbox', { name: 'Complete Call Ann' }).click();
  await message(first, 'Completed “Call Ann”').waitFor();
  await eventually(() => rows(second, 'Call Ann').count()).toBe(0);
  await first.getByRole('button', { name: 'Undo' }).click();
  await Promise.all([first, second].map((tab) => rows(tab, 'Call Ann').waitFor()));

  const at = new Date(Date.now() + 3_000).toISOString();
  await visitor.addTask({ title: 'Take the cake out', due_date: null, reminders: [{ at }] });
  await Promise.all([first, second].map((tab) => reminderCard(tab, 'Take the cake out').waitFor()));
  await first.getByRole('button', { name: 'Sign out' }).click();
  await first.getByRole('button', { name: 'Sign in' }).waitFor();
  const { status } = await visitor.api('GET', '/api/tasks');
  expect(status).toBe(401);
});

describe('the server of the page', () => {
  test('sends a session that is not known to the door, with the way back', async () => {
    const { cookie } = await signUp(app.url);
    const name = cookie.split('=', 1)[0];
    for (const wrong of ['', `${name}=made-up`, `${name}=${'a'.repeat(32)}.${'b'.repeat(43)}%3D`]) {
      const answer = await page('/dashboard?view=upcoming', wrong);
      expect([wrong, answer.status, answer.headers.get('location')]).toEqual([
        wrong,
        307,
        `/sign-in?next=${encodeURIComponent('/dashboard?view=upcoming')}`,
      ]);
      expect(answer.text).not.toContain('Add a task');
    }
    expect((await page('/dashboard', cookie)).status).toBe(200);
  });

  test('knows that a session has ended', async () => {
    const person = await signUp(app.url);
    await person.must(200, 'POST', '/api/auth/sign-out', {});
    expect((await page('/dashboard', person.cookie)).status).toBe(307);
  });

  test('gives a session that no script can read and no other site can use', async () => {
    const person = await signUp(app.url);
    const credentials = { email: person.email, password: PASSWORD };
    const answer = await send(app.url, 'POST', '/api/auth/sign-in/email', credentials);
    expect(answer.status).toBe(200);
    expect(cookieOf(answer)).not.toBe('');
    for (const line of answer.headers.getSetCookie()) {
      expect(line).toMatch(/; *HttpOnly/i);
      expect(line).toMatch(/; *SameSite=Lax/i);
      expect(line).toMatch(/; *Path=\/(;|$)/i);
      expect(line).not.toMatch(/Domain=/i);
    }
    const elsewhere = { origin: 'https://elsewhere.example', cookie: cookieOf(answer) };
    const forged = await send(app.url, 'POST', '/api/tasks', { title: 'Not mine' }, elsewhere);
    expect(forged.status).toBe(403);
  });

  test('says nothing of what is behind it, and is as strict as without it', async () => {
    const answers = [await page('/sign-in'), await page('/api/tasks'), await page('/api/auth/get-session')];
    for (const { headers } of answers) {
      const names = [...headers.keys()].filter((name) =>
        /^(dapr|server$|x-powered-by|traceparent|tracestate|grpc)/.test(name),
      );
      expect(names).toEqual([]);
      expect(headers.get('content-security-policy')).toMatch(/^default-src '(self|none)'/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).not.toBeNull();
    }
    expect(JSON.stringify(answers.map(({ text }) => text))).not.toMatch(
      /backend-service|dapr|127\.0\.0\.1:(?!\d+\/sign)/i,
    );
  });

  test('shows the page rather than wait for an API that hangs', async () => {
    const { cookie } = await signUp(app.url);
    const { app: process } = backend();
    await process.freeze();
    try {
      const since = performance.now();
      expect((await page('/dashboard', cookie)).status).toBe(200);
      expect(performance.now() - since).toBeLessThan(3_000);
    } finally {
      process.thaw();
    }
    await until('the API again', async () => (await page('/api/tasks', cookie)).status === 200);
  });
});

test('a stream that a browser leaves is ended at the backend as well, through both sidecars', async () => {
  const { cookie } = await signUp(app.url);
  const metrics = async () => (await send(backend().url, 'GET', '/metrics')).text;
  const open = async () => Number(/^taskflow_event_streams(?:\{.*\})? (\d+)$/m.exec(await metrics())?.[1]);
  const before = await open();
  const streams = await Promise.all(Array.from({ length: 20 }, () => openStream(app.url, { cookie })));
  await eventually(open).toBe(before + 20);
  for (const stream of streams) stream.close();
  await eventually(open).toBe(before);
});

const PARTS: Record<string, () => Part> = {
  'the backend': () => backend().app,
  'the sidecar of the backend': () => backend().sidecar,
  'the sidecar of the frontend': () => frontend().sidecar,
  'the frontend': () => frontend().app,
};

/** What a browser itself writes of it. */
const BROKEN =
  /ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|status of 503/;

test.each(Object.keys(PARTS))('after %s was killed, both tabs go on where they were', async (name) => {
  const visitor = await app.signedUp();
  const [first, second] = await twoTabs(visitor);
  await quickAdd(first, 'Before');
  await rows(second, 'Before').waitFor();
  visitor.allowFault(BROKEN);

  const part = PARTS[name]!();
  await part.kill();
  await part.awaitReady();
  // The tabs are not connected yet: what happens now reaches them because their stream resumes where it broke.
  await until('a task that is taken', async () => {
    const answer = await visitor.api('POST', '/api/tasks', { title: 'Between' }).catch(() => ({ status: 0 }));
    return answer.status === 201;
  });
  await Promise.all([first, second].map((tab) => rows(tab, 'Between').waitFor()));
  await quickAdd(second, 'After');
  await rows(first, 'After').waitFor();
  expect(await rows(first, 'Before').count()).toBe(1);
});

test('while the backend is away for long the page says so, and goes on where it was', async () => {
  const visitor = await app.signedUp();
  const [first, second] = await twoTabs(visitor);
  await quickAdd(first, 'Before');
  await rows(second, 'Before').waitFor();
  visitor.expectFault(/status of 503/);
  visitor.allowFault(BROKEN);

  await backend().app.stop();
  // An event stream that is refused is closed for good by the browser: the page opens a new one.
  await Promise.all(
    [first, second].map((tab) => tab.waitForResponse((one) => /api.events/.test(one.url()) && one.status() === 503)),
  );
  await quickAddField(first).fill('Not lost');
  await quickAddField(first).press('Enter');
  await first.getByRole('alert').getByText('cannot be reached').waitFor();
  expect(await quickAddField(first).inputValue()).toBe('Not lost');

  await backend().app.start();
  await until(
    'a task that is taken',
    async () => (await visitor.api('POST', '/api/tasks', { title: 'Between' })).status === 201,
  );
  await Promise.all([first, second].map((tab) => rows(tab, 'Between').waitFor()));
  await quickAddField(first).press('Enter');
  await Promise.all([first, second].map((tab) => rows(tab, 'Not lost').waitFor()));
});
