/** People before a running TaskFlow, each with a browser of their own; any fault of a page fails the test it happens in. */
/// <reference lib="dom" />
import { randomUUID } from 'node:crypto';
import type { Task } from '@taskflow/core/contracts/task.ts';
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { type RunningTaskFlow, startTaskFlow } from '../support/taskflow.ts';

/** Generous, since the machine may be busy; nothing here waits for time to pass. */
const PATIENCE_MS = 15_000;

export interface TaskFlow {
  readonly url: string;
  /** A browser window that nobody has used yet. */
  open(options?: Options): Promise<Visitor>;
  /** The same with a fresh account, made on the page, and its empty dashboard in front. */
  signedUp(options?: Options): Promise<Visitor>;
}
export type Options = Pick<BrowserContextOptions, 'viewport' | 'colorScheme' | 'timezoneId' | 'locale'> & {
  permissions?: string[];
};
export interface Visitor {
  page: Page;
  context: BrowserContext;
  email: string;
  password: string;
  /** Another tab of the same browser, watched like the first. */
  tab(): Promise<Page>;
  /** A fault that belongs to the test, as the refusal it provokes; each must happen, or the test fails as well. */
  expectFault(words: RegExp): void;
  /** One that may happen or not, as chance has it. */
  allowFault(words: RegExp): void;
  api<T>(method: string, path: string, body?: unknown): Promise<{ status: number; body: T }>;
  addTask(task: Partial<Task> | Record<string, unknown>): Promise<Task>;
}

/** To be called once at the top of a file: its tests share one browser and one TaskFlow, of the mode that TASKFLOW_MODE says. */
export function useTaskFlow(start: () => Promise<Pick<RunningTaskFlow, 'url' | 'stop'>> = startTaskFlow): TaskFlow {
  let browser: Browser | undefined;
  let running: Pick<RunningTaskFlow, 'url' | 'stop'> | undefined;
  let visitors: { context: BrowserContext; settle(): string[] }[] = [];
  beforeAll(async () => {
    browser = await launchBrowser();
    running = await start();
  }, 300_000);
  afterEach(async () => {
    const faults = visitors.flatMap((one) => one.settle());
    await Promise.all(visitors.map(({ context }) => context.close()));
    visitors = [];
    expect(faults, 'faults of the page').toEqual([]);
  });
  afterAll(async () => {
    await Promise.all([browser?.close(), running?.stop()]);
  });

  async function open({ permissions = [], ...options }: Options = {}): Promise<Visitor> {
    const context = await browser!.newContext({
      baseURL: running!.url,
      viewport: { width: 1280, height: 800 },
      locale: 'en-GB',
      timezoneId: 'Europe/Berlin',
      reducedMotion: 'reduce',
      ...options,
    });
    context.setDefaultTimeout(PATIENCE_MS);
    if (permissions.length > 0) await context.grantPermissions(permissions, { origin: running!.url });
    const watch = watchFaults(context, running!.url);
    visitors.push({ context, settle: watch.settle });
    const page = await context.newPage();
    const email = `${randomUUID()}@example.org`;
    const api = apiOf(context, running!.url);
    return {
      page,
      context,
      email,
      password: randomUUID(),
      tab: () => context.newPage(),
      expectFault: watch.expectFault,
      allowFault: watch.allowFault,
      api,
      addTask: async (task) => {
        const { status, body } = await api<Task>('POST', '/api/tasks', task);
        expect(status, JSON.stringify(body)).toBe(201);
        return body;
      },
    };
  }

  return {
    get url() {
      return running!.url;
    },
    open,
    async signedUp(options) {
      const visitor = await open(options);
      await signUp(visitor);
      return visitor;
    },
  };
}

async function signUp({ page, email, password }: Visitor): Promise<void> {
  await page.goto('/');
  await page.getByRole('button', { name: 'Create an account' }).click();
  await page.getByLabel('Name').fill('Robin');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByRole('heading', { name: 'A fresh start' }).waitFor();
}

