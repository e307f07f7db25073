/** NetworkPolicies as rules of nftables: what no policy of a selected pod allows is dropped (networking.k8s.io/v1, NetworkPolicySpec). */

export interface Pod {
  metadata: { namespace: string; labels?: Labels };
  spec: { hostNetwork?: boolean; containers: Container[]; initContainers?: Container[] };
  status: { podIP?: string; phase?: string };
}

interface Container {
  ports?: { name?: string; containerPort: number; protocol?: string }[];
}

export interface Namespace {
  metadata: { name: string; labels?: Labels };
}

export interface NetworkPolicy {
  metadata: { namespace: string };
  spec: { podSelector?: Selector; policyTypes?: Direction[]; ingress?: Rule[]; egress?: Rule[] };
}

type Labels = Record<string, string>;
type Direction = 'Ingress' | 'Egress';

interface Selector {
  matchLabels?: Labels;
  matchExpressions?: { key: string; operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist'; values?: string[] }[];
}

interface Peer {
  podSelector?: Selector;
  namespaceSelector?: Selector;
  ipBlock?: { cidr: string; except?: string[] };
}

interface Rule {
  from?: Peer[];
  to?: Peer[];
  ports?: { protocol?: string; port?: number | string; endPort?: number }[];
}

export interface ClusterState {
  pods: readonly Pod[];
  namespaces: readonly Namespace[];
  policies: readonly NetworkPolicy[];
}

/** A table that takes the place of the one before it. */
export function networkPolicyRules(state: ClusterState): string {
  const pods = state.pods.filter(
    ({ spec, status }) => status.podIP && !spec.hostNetwork && ['Running', 'Pending'].includes(status.phase ?? ''),
  );
  const chains = pods.flatMap((pod) =>
    (['Ingress', 'Egress'] as const).flatMap((direction) => {
      const policies = state.policies.filter((policy) => selects(policy, pod) && hasType(policy, direction));
      if (policies.length === 0) return [];
      const rules = policies.flatMap((policy) => allowed({ ...state, pods }, policy, pod, direction));
      return [{ direction, address: pod.status.podIP!, rules: [...new Set(rules)] }];
    }),
  );
  const name = ({ direction, address }: (typeof chains)[number]) =>
    `${direction.toLowerCase()}-${address.replaceAll('.', '-')}`;
  const jumps = (direction: Direction, field: string) =>
    chains
      .filter((chain) => chain.direction === direction)
      .map((chain) => `    ip ${field} ${chain.address} jump ${name(chain)}`);
  const hook = (at: string, ...more: string[][]) => [
    `  chain ${at} {`,
    `    type filter hook ${at} priority 10; policy accept;`,
    '    ct state established,related accept',
    ...more.flat(),
    '  }',
  ];
  return [
    // It may not be there yet: a table that is declared can be deleted.
    `table inet ${TABLE}`,
    `delete table inet ${TABLE}`,
    `table inet ${TABLE} {`,
    ...chains.flatMap((chain) => [
      `  chain ${name(chain)} {`,
      ...chain.rules.map((rule) => `    ${rule} return`),
      '    counter drop',
      '  }',
    ]),
    // Between pods, addresses of services being replaced already; and from pods to the node. The node itself (kubelet's probes) may.
    ...hook('forward', jumps('Egress', 'saddr'), jumps('Ingress', 'daddr')),
    ...hook('input', jumps('Egress', 'saddr')),
    '}',
    '',
  ].join('\n');
}

const TABLE = 'network-policies';

const selects = ({ metadata, spec }: NetworkPolicy, pod: Pod): boolean =>
  metadata.namespace === pod.metadata.namespace && matches(spec.podSelector, pod.metadata.labels);

/** Without types it is for what comes in, and for what goes out if it has rules for that. */
const hasType = ({ spec }: NetworkPolicy, direction: Direction): boolean =>
  spec.policyTypes?.includes(direction) ?? (direction === 'Ingress' || (spec.egress ?? []).length > 0);

function matches({ matchLabels = {}, matchExpressions = [] }: Selector = {}, labels: Labels = {}): boolean {
  const tests = {
    In: (key: string, values: string[]) => values.includes(labels[key] ?? ''),
    NotIn: (key: string, values: string[]) => !(key in labels) || !values.includes(labels[key]!),
    Exists: (key: string) => key in labels,
    DoesNotExist: (key: string) => !(key in labels),
  };
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => tests[operator](key, values))
  );
}

/** Matches of nftables, one for each peer and port. */
function allowed(state: ClusterState, policy: NetworkPolicy, pod: Pod, direction: Direction): string[] {
  const rules = (direction === 'Ingress' ? policy.spec.ingress : policy.spec.egress) ?? [];
  const field = direction === 'Ingress' ? 'saddr' : 'daddr';
  return rules.flatMap(({ from, to, ports }) => {
    const peers = (direction === 'Ingress' ? from : to) ?? [];
    // A name of a port is one of the pod that is spoken to.
    if (peers.length === 0) return portMatches(ports, direction === 'Ingress' ? [pod] : state.pods);
    return peers.flatMap((peer) => {
      if (peer.ipBlock) {
        const { cidr, except = [] } = peer.ipBlock;
        const but = except.length > 0 ? ` ip ${field} != { ${except.join(', ')} }` : '';
        return portMatches(ports, direction === 'Ingress' ? [pod] : []).map(
          (port) => `ip ${field} ${cidr}${but} ${port}`,
        );
      }
      return podsOf(state, policy.metadata.namespace, peer).flatMap((other) =>
        portMatches(ports, [direction === 'Ingress' ? pod : other]).map(
          (port) => `ip ${field} ${other.status.podIP} ${port}`,
        ),
      );
    });
  });
}

function podsOf({ pods, namespaces }: ClusterState, own: string, { podSelector, namespaceSelector }: Peer): Pod[] {
  const wanted = namespaceSelector
    ? namespaces
        .filter(({ metadata }) => matches(namespaceSelector, metadata.labels))
        .map(({ metadata }) => metadata.name)
    : [own];
  return pods.filter(({ metadata }) => wanted.includes(metadata.namespace) && matches(podSelector, metadata.labels));
}

function portMatches(ports: Rule['ports'], targets: readonly Pod[]): string[] {
  if (!ports || ports.length === 0) return [''];
  return ports.flatMap(({ protocol = 'TCP', port, endPort }) => {
    const word = protocol.toLowerCase();
    if (port === undefined) return [`meta l4proto ${word}`];
    if (typeof port === 'number') return [`${word} dport ${port}${endPort ? `-${endPort}` : ''}`];
    const numbers = targets.flatMap((pod) => portsNamed(pod, port, protocol));
    return [...new Set(numbers)].map((number) => `${word} dport ${number}`);
  });
}

const portsNamed = ({ spec }: Pod, name: string, wanted: string): number[] =>
  [...spec.containers, ...(spec.initContainers ?? [])]
    .flatMap(({ ports = [] }) => ports)
    .filter((port) => port.name === name && (port.protocol ?? 'TCP') === wanted)
    .map(({ containerPort }) => containerPort);
