/** Where things of the node are: it has a network of its own, so the addresses are the same in every cluster. */
import path from 'node:path';

export const NODE = 'node1';
export const NODE_ADDRESS = '10.99.0.1';
export const API = `https://${NODE_ADDRESS}:6443`;
export const PODS = '10.244.0.0/16';
export const PODS_OF_NODE = '10.244.0.0/24';
export const SERVICES = '10.96.0.0/16';
export const API_SERVICE = '10.96.0.1';
export const DNS_ADDRESS = '10.96.0.10';

/** Of those who talk to the API. */
export const USERS = ['admin', 'controller-manager', 'scheduler', 'proxy', 'kubelet'] as const;
export type User = (typeof USERS)[number];

export interface Layout {
  folder: string;
  /** Programs by their own names, the way they look for each other. */
  bin(program: string): string;
  config(file: string): string;
  certificate(name: string): string;
  key(name: string): string;
  kubeconfig(user: User): string;
  log(component: string): string;
  data(name: string): string;
}

export const layoutOf = (folder: string): Layout => ({
  folder,
  bin: (program) => path.join(folder, 'bin', program),
  config: (file) => path.join(folder, 'config', file),
  certificate: (name) => path.join(folder, 'pki', `${name}.crt`),
  key: (name) => path.join(folder, 'pki', `${name}.key`),
  kubeconfig: (user) => path.join(folder, 'pki', `${user}.kubeconfig`),
  log: (component) => path.join(folder, 'logs', `${component}.log`),
  data: (name) => path.join(folder, name),
});
