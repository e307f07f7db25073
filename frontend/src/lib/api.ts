/** The one way from the page to the API: same origin, problems as typed errors, versions and idempotency keys set. */
import type { Notification, Occurrences, Project, Series, Settings, Snooze } from '@taskflow/core/contracts/model.ts';
import type { QuickAddSpan } from '@taskflow/core/contracts/quick-add.ts';
import type {
  Priority,
  RepeatFrom,
  Scope,
  Task,
  TaskAndNext,
  TaskCounts,
  TaskPatch,
} from '@taskflow/core/contracts/task.ts';

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}
export interface Session {
  user: { id: string; name: string; email: string };
}
export interface Parsed {
  title: string;
  project: string | null;
  tags: string[];
  priority: Priority;
  due_date: string | null;
  recurrence_rule: string | null;
  repeat_from: RepeatFrom;
  reminders: ({ offset: string } | { at: string })[] | null;
  spans: QuickAddSpan[];
}
export interface SeriesChange {
  paused?: boolean;
}
interface FieldError {
  field: string;
  message: string;
}

/** What the API refused, as RFC 9457 says it; `status` is 0 when no answer came at all. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly errors: FieldError[];
  constructor(status: number, message: string, errors: FieldError[] = []) {
    super(message);
    this.status = status;
    this.errors = errors;
  }
}

interface Options {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  body?: unknown;
  version?: number | undefined;
  /** Makes a repetition of a POST the same request. */
  idempotency_key?: string;
  signal?: AbortSignal;
  /** For a request that must outlive the page. */
  keepalive?: boolean;
}

const tasks = '/api/tasks';
const query = (values: Record<string, string>) => `?${new URLSearchParams(values)}`;

export const api = {
  session: () => request<Session | null>('/api/auth/get-session'),
  signIn: (body: { email: string; password: string }) => post<unknown>('/api/auth/sign-in/email', body),
  signUp: (body: { name: string; email: string; password: string }) => post<unknown>('/api/auth/sign-up/email', body),
  signOut: () => post<unknown>('/api/auth/sign-out', {}),

  settings: () => request<Settings>('/api/settings'),
  changeSettings: (body: Partial<Settings>) => request<Settings>('/api/settings', { method: 'PATCH', body }),

  tasks: (values: Record<string, string>, signal: AbortSignal) =>
    request<Page<Task>>(tasks + query({ limit: '200', ...values }), { signal }),
  task: (id: string) => request<Task>(`${tasks}/${id}`),
  counts: () => request<TaskCounts>(`${tasks}/counts`),
  changeTask: (task: Task, body: TaskPatch, scope: Scope) =>
    request<Task>(`${tasks}/${task.id}${scopeQuery(scope)}`, { method: 'PATCH', body, version: task.version }),
  deleteTask: (id: string, scope: Scope, keepalive = false) =>
    request<unknown>(`${tasks}/${id}${scopeQuery(scope)}`, { method: 'DELETE', keepalive }),
  complete: (id: string) => post<TaskAndNext>(`${tasks}/${id}/complete`, {}),
  reopen: (id: string) => post<Task>(`${tasks}/${id}/reopen`, {}),
  skip: (id: string) => post<TaskAndNext>(`${tasks}/${id}/skip`, {}),
  occurrences: (id: string, from: string, to: string) =>
    request<Occurrences>(`${tasks}/${id}/occurrences${query({ from, to })}`),
  parse: (body: QuickAddLine, signal: AbortSignal) =>
    request<{ parsed: Parsed }>(`${tasks}/quick-add?dry_run=true`, { method: 'POST', body, signal }),
  quickAdd: (body: QuickAddLine, idempotency_key: string) =>
    request<{ parsed: Parsed; task: Task }>(`${tasks}/quick-add`, { method: 'POST', body, idempotency_key }),

  projects: () => request<Page<Project>>('/api/projects?limit=200'),
  series: (id: string) => request<Series>(`/api/series/${id}`),
  changeSeries: (id: string, body: SeriesChange) => request<Series>(`/api/series/${id}`, { method: 'PATCH', body }),

  notifications: () => request<Page<Notification>>('/api/notifications?unread=true&limit=50'),
  readNotification: (id: string) =>
    request<Notification>(`/api/notifications/${id}`, { method: 'PATCH', body: { read: true } }),
  snooze: (id: string, body: Snooze) =>
    post<{ notification: Notification; task: Task }>(`/api/notifications/${id}/snooze`, body),
};

export interface QuickAddLine {
  text: string;
  project_id?: string;
}

/** The words to show at a field, if the problem names it. */
export function fieldError(error: unknown, field: string): string | null {
  if (!(error instanceof ApiProblem)) return null;
  return error.errors.find((one) => one.field === field || one.field.startsWith(`${field}.`))?.message ?? null;
}

export const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : 'Something went wrong');

/** `crypto.randomUUID` is missing where the page is served over plain http to another machine. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const scopeQuery = (scope: Scope) => (scope === 'series' ? '?scope=series' : '');
const post = <T>(path: string, body: unknown) => request<T>(path, { method: 'POST', body, idempotency_key: newKey() });

async function request<T>(path: string, options: Options = {}): Promise<T> {
  const { method = 'GET', body, version, signal, keepalive } = options;
  const headers: Record<string, string> = { accept: 'application/json' };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (version !== undefined) headers['if-match'] = `"${version}"`;
  if (options.idempotency_key) headers['idempotency-key'] = options.idempotency_key;
  const init: RequestInit = { method, headers, credentials: 'same-origin' };
  if (body !== undefined) init.body = JSON.stringify(body);
  if (signal) init.signal = signal;
  if (keepalive) init.keepalive = true;
  const response = await fetch(path, init).catch((cause: unknown) => {
    if (signal?.aborted) throw cause;
    throw new ApiProblem(0, 'TaskFlow can’t be reached');
  });
  if (!response.ok) throw await problemOf(response);
  return (response.status === 204 ? null : await response.json()) as T;
}

async function problemOf(response: Response): Promise<ApiProblem> {
  const body = (await response.json().catch(() => ({}))) as {
    detail?: string;
    title?: string;
    message?: string;
    errors?: FieldError[];
  };
  // `message` is how the sign-in routes, which are not RFC 9457, put it.
  const words = body.detail ?? body.message ?? body.title ?? `The answer was ${response.status}`;
  return new ApiProblem(response.status, words, body.errors ?? []);
}
