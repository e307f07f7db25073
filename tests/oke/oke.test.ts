/** The way to Oracle's cluster, as far as it can be gone without an account: every call is one that Oracle's own CLI takes. */
import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Call } from '../../scripts/oke/calls.ts';
import { plannedCloud, realCloud } from '../../scripts/oke/clouds.ts';
import { ensureCluster } from '../../scripts/oke/ensure-cluster.ts';
import { ensurePythonPackages } from '../support/python-packages.ts';
import { type InMemoryCloud, startInMemoryCloud } from './in-memory-cloud.ts';
import { strangers } from './skeleton.ts';

const REQUIREMENTS = path.join(import.meta.dirname, '..', '..', 'scripts', 'oke', 'requirements.txt');
const WANTED = {
  compartment: 'ocid1.tenancy.oc1..mine',
  admin_cidr: '203.0.113.7/32',
  kubernetes_version: null,
  availability_domain: 2,
};

const folder = mkdtempSync(path.join(tmpdir(), 'taskflow-oke-'));
let oci: [string, ...string[]];
let cloud: InMemoryCloud;

beforeAll(async () => {
  const { python, program } = await ensurePythonPackages(
    'oci-cli',
    readFileSync(REQUIREMENTS, 'utf8').trim().split('\n'),
  );
  cloud = await startInMemoryCloud();
  const key_file = path.join(folder, 'key.pem');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  writeFileSync(key_file, `${pem}OCI_API_KEY\n`, { mode: 0o600 });
  const config = {
    ...{ user: 'ocid1.user.oc1..me', tenancy: 'ocid1.tenancy.oc1..mine', region: 'eu-frankfurt-1', key_file },
    fingerprint: Array.from({ length: 16 }, () => '0a').join(':'),
  };
  const lines = Object.entries(config).map(([key, value]) => `${key}=${value}\n`);
  writeFileSync(path.join(folder, 'config'), `[DEFAULT]\n${lines.join('')}`, { mode: 0o600 });
  oci = ['env', `HOME=${folder}`, python, program('oci')];
}, 600_000);
afterAll(async () => {
  await cloud.close();
  rmSync(folder, { recursive: true, force: true });
});

const ran = promisify(execFile);

it('gives the CLI only parameters that it has, in the form that it asks for', async () => {
  const calls = await plan();
  expect(calls.length).toBeGreaterThan(30);
  const [command, ...args] = oci;
  for (const name of new Set(calls.map((call) => call.command))) {
    const asked = [...args, ...name.split(' '), '--generate-full-command-json-input'];
    const skeleton = JSON.parse((await ran(command, asked)).stdout);
    for (const { input } of calls.filter((call) => call.command === name))
      expect({ name, strangers: strangers(input, skeleton) }).toEqual({ name, strangers: [] });
  }
}, 120_000);

it('makes everything once: a second run finds it and changes nothing', async () => {
  const said: string[] = [];
  const program: typeof oci = [...oci, '--endpoint', cloud.url, '--config-file', path.join(folder, 'config')];
  const run = () =>
    ensureCluster(
      realCloud((line) => said.push(line), program),
      WANTED,
    );
  await run();
  const kinds = cloud.made.map(({ path }) => path.split('/').at(-1));
  expect(kinds).toEqual([
    ...['vcns', 'internetGateways', 'routeTables'],
    ...['securityLists', 'subnets', 'securityLists', 'subnets', 'securityLists', 'subnets'],
    ...['clusters', 'nodePools'],
  ]);
  expect(readFileSync(path.join(folder, '.kube', 'config'), 'utf8')).toContain('current-context: taskflow');
  said.length = 0;
  await run();
  expect(cloud.made.length).toBe(kinds.length);
  expect(said.filter((line) => line.endsWith('is made'))).toEqual([]);
}, 300_000);

it('asks for no more than is free', () => {
  const body = (kind: string) => cloud.made.find(({ path }) => path.endsWith(`/${kind}`))?.body;
  expect(body('clusters')).toMatchObject({ type: 'BASIC_CLUSTER', kubernetesVersion: 'v1.34.2' });
  expect(body('nodePools')).toMatchObject({
    nodeShape: 'VM.Standard.A1.Flex',
    nodeShapeConfig: { ocpus: 2, memoryInGBs: 12 },
    nodeSourceDetails: { imageId: 'ocid1.image.oc1..newest', bootVolumeSizeInGBs: 50 },
    nodeConfigDetails: { size: 1, placementConfigs: [{ availabilityDomain: 'Uocm:EU-FRANKFURT-1-AD-2' }] },
  });
});

it('opens the nodes to nobody outside, and the API to whom it is told', () => {
  const rules = (name: string) =>
    cloud.made.find(({ body }) => body.displayName === name && body.ingressSecurityRules)?.body
      .ingressSecurityRules as { source: string; protocol: string; tcpOptions?: object }[];
  const ICMP = '1';
  const outside = (name: string) =>
    rules(name).filter(({ source, protocol }) => !source.startsWith('10.0.') && protocol !== ICMP);
  expect(outside('taskflow-nodes')).toEqual([]);
  expect(outside('taskflow-api')).toMatchObject([
    { source: '203.0.113.7/32', tcpOptions: { destinationPortRange: { min: 6443, max: 6443 } } },
  ]);
  expect(outside('taskflow-balancers').length).toBe(2);
});

it('says which program it misses', async () => {
  const missing = realCloud(() => undefined, [path.join(folder, 'no-such-oci')]);
  await expect(ensureCluster(missing, WANTED)).rejects.toThrow('install oci-cli');
});

it('plans without a CLI, an account or a network', async () => {
  const { stdout } = await ran(
    process.execPath,
    ['scripts/oke/main.ts', '--compartment', WANTED.compartment, '--plan'],
    { cwd: path.join(import.meta.dirname, '..', '..'), env: { PATH: folder } },
  );
  expect(stdout).toContain("oci network vcn create --from-json '{");
  expect(stdout).toContain('oci ce node-pool create');
  expect(existsSync(path.join(folder, 'oci'))).toBe(false);
});

async function plan(): Promise<Call[]> {
  const calls: Call[] = [];
  const planned = plannedCloud(() => undefined);
  const ask = (call: Call) => {
    calls.push(call);
    return planned.ask(call);
  };
  await ensureCluster({ ask, say: () => undefined }, WANTED);
  return calls;
}
