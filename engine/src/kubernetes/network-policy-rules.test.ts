import { expect, test } from 'vitest';
import { type ClusterState, type NetworkPolicy, networkPolicyRules, type Pod } from './network-policy-rules.ts';

const aPod = (address: string, app: string, more: Partial<Pod['spec']> = {}, namespace = 'shop'): Pod => ({
  metadata: { namespace, labels: { app } },
  spec: { containers: [{ ports: [{ name: 'http', containerPort: 8080 }] }], ...more },
  status: { podIP: address, phase: 'Running' },
});

const aPolicy = (spec: NetworkPolicy['spec']): NetworkPolicy => ({ metadata: { namespace: 'shop' }, spec });

const PODS = [aPod('10.0.0.1', 'page'), aPod('10.0.0.2', 'till'), aPod('10.0.0.3', 'till', {}, 'other')];
const NAMESPACES = [{ metadata: { name: 'shop' } }, { metadata: { name: 'other', labels: { team: 'blue' } } }];

/** The rules of one chain, without what all of them end with. */
function chain(policies: NetworkPolicy[], name: string, pods = PODS): string[] | null {
  const state: ClusterState = { pods, namespaces: NAMESPACES, policies };
  const found = new RegExp(`  chain ${name} \\{\\n(.*?)\\n  \\}`, 's').exec(networkPolicyRules(state));
  return found?.[1]?.split('\n').map((line) => line.trim()) ?? null;
}

test('a pod that no policy selects is not looked at', () => {
  const policy = aPolicy({ podSelector: { matchLabels: { app: 'page' } } });
  expect(chain([policy], 'ingress-10-0-0-2')).toBeNull();
  expect(chain([policy], 'egress-10-0-0-1')).toBeNull();
  expect(chain([policy], 'ingress-10-0-0-3')).toBeNull();
});

test('a policy without rules lets nothing in', () => {
  expect(chain([aPolicy({})], 'ingress-10-0-0-1')).toEqual(['counter drop']);
});

test('what any of several policies allows is allowed', () => {
  const rules = chain(
    [
      aPolicy({ ingress: [{ from: [{ podSelector: { matchLabels: { app: 'till' } } }], ports: [{ port: 'http' }] }] }),
      aPolicy({
        ingress: [
          {
            ports: [
              { port: 53, protocol: 'UDP' },
              { port: 8000, endPort: 8010 },
            ],
          },
        ],
      }),
    ],
    'ingress-10-0-0-1',
  );
  expect(rules).toEqual([
    'ip saddr 10.0.0.2 tcp dport 8080 return',
    'udp dport 53 return',
    'tcp dport 8000-8010 return',
    'counter drop',
  ]);
});

test('peers are of the policy’s own namespace unless it says otherwise', () => {
  const to = (peer: object) =>
    chain([aPolicy({ policyTypes: ['Egress'], egress: [{ to: [peer] }] })], 'egress-10-0-0-1')?.slice(0, -1);
  expect(to({ podSelector: {} })).toEqual(['ip daddr 10.0.0.1  return', 'ip daddr 10.0.0.2  return']);
  expect(to({ namespaceSelector: { matchLabels: { team: 'blue' } } })).toEqual(['ip daddr 10.0.0.3  return']);
  const both = {
    namespaceSelector: {},
    podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['till'] }] },
  };
  expect(to(both)).toEqual(['ip daddr 10.0.0.2  return', 'ip daddr 10.0.0.3  return']);
  expect(to({ ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] } })).toEqual([
    'ip daddr 0.0.0.0/0 ip daddr != { 10.0.0.0/8 }  return',
  ]);
});

test('pods on the node’s own network and pods that have ended are nobody', () => {
  const ended: Pod = { ...aPod('10.0.0.5', 'page'), status: { podIP: '10.0.0.5', phase: 'Succeeded' } };
  const text = networkPolicyRules({
    pods: [aPod('10.0.0.4', 'page', { hostNetwork: true }), ended],
    namespaces: NAMESPACES,
    policies: [aPolicy({})],
  });
  expect(text).not.toMatch(/10\.0\.0\.[45]/);
});
