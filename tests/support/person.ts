/** A person with an account, as a browser or a program sees TaskFlow: the whole API by HTTP, nothing behind it. */
import { expect } from 'vitest';

export interface Answer<T = Json> {
  status: number;
  headers: Headers;
  body: T;
  text: string;
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
export type Json = any;

export interface Person {
  url: string;
  id: string;
  email: string;
  cookie: string;
  /** A request with the session's cookie, from TaskFlow's own pages. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** The same, for answers that must be of this status. */
  must(status: number, method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Json>;
  task(fields?: object): Promise<Json>;
  token(scopes?: readonly string[]): Promise<string>;
}

export const PASSWORD = 'correct horse battery';
let people = 0;

export async function signUp(url: string, time_zone = 'Europe/Berlin'): Promise<Person> {
  people += 1;
  const email = `person-${process.pid}-${Date.now()}-${people}@example.org`;
  const answer = await send(url, 'POST', '/api/auth/sign-up/email', {
    name: 'Ann',
    email,
    password: PASSWORD,
    time_zone,
  });
  expect(answer.status, answer.text).toBe(200);
  return asPerson(url, { email, id: answer.body.user.id, cookie: cookieOf(answer) });
}

export async function signIn(url: string, email: string): Promise<Person> {
  const answer = await send(url, 'POST', '/api/auth/sign-in/email', { email, password: PASSWORD });
  expect(answer.status, answer.text).toBe(200);
  return asPerson(url, { email, id: answer.body.user.id, cookie: cookieOf(answer) });
}

export const cookieOf = (answer: Answer): string =>
  answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ');

function asPerson(url: string, { email, id, cookie }: Pick<Person, 'email' | 'id' | 'cookie'>): Person {
  const call: Person['call'] = (method, path, body, headers = {}) =>
    send(url, method, path, body, { cookie, origin: url, ...headers });
  const must: Person['must'] = async (status, ...request) => {
    const answer = await call(...request);
    expect(answer.status, `${request[0]} ${request[1]}: ${answer.text}`).toBe(status);
    return answer.body;
  };
  return {
    url,
    id,
    email,
    cookie,
    call,
    must,
    task: (fields = {}) => must(201, 'POST', '/api/tasks', { title: 'Water the plants', ...fields }),
    token: async (scopes = ['read', 'write']) =>
      (await must(201, 'POST', '/api/tokens', { name: 'test', scopes })).token,
  };
}

/** A body that is a string goes out as it is. */
export async function send(
  url: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(url + path, {
    method,
    redirect: 'manual',
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...((body === undefined
      ? {}
      : { body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body) }) as RequestInit),
  });
  const text = await response.text();
  const is_json = /json/.test(response.headers.get('content-type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: is_json && text !== '' ? JSON.parse(text) : null,
  };
}

/** A refusal as every client can rely on it. */
export function expectProblem(answer: Answer, status: number, field?: string): void {
  expect(answer.status, answer.text).toBe(status);
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(answer.body).toMatchObject({
    type: expect.any(String),
    title: expect.any(String),
    status,
    detail: expect.any(String),
  });
  expect(answer.text).not.toMatch(/\.ts:|node_modules|\bat \w+ \(/);
  if (field !== undefined) expect(answer.body.errors?.map((error: Json) => error.field)).toContain(field);
}
