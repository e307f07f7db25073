/** Who may reach whom: everything that TaskFlow needs, and nothing besides. */
import { expect, test } from 'vitest';
import { type Json, type Manifest, render } from './render.ts';

/** A pod by its labels and namespace, or an address outside the cluster. */
type End = { labels: Record<string, string>; namespace: string } | { address: string };

const release = { 'app.kubernetes.io/name': 'todo-app', 'app.kubernetes.io/instance': 'todo-app' };
const ours = (component: string): End => ({
  labels: { ...release, 'app.kubernetes.io/component': component },
  namespace: 'taskflow',
});
const pod = (namespace: string): End => ({ labels: {}, namespace });

const ENDS: Record<string, End> = {
  ...Object.fromEntries(['backend', 'worker', 'frontend', 'migrate', 'test'].map((name) => [name, ours(name)])),
  neighbour: pod('taskflow'),
  stranger: pod('default'),
  dapr: pod('dapr-system'),
  kafka: pod('kafka'),
  dns: pod('kube-system'),
  prometheus: pod('monitoring'),
  controller: pod('ingress-nginx'),
  database: { address: '203.0.113.7' },
  api: { address: '10.0.0.5' },
  internet: { address: '198.51.100.1' },
  cloud: { address: '169.254.169.254' },
};

const ALLOWED: [string, string][] = [
  ['default', 'frontend -> backend:50002'],
  ['default', 'worker -> backend:50002'],
  ...['backend', 'worker', 'frontend'].flatMap((name): [string, string][] => [
    ...[50_001, 6500, 50_005, 50_006].map((port): [string, string] => ['default', `${name} -> dapr:${port}`]),
    ['default', `${name} -> dns:53`],
  ]),
  ...['backend', 'worker'].flatMap((name): [string, string][] => [
    ['default', `${name} -> kafka:9092`],
    ['default', `${name} -> database:5432`],
    ['default', `${name} -> api:6443`],
    ['ha', `${name} -> api:6443`],
  ]),
  ['default', 'migrate -> database:5432'],
  ['default', 'migrate -> dns:53'],
  ['default', 'test -> frontend:3002'],
  ['ha', 'test -> frontend:3002'],
  ['default', 'stranger -> frontend:3002'],
  ['ha', 'controller -> frontend:3002'],
  ['ha', 'worker -> internet:443'],
  ['monitoring', 'prometheus -> backend:3000'],
  ['monitoring', 'prometheus -> worker:9090'],
];

const REFUSED: [string, string][] = [
  ['default', 'stranger -> backend:3000'],
  ['default', 'stranger -> backend:50002'],
  ['default', 'neighbour -> backend:50002'],
  ['default', 'frontend -> backend:3000'],
  ['default', 'frontend -> backend:50001'],
  ['default', 'frontend -> worker:50002'],
  ['default', 'backend -> worker:50002'],
  ['default', 'backend -> frontend:3002'],
  ['default', 'frontend -> kafka:9092'],
  ['default', 'frontend -> database:5432'],
  ['default', 'frontend -> api:6443'],
  ['default', 'worker -> internet:80'],
  ['default', 'frontend -> internet:443'],
  ['default', 'migrate -> kafka:9092'],
  ['default', 'test -> backend:50002'],
  ['default', 'stranger -> worker:3001'],
  ['default', 'prometheus -> backend:9090'],
  ['monitoring', 'stranger -> backend:3000'],
  ['ha', 'stranger -> frontend:3002'],
  ['ha', 'worker -> cloud:443'],
  ['ha', 'backend -> internet:443'],
  ['ha', 'backend -> internet:5432'],
];

test.for(ALLOWED)('%s: %s', async ([values, flow]) => expect(await isAllowed(values, flow)).toBe(true));
test.for(REFUSED)('%s: not %s', async ([values, flow]) => expect(await isAllowed(values, flow)).toBe(false));

async function isAllowed(values: string, flow: string): Promise<boolean> {
  const [, from = '', to = '', port] = /^(\w+) -> (\w+):(\d+)$/.exec(flow) ?? [];
  const [source, target] = [ENDS[from], ENDS[to]];
  if (source === undefined || target === undefined) throw new Error(`${flow} names an end that is not known`);
  const policies = (await render(values)).filter(({ kind }) => kind === 'NetworkPolicy');
  return (
    opens(policies, 'Egress', source, target, Number(port)) && opens(policies, 'Ingress', target, source, Number(port))
  );
}

/** As the API says it: a pod that no policy of the direction selects is open; else one of the rules must match. */
function opens(policies: Manifest[], direction: 'Ingress' | 'Egress', self: End, other: End, port: number): boolean {
  const mine = policies.filter(
    ({ spec, metadata }) =>
      spec.policyTypes.includes(direction) && isSelected(self, spec.podSelector, metadata.namespace),
  );
  if (mine.length === 0) return true;
  const [rules, peers] = direction === 'Ingress' ? ['ingress', 'from'] : ['egress', 'to'];
  return mine.some(({ spec, metadata }) =>
    (spec[rules] ?? []).some(
      (rule: Json) =>
        rule.ports.some((one: Json) => one.port === port) &&
        (rule[peers] === undefined || rule[peers].some((peer: Json) => isPeer(other, peer, metadata.namespace))),
    ),
  );
}

function isPeer(end: End, { ipBlock, podSelector, namespaceSelector }: Json, namespace: string | undefined): boolean {
  if (ipBlock !== undefined) return 'address' in end && isIn(end.address, ipBlock);
  if ('address' in end) return false;
  if (namespaceSelector === undefined) return isSelected(end, podSelector, namespace);
  const labels = { 'kubernetes.io/metadata.name': end.namespace };
  return matches(labels, namespaceSelector) && (podSelector === undefined || matches(end.labels, podSelector));
}

const isSelected = (end: End, selector: Json, namespace: string | undefined): boolean =>
  'labels' in end && end.namespace === namespace && matches(end.labels, selector);

function matches(labels: Record<string, string>, { matchLabels = {}, matchExpressions = [] }: Json): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values }: Json) => operator === 'In' && values.includes(labels[key]))
  );
}

const isIn = (address: string, { cidr, except = [] }: { cidr: string; except?: string[] }): boolean =>
  contains(cidr, address) && !except.some((one) => contains(one, address));

function contains(cidr: string, address: string): boolean {
  const [network = '', bits] = cidr.split('/');
  const shift = 32n - BigInt(Number(bits));
  return toNumber(network) >> shift === toNumber(address) >> shift;
}

const toNumber = (address: string): bigint =>
  address.split('.').reduce((sum, part) => sum * 256n + BigInt(Number(part)), 0n);
