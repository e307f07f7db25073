/** Secrets and shared state by the sidecar: what is not there, who was first, and which version a change was made from. */
import { randomUUID } from 'node:crypto';
import { daprSecretStore } from '@taskflow/adapters/dapr/secret-store.ts';
import { openSidecar } from '@taskflow/adapters/dapr/sidecar.ts';
import { daprStateStore } from '@taskflow/adapters/dapr/state-store.ts';
import type { HttpClient } from '@taskflow/adapters/http/http-client.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TOKENS, withEngine } from '../support/engine.ts';

const under_test = withEngine();
let client: HttpClient;
let stranger: HttpClient;

beforeAll(async () => {
  const { engine, manifests } = under_test;
  const sidecar = await engine.sidecar({
    ...{ app_id: 'worker', app_port: await engine.port('test.nobody'), tokens: TOKENS },
    resources: manifests.resources.worker,
    configuration: manifests.configurations.worker,
  });
  client = openSidecar({ http_port: sidecar.http_port, api_token: TOKENS.dapr_api_token }, 5_000);
  stranger = openSidecar({ http_port: sidecar.http_port, api_token: 'somebody elses token' }, 5_000);
});
afterAll(() => {
  for (const each of [client, stranger]) each?.close();
});

describe('the state store', () => {
  const store = () => daprStateStore(client, 'taskflow-statestore');

  it('keeps the first of many that create the same key', async () => {
    const key = randomUUID();
    const writers = Array.from({ length: 20 }, (_, writer) => store().create(key, { writer }, 60));
    const won = (await Promise.all(writers)).flatMap((first, writer) => (first ? [writer] : []));
    expect(won).toHaveLength(1);
    expect((await store().get(key))?.value).toEqual({ writer: won[0] });
  });

  it('takes a change only from whoever has seen the newest version', async () => {
    const key = randomUUID();
    await store().create(key, { tries: 1 }, 60);
    const { etag } = (await store().get(key))!;
    expect(await store().replace(key, { tries: 2 }, 60, etag)).toBe(true);
    expect(await store().replace(key, { tries: 9 }, 60, etag)).toBe(false);
    expect((await store().get(key))?.value).toEqual({ tries: 2 });
  });

  it('knows nothing of a key that nobody has written, or whose time is over', async () => {
    expect(await store().get(randomUUID())).toBeNull();
    const key = randomUUID();
    await store().create(key, 1, 1);
    await expect.poll(() => store().get(key), { timeout: 10_000 }).toBeNull();
    expect(await store().create(key, 2, 60)).toBe(true);
  });
});

describe('the secret store', () => {
  it('has the keys of the one secret that TaskFlow may read', async () => {
    const secret = await daprSecretStore(client, 'taskflow-secretstore').get('taskflow');
    expect(Object.keys(secret!).sort()).toEqual(['auth-secret', 'database-url', 'statestore-connection-string']);
  });

  it('has no other', async () => {
    expect(await daprSecretStore(client, 'taskflow-secretstore').get('somebody-elses')).toBeNull();
  });
});

it('a caller without the token of the sidecar is refused', async () => {
  await expect(daprSecretStore(stranger, 'taskflow-secretstore').get('taskflow')).rejects.toThrow('401');
  await expect(daprStateStore(stranger, 'taskflow-statestore').create('mine', 1, 60)).rejects.toThrow('401');
});