/** Both on the empty dashboard, and connected to the event stream. */
export async function twoTabs(visitor: Visitor): Promise<[Page, Page]> {
  const other = await visitor.tab();
  const live = other.waitForResponse(/\/api\/events/);
  await other.goto('/dashboard');
  await Promise.all([live, other.getByRole('heading', { name: 'A fresh start' }).waitFor()]);
  return [visitor.page, other];
}

/** Console errors and warnings (a breach of the Content-Security-Policy is one), exceptions, requests that fail, and any to elsewhere. */
function watchFaults(context: BrowserContext, origin: string) {
  const faults: string[] = [];
  const expected: RegExp[] = [];
  const allowed: RegExp[] = [];
  context.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      faults.push(`console ${message.type()}: ${message.text()} (${message.location().url})`);
  });
  context.on('weberror', (error) => faults.push(`exception: ${error.error().stack}`));
  context.on('request', (request) => {
    const { protocol, origin: to } = new URL(request.url());
    if (/^(https?|wss?):$/.test(protocol) && to !== origin) faults.push(`request to elsewhere: ${request.url()}`);
  });
  context.on('requestfailed', (request) => {
    // The page itself gives up a request it needs no longer, and all of them when it is left.
    const why = request.failure()?.errorText;
    if (why !== 'net::ERR_ABORTED') faults.push(`request failed: ${request.method()} ${request.url()} ${why}`);
  });
  return {
    expectFault: (words: RegExp) => void expected.push(words),
    allowFault: (words: RegExp) => void allowed.push(words),
    settle: () => [
      ...faults.filter((fault) => ![...expected, ...allowed].some((words) => words.test(fault))),
      ...expected.filter((words) => !faults.some((fault) => words.test(fault))).map((words) => `missing: ${words}`),
    ],
  };
}

/** Requests with the session of the page, as its own scripts send them. */
const apiOf =
  (context: BrowserContext, origin: string): Visitor['api'] =>
  async (method, path, body) => {
    const answer = await context.request.fetch(path, {
      method,
      headers: { origin },
      ...(body === undefined ? {} : { data: body }),
    });
    const text = await answer.text();
    return { status: answer.status(), body: text === '' ? null : JSON.parse(text) };
  };

export const quickAddField = (page: Page): Locator => page.getByRole('textbox', { name: 'Add a task' });

/** Types a line as a person does, and waits until it is in the list. */
export async function quickAdd(page: Page, line: string): Promise<void> {
  await quickAddField(page).fill(line);
  await quickAddField(page).press('Enter');
  await message(page, /^Added/).waitFor();
}

export const rows = (within: Page | Locator, title: string): Locator => {
  const page = 'page' in within ? within.page() : within;
  return within.getByRole('listitem').filter({ has: page.getByRole('button', { name: title, exact: true }) });
};

export const group = (page: Page, name: string): Locator => page.getByRole('region', { name, exact: true });

export const message = (page: Page, words: string | RegExp): Locator =>
  page.getByRole('region', { name: 'Messages' }).getByText(words);

export const reminderCard = (page: Page, title: string): Locator => rows(group(page, 'Reminders'), title);

export const editor = (page: Page): Locator => page.getByRole('dialog', { name: 'Edit task' });

export async function openEditor(page: Page, title: string): Promise<Locator> {
  await rows(page, title).getByRole('button', { name: title, exact: true }).click();
  await editor(page).getByRole('button', { name: 'Save' }).waitFor();
  return editor(page);
}

/** What the field says is wrong with it, as a screen reader hears it. */
export const faultOf = (field: Locator): Promise<string | null> =>
  field.evaluate((element) => {
    if (element.getAttribute('aria-invalid') !== 'true') return null;
    return document.getElementById(element.getAttribute('aria-describedby') ?? '')?.textContent ?? '';
  });

/** `expect.poll` with the patience of a busy machine. */
export const eventually = <T>(read: () => T | Promise<T>) => expect.poll(read, { timeout: PATIENCE_MS, interval: 50 });
