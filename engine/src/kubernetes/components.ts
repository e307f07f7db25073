/** The parts of Kubernetes on a node, with all their settings: what they have in common with a real cluster, and what one node in a box needs otherwise. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { API, DNS_ADDRESS, type Layout, NODE, NODE_ADDRESS, PODS, PODS_OF_NODE, SERVICES } from './layout.ts';

export interface Component {
  name: string;
  command: string[];
}

const ETCD = 'http://127.0.0.1:2379';
export const CONTAINERD_SOCKET = '/run/containerd/containerd.sock';
/** The container that holds a pod's namespaces. */
export const PAUSE_IMAGE = 'registry.k8s.io/pause:3.10.1';

export const containerd = (layout: Layout): Component => ({
  name: 'containerd',
  command: [layout.bin('containerd'), '-c', layout.config('containerd.toml')],
});

export const etcd = (layout: Layout): Component => ({
  name: 'etcd',
  command: [
    layout.bin('etcd'),
    ...['--name', NODE, '--data-dir', layout.data('etcd'), '--log-level', 'warn'],
    ...['--listen-client-urls', ETCD, '--advertise-client-urls', ETCD, '--listen-peer-urls', 'http://127.0.0.1:2380'],
    // The cluster does not outlive its machine.
    '--unsafe-no-fsync',
  ],
});

export const apiServer = ({ bin, certificate, key }: Layout): Component => ({
  name: 'kube-apiserver',
  command: [
    bin('kube-apiserver'),
    ...flags({
      'etcd-servers': ETCD,
      'advertise-address': NODE_ADDRESS,
      'secure-port': 6443,
      'service-cluster-ip-range': SERVICES,
      'authorization-mode': 'Node,RBAC',
      'enable-admission-plugins': 'NodeRestriction',
      'allow-privileged': true,
      'client-ca-file': certificate('ca'),
      'tls-cert-file': certificate('apiserver'),
      'tls-private-key-file': key('apiserver'),
      'kubelet-client-certificate': certificate('apiserver-kubelet'),
      'kubelet-client-key': key('apiserver-kubelet'),
      'kubelet-certificate-authority': certificate('ca'),
      'kubelet-preferred-address-types': 'InternalIP',
      'service-account-issuer': 'https://kubernetes.default.svc.cluster.local',
      'service-account-key-file': certificate('service-accounts'),
      'service-account-signing-key-file': key('service-accounts'),
      'requestheader-client-ca-file': certificate('front'),
      'requestheader-allowed-names': 'front-proxy-client',
      'requestheader-extra-headers-prefix': 'X-Remote-Extra-',
      'requestheader-group-headers': 'X-Remote-Group',
      'requestheader-username-headers': 'X-Remote-User',
      'proxy-client-cert-file': certificate('front-client'),
      'proxy-client-key-file': key('front-client'),
      'enable-aggregator-routing': true,
      profiling: false,
    }),
  ],
});

export const controllerManager = ({ bin, certificate, key, kubeconfig }: Layout): Component => ({
  name: 'kube-controller-manager',
  command: [
    bin('kube-controller-manager'),
    ...access(kubeconfig('controller-manager')),
    ...flags({
      'use-service-account-credentials': true,
      'service-account-private-key-file': key('service-accounts'),
      'root-ca-file': certificate('ca'),
      'cluster-signing-cert-file': certificate('ca'),
      'cluster-signing-key-file': key('ca'),
      'requestheader-client-ca-file': certificate('front'),
      'allocate-node-cidrs': true,
      'cluster-cidr': PODS,
      'service-cluster-ip-range': SERVICES,
      // Volumes are folders of the node.
      'enable-hostpath-provisioner': true,
      'horizontal-pod-autoscaler-sync-period': '5s',
    }),
  ],
});

export const scheduler = ({ bin, kubeconfig }: Layout): Component => ({
  name: 'kube-scheduler',
  command: [bin('kube-scheduler'), ...access(kubeconfig('scheduler'))],
});

export const kubelet = ({ bin, config, kubeconfig }: Layout): Component => ({
  name: 'kubelet',
  command: [
    bin('kubelet'),
    ...flags({
      config: config('kubelet.json'),
      kubeconfig: kubeconfig('kubelet'),
      'hostname-override': NODE,
      'node-ip': NODE_ADDRESS,
    }),
  ],
});

export const proxy = ({ bin, config }: Layout): Component => ({
  name: 'kube-proxy',
  command: [bin('kube-proxy'), `--config=${config('kube-proxy.json')}`],
});

