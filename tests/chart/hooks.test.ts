/** What the chart's hooks run, on the real application: the migration twice, and the test that comes in by the front door. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withDatabases } from '../support/databases.ts';
import { type RunningTaskFlow, startTaskFlow } from '../support/taskflow.ts';
import { ROOT, run } from './programs.ts';
import { find, podOf, render } from './render.ts';

/** What Node.js is given: options, and files by their places in the repository, which are those in the image. */
async function hook(kind: string, name: string): Promise<string[]> {
  const [program, ...args] = podOf(find(await render('default'), kind, name)).spec.containers[0].command;
  expect(program).toBe('node');
  return args;
}

const node = (args: readonly string[], env: NodeJS.ProcessEnv) => run(process.execPath, args, { env });

withDatabases('migration', (server) => {
  test('it brings the schema up to date, and can be repeated', async () => {
    const [file = ''] = await hook('Job', 'migrate');
    expect(existsSync(path.join(ROOT, file))).toBe(true);
    const { connection } = await server.openEmpty();
    const { user, password = '', host = '', port = 5432, database } = connection;
    const credentials = `${user}:${encodeURIComponent(String(password))}`;
    const address = host.startsWith('/')
      ? `postgresql://${credentials}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`
      : `postgresql://${credentials}@${host}:${port}/${database}`;
    const once = await node([file], { DATABASE_URL: address });
    expect(once.code, once.stderr).toBe(0);
    expect(once.stdout).toContain('0002_tasks');
    const again = await node([file], { DATABASE_URL: address });
    expect(again.code, again.stderr).toBe(0);
    expect(again.stdout).toContain('the schema is up to date');
  });
});

test('without its secret the migration says so in a sentence, and is not tried again', async () => {
  const { code, stderr } = await node(await hook('Job', 'migrate'), { DATABASE_URL: '' });
  const { spec } = find(await render('default'), 'Job', 'migrate');
  expect(spec.podFailurePolicy.rules[0].onExitCodes.values).toEqual([code]);
  expect(stderr).toContain('DATABASE_URL: is not set; in Kubernetes it is the key database-url of the secret taskflow');
});

describe('helm test', () => {
  let taskflow: RunningTaskFlow;
  beforeAll(async () => {
    taskflow = await startTaskFlow();
  });
  afterAll(() => taskflow?.stop());

  test('makes a task by the front door, and sees its reminder come back', async () => {
    const args = await hook('Pod', 'front-door-test');
    const { code, stdout, stderr } = await node(args, { TASKFLOW_URL: taskflow.url, WITHIN_S: '10' });
    expect(code, stdout + stderr).toBe(0);
    expect(stdout).toMatch(/reminder\.due came \d+ ms after its moment\npassed/);
  });

  test('fails with what was answered', async () => {
    const env = { TASKFLOW_URL: taskflow.url, WITHIN_S: '10', EMAIL: 'nobody@example.org', PASSWORD: 'not a password' };
    const { code, stderr } = await node(await hook('Pod', 'front-door-test'), env);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^failed: POST \/api\/auth\/sign-in\/email: 401/);
  });
});
