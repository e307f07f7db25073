/** Runs in the node's network and enforces its NetworkPolicies, which the bridge by itself only stores. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ClusterState, networkPolicyRules } from './network-policy-rules.ts';

const POLL_MS = 500;

const [api = '', ca_file = '', certificate_file = '', key_file = ''] = process.argv.slice(2);
const identity = { ca: readFileSync(ca_file), cert: readFileSync(certificate_file), key: readFileSync(key_file) };

async function list<Item>(path: string): Promise<Item[]> {
  const text = await new Promise<string>((resolve, reject) => {
    const asking = request(`${api}${path}`, { ...identity, timeout: 5000 }, (answer) => {
      let said = '';
      answer.setEncoding('utf8').on('data', (chunk) => {
        said += chunk;
      });
      answer.on('end', () => (answer.statusCode === 200 ? resolve(said) : reject(new Error(said))));
    });
    asking.on('error', reject).on('timeout', () => asking.destroy(new Error('no answer in time')));
    asking.end();
  });
  return (JSON.parse(text) as { items: Item[] }).items;
}

async function readState(): Promise<ClusterState> {
  const [pods, namespaces, policies] = await Promise.all([
    list<ClusterState['pods'][number]>('/api/v1/pods'),
    list<ClusterState['namespaces'][number]>('/api/v1/namespaces'),
    list<ClusterState['policies'][number]>('/apis/networking.k8s.io/v1/networkpolicies'),
  ]);
  return { pods, namespaces, policies };
}

for (let applied = ''; ; await sleep(POLL_MS)) {
  try {
    const rules = networkPolicyRules(await readState());
    if (rules === applied) continue;
    const { status, stderr } = spawnSync('nft', ['-f', '-'], { input: rules, encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    applied = rules;
    console.log(`${new Date().toISOString()} applied, ${rules.split('\n').length} lines`);
  } catch (error) {
    console.error((error as Error).message);
  }
}