/** The controller manager makes a volume's folder for root alone, and what is on the node cannot have the pod's group (`fsGroup`). */
export const volumeKeeper = (layout: Layout): Component => ({
  name: 'volumes',
  command: [
    ...['sh', '-c', 'while sleep 0.3; do find "$1" -mindepth 1 -maxdepth 1 -perm 750 -exec chmod 777 {} +; done', 'sh'],
    layout.data('volumes'),
  ],
});

export const networkPolicies = ({ certificate, key }: Layout): Component => ({
  name: 'network-policies',
  command: [
    process.execPath,
    path.join(import.meta.dirname, 'network-policies.ts'),
    ...[API, certificate('ca'), certificate('admin'), key('admin')],
  ],
});

/** There is one of each, so nobody needs to be elected. */
const access = (file: string): string[] =>
  flags({
    kubeconfig: file,
    'authentication-kubeconfig': file,
    'authorization-kubeconfig': file,
    'bind-address': '127.0.0.1',
    'leader-elect': false,
  });

const flags = (values: Record<string, string | number | boolean>): string[] =>
  Object.entries(values).map(([name, value]) => `--${name}=${value}`);

export function writeConfigurations(layout: Layout): void {
  mkdirSync(layout.config('cni'), { recursive: true });
  const write = (name: string, text: string) => writeFileSync(layout.config(name), text);
  write('containerd.toml', containerdToml(layout));
  write('cni/10-bridge.conflist', JSON.stringify(BRIDGE));
  write('kubelet.json', JSON.stringify(kubeletConfiguration(layout)));
  write('kube-proxy.json', JSON.stringify(proxyConfiguration(layout)));
}

const containerdToml = ({ bin, config }: Layout): string => `version = 3
root = "/var/lib/containerd"
state = "/run/containerd"
[grpc]
  address = "${CONTAINERD_SOCKET}"
[plugins.'io.containerd.cri.v1.images'.pinned_images]
  sandbox = "${PAUSE_IMAGE}"
[plugins.'io.containerd.cri.v1.runtime']
  # A machine that is a container itself may not give a process a better chance when memory runs out.
  restrict_oom_score_adj = true
[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"
[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
  BinaryName = "${bin('runc')}"
  SystemdCgroup = false
[plugins.'io.containerd.cri.v1.runtime'.cni]
  bin_dirs = ["${bin('')}"]
  conf_dir = "${config('cni')}"
`;

const BRIDGE = {
  cniVersion: '1.0.0',
  name: 'bridge',
  plugins: [
    {
      type: 'bridge',
      bridge: 'cni0',
      isGateway: true,
      ipMasq: false,
      hairpinMode: true,
      ipam: {
        type: 'host-local',
        dataDir: '/run/cni-ipam',
        ranges: [[{ subnet: PODS_OF_NODE }]],
        routes: [{ dst: '0.0.0.0/0' }],
      },
    },
    { type: 'portmap', capabilities: { portMappings: true }, backend: 'nftables' },
  ],
};

const kubeletConfiguration = ({ certificate, key }: Layout) => ({
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  // Version 1 of control groups is what many machines that are containers themselves offer.
  failCgroupV1: false,
  cgroupDriver: 'cgroupfs',
  failSwapOn: false,
  containerRuntimeEndpoint: `unix://${CONTAINERD_SOCKET}`,
  authentication: {
    anonymous: { enabled: false },
    webhook: { enabled: true },
    x509: { clientCAFile: certificate('ca') },
  },
  authorization: { mode: 'Webhook' },
  tlsCertFile: certificate('kubelet'),
  tlsPrivateKeyFile: key('kubelet'),
  clusterDNS: [DNS_ADDRESS],
  clusterDomain: 'cluster.local',
  maxPods: 60,
  // The machine's disk is not the cluster's: however full it is, no pod is evicted and no image deleted for it.
  imageGCHighThresholdPercent: 100,
  evictionHard: Object.fromEntries(
    [
      ...['memory.available', 'nodefs.available', 'nodefs.inodesFree'],
      ...['imagefs.available', 'imagefs.inodesFree', 'pid.available'],
    ].map((signal) => [signal, '0%']),
  ),
  syncFrequency: '10s',
  nodeStatusUpdateFrequency: '5s',
});

const proxyConfiguration = ({ kubeconfig }: Layout) => ({
  apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
  kind: 'KubeProxyConfiguration',
  mode: 'nftables',
  clusterCIDR: PODS,
  hostnameOverride: NODE,
  clientConnection: { kubeconfig: kubeconfig('proxy') },
  // These would be set for the whole machine.
  conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
});
