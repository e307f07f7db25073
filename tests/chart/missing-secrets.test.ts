/** What must be in the cluster before TaskFlow: where it is not, nothing is installed, and a sentence says what to make. */
import { expect, onTestFinished, test } from 'vitest';
import { type FakeContents, startFakeCluster } from './fake-cluster.ts';
import { CHART, type Finished, helm, run } from './programs.ts';

const SECRETS = {
  taskflow: ['database-url', 'auth-secret', 'statestore-connection-string'],
  'taskflow-dapr-api-token': ['token'],
  'taskflow-app-api-token': ['token'],
};

/** As an install would see it. */
async function rendered(contents: Partial<FakeContents>, ...set: string[]): Promise<Finished> {
  const cluster = await startFakeCluster({ dapr: true, secrets: SECRETS, ...contents });
  onTestFinished(cluster.stop);
  const args = [
    'template',
    'todo-app',
    CHART,
    '--namespace',
    'taskflow',
    '--dry-run=server',
    '--disable-openapi-validation',
  ];
  return run(await helm(), [...args, ...set.flatMap((one) => ['--set', one])], {
    env: { KUBECONFIG: cluster.kubeconfig },
  });
}

test('with everything there, all is made', async () => {
  const { code, stdout, stderr } = await rendered({});
  expect(code, stderr).toBe(0);
  expect(stdout).toContain('kind: Deployment');
});

test('without Dapr', async () => {
  const { code, stderr } = await rendered({ dapr: false });
  expect(code).not.toBe(0);
  expect(stderr).toContain('Dapr is not in this cluster: install its control plane first');
});

test.for(Object.entries(SECRETS))('without the secret %s', async ([name, keys]) => {
  const { [name as keyof typeof SECRETS]: _missing, ...rest } = SECRETS;
  const { code, stderr } = await rendered({ secrets: rest });
  expect(code).not.toBe(0);
  expect(stderr).toContain(
    `The secret ${name} is not in the namespace taskflow: make it first, with the keys ${keys.join(', ')}`,
  );
});

test('without one of its keys', async () => {
  const { stderr } = await rendered({ secrets: { ...SECRETS, taskflow: ['database-url', 'auth-secret'] } });
  expect(stderr).toContain('The secret taskflow in the namespace taskflow has no key statestore-connection-string');
});

test('without a secret that a value names', async () => {
  const { stderr } = await rendered({}, 'worker.webhook.existingSecret=hook');
  expect(stderr).toContain(
    'The secret hook is not in the namespace taskflow: make it first, with the keys url, secret',
  );
});

test('no value of a secret is in what is made', async () => {
  const { stdout } = await rendered({});
  expect(stdout).not.toContain(Buffer.from('a value').toString('base64'));
  expect(stdout).not.toContain('a value');
});
