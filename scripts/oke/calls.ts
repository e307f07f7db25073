/** What is asked of Oracle's cloud, in the words of its CLI: a command, and the JSON that `--from-json` takes. */

export interface Call {
  command: string;
  input: Record<string, unknown>;
}

export interface Settings {
  /** OCID of the compartment; the tenancy’s own is one. */
  compartment: string;
  /** Who may talk to the Kubernetes API. */
  admin_cidr: string;
}

/** Something that is there once: found by its name, made if it is not found. */
export interface Resource {
  what: string;
  list: Call;
  create: Call;
}

/** Everything has it, so that it is found, and its costs are seen. */
const NAME = 'taskflow';
const TAGS = { freeformTags: { application: NAME } };
const NETWORK = { vcn: '10.0.0.0/16', api: '10.0.0.0/28', nodes: '10.0.16.0/20', balancers: '10.0.32.0/24' };
const ANYWHERE = '0.0.0.0/0';
const WAIT = { waitForState: ['AVAILABLE'], maxWaitSeconds: 600 };

/** Always Free since June 2026 (docs/oke.md): all of it in one node. */
export const NODE = { shape: 'VM.Standard.A1.Flex', ocpus: 2, memory_gb: 12, boot_volume_gb: 50 };

export function vcn({ compartment }: Settings): Resource {
  return network('vcn', NAME, { compartmentId: compartment }, { cidrBlocks: [NETWORK.vcn], dnsLabel: NAME });
}

export function gateway(settings: Settings, vcn_id: string): Resource {
  return network('internet-gateway', NAME, inside(settings, vcn_id), { isEnabled: true });
}

export function routes(settings: Settings, vcn_id: string, gateway_id: string): Resource {
  const rule = { destination: ANYWHERE, destinationType: 'CIDR_BLOCK', networkEntityId: gateway_id };
  return network('route-table', NAME, inside(settings, vcn_id), { routeRules: [rule] });
}

export type SubnetName = 'api' | 'nodes' | 'balancers';

/** After Oracle's “Example Network Resource Configurations” (Flannel, public endpoint). */
export function securityList(settings: Settings, vcn_id: string, name: SubnetName): Resource {
  return network('security-list', `${NAME}-${name}`, inside(settings, vcn_id), RULES[name](settings));
}

const RULES: Record<SubnetName, (settings: Settings) => object> = {
  api: ({ admin_cidr }) => ({
    ingressSecurityRules: [
      from(admin_cidr, 'kubectl', 6443),
      from(NETWORK.nodes, 'nodes to the API', 6443),
      from(NETWORK.nodes, 'nodes to the control plane', 12250),
      { ...from(NETWORK.nodes, 'path MTU discovery'), ...PATH_MTU },
    ],
    egressSecurityRules: [
      to(NETWORK.nodes, 'control plane to nodes and pods'),
      { ...to(NETWORK.nodes, 'path MTU discovery'), ...PATH_MTU },
      to(ANYWHERE, 'Oracle’s services', 443),
    ],
  }),
  nodes: () => ({
    ingressSecurityRules: [
      { ...from(NETWORK.nodes, 'pods of other nodes'), protocol: 'all' },
      from(NETWORK.api, 'control plane to nodes and pods'),
      { ...from(ANYWHERE, 'path MTU discovery'), ...PATH_MTU },
      from(NETWORK.balancers, 'load balancers to node ports', 30000, 32767),
      from(NETWORK.balancers, 'health checks of load balancers', 10256),
    ],
    egressSecurityRules: [{ ...to(ANYWHERE, 'images, Neon, Oracle’s services'), protocol: 'all' }],
  }),
  balancers: () => ({
    ingressSecurityRules: [from(ANYWHERE, 'browsers', 443), from(ANYWHERE, 'browsers, to be sent to HTTPS', 80)],
    egressSecurityRules: [to(NETWORK.nodes, 'node ports', 30000, 32767), to(NETWORK.nodes, 'health checks', 10256)],
  }),
};

/** Nodes have public addresses, which cost nothing, instead of a NAT gateway; nobody outside may open a connection to them. */
export function subnet(
  settings: Settings,
  vcn_id: string,
  name: SubnetName,
  ids: { routes: string; rules: string },
): Resource {
  return network('subnet', `${NAME}-${name}`, inside(settings, vcn_id), {
    cidrBlock: NETWORK[name],
    dnsLabel: name,
    prohibitPublicIpOnVnic: false,
    routeTableId: ids.routes,
    securityListIds: [ids.rules],
  });
}

export function cluster(
  { compartment }: Settings,
  of: { vcn_id: string; version: string; api_subnet: string; balancer_subnet: string },
): Resource {
  const named = { compartmentId: compartment, name: NAME };
  return {
    what: 'the cluster',
    list: { command: 'ce cluster list', input: { ...named, lifecycleState: ['CREATING', 'ACTIVE', 'UPDATING'] } },
    create: {
      command: 'ce cluster create',
      input: {
        ...named,
        ...TAGS,
        vcnId: of.vcn_id,
        kubernetesVersion: of.version,
        // The control plane of an enhanced cluster costs money.
        type: 'BASIC_CLUSTER',
        clusterPodNetworkOptions: [{ cniType: 'FLANNEL_OVERLAY' }],
        endpointSubnetId: of.api_subnet,
        endpointPublicIpEnabled: true,
        serviceLbSubnetIds: [of.balancer_subnet],
        waitForState: ['SUCCEEDED', 'FAILED'],
        maxWaitSeconds: 1800,
      },
    },
  };
}

export function nodePool(
  { compartment }: Settings,
  of: { cluster_id: string; version: string; image_id: string; availability_domain: string; subnet: string },
): Resource {
  const named = { compartmentId: compartment, clusterId: of.cluster_id, name: NAME };
  return {
    what: 'the node pool',
    list: {
      command: 'ce node-pool list',
      input: { ...named, lifecycleState: ['CREATING', 'ACTIVE', 'UPDATING', 'NEEDS_ATTENTION'] },
    },
    create: {
      command: 'ce node-pool create',
      input: {
        ...named,
        ...TAGS,
        kubernetesVersion: of.version,
        nodeShape: NODE.shape,
        nodeShapeConfig: { ocpus: NODE.ocpus, memoryInGBs: NODE.memory_gb },
        nodeSourceDetails: { sourceType: 'IMAGE', imageId: of.image_id, bootVolumeSizeInGBs: NODE.boot_volume_gb },
        placementConfigs: [{ availabilityDomain: of.availability_domain, subnetId: of.subnet }],
        size: 1,
        waitForState: ['SUCCEEDED', 'FAILED'],
        maxWaitSeconds: 1800,
      },
    },
  };
}

export const versions = (): Call => ({ command: 'ce cluster-options get', input: { clusterOptionId: 'all' } });

export const availabilityDomains = ({ compartment }: Settings): Call => ({
  command: 'iam availability-domain list',
  input: { compartmentId: compartment },
});

export const nodeImages = (version: string): Call => ({
  command: 'ce node-pool-options get',
  input: { nodePoolOptionId: 'all', nodePoolOsArch: 'AARCH64', nodePoolOsType: 'OL8', nodePoolK8sVersion: version },
});

export const kubeconfig = (cluster_id: string): Call => ({
  command: 'ce cluster create-kubeconfig',
  input: { clusterId: cluster_id, kubeEndpoint: 'PUBLIC_ENDPOINT', tokenVersion: '2.0.0' },
});

function network(kind: string, name: string, where: object, made: object): Resource {
  return {
    what: `${kind} ${name}`,
    list: { command: `network ${kind} list`, input: { ...where, displayName: name, lifecycleState: 'AVAILABLE' } },
    create: { command: `network ${kind} create`, input: { ...where, displayName: name, ...made, ...TAGS, ...WAIT } },
  };
}

const inside = ({ compartment }: Settings, vcn_id: string) => ({ compartmentId: compartment, vcnId: vcn_id });

/** ICMP type 3, code 4: without it large packets vanish. */
const PATH_MTU = { protocol: '1', icmpOptions: { type: 3, code: 4 } };

const from = (source: string, description: string, min?: number, max = min) => ({
  ...{ source, sourceType: 'CIDR_BLOCK', description },
  ...tcp(min, max),
});
const to = (destination: string, description: string, min?: number, max = min) => ({
  ...{ destination, destinationType: 'CIDR_BLOCK', description },
  ...tcp(min, max),
});
const tcp = (min?: number, max?: number) => ({
  protocol: '6',
  isStateless: false,
  ...(min === undefined ? {} : { tcpOptions: { destinationPortRange: { min, max } } }),
});
