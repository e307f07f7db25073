/** Who is who in the cluster: two authorities, a certificate for each part, and the files by which parts find the API. */
import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { Failure } from '@taskflow/core/domain/failure.ts';
import { API, API_SERVICE, type Layout, NODE, NODE_ADDRESS, USERS } from './layout.ts';

/** The second one is of the API server's front proxy, by which it makes itself known to metrics-server. */
const AUTHORITIES = { ca: 'kubernetes', front: 'front-proxy-ca' };
type Authority = keyof typeof AUTHORITIES;

interface Leaf {
  subject: string;
  by?: Authority;
  names?: readonly string[];
}

const API_NAMES = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc'].flatMap((name) => [
  `DNS:${name}`,
  `DNS:${name}.cluster.local`,
]);

const LEAVES: Record<string, Leaf> = {
  apiserver: {
    subject: '/CN=kube-apiserver',
    names: [...[NODE_ADDRESS, '127.0.0.1', API_SERVICE].map((address) => `IP:${address}`), ...API_NAMES],
  },
  'apiserver-kubelet': { subject: '/O=system:masters/CN=kube-apiserver-kubelet-client' },
  'front-client': { subject: '/CN=front-proxy-client', by: 'front' },
  admin: { subject: '/O=system:masters/CN=admin' },
  'controller-manager': { subject: '/CN=system:kube-controller-manager' },
  scheduler: { subject: '/CN=system:kube-scheduler' },
  proxy: { subject: '/CN=system:kube-proxy' },
  kubelet: { subject: `/O=system:nodes/CN=system:node:${NODE}`, names: [`IP:${NODE_ADDRESS}`, `DNS:${NODE}`] },
};

export async function makeCertificates(layout: Layout): Promise<void> {
  mkdirSync(layout.data('pki'), { recursive: true, mode: 0o700 });
  await Promise.all(Object.entries(AUTHORITIES).map(([name, subject]) => makeAuthority(layout, name, subject)));
  await Promise.all(Object.entries(LEAVES).map(([name, leaf]) => makeLeaf(layout, name, leaf)));
  const { publicKey } = makeKey(layout, 'service-accounts');
  writeFileSync(layout.certificate('service-accounts'), publicKey);
  for (const user of USERS) {
    // JSON is YAML.
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'taskflow', cluster: { server: API, 'certificate-authority': layout.certificate('ca') } }],
      users: [{ name: user, user: { 'client-certificate': layout.certificate(user), 'client-key': layout.key(user) } }],
      contexts: [{ name: 'taskflow', context: { cluster: 'taskflow', user } }],
      'current-context': 'taskflow',
    };
    writeFileSync(layout.kubeconfig(user), JSON.stringify(config), { mode: 0o600 });
  }
}

const makeAuthority = (layout: Layout, name: string, subject: string): Promise<void> =>
  makeCertificate(layout, name, `/CN=${subject}`, [
    'basicConstraints=critical,CA:TRUE',
    'keyUsage=critical,keyCertSign,cRLSign,digitalSignature',
  ]);

function makeLeaf(layout: Layout, name: string, { subject, by = 'ca', names = [] }: Leaf): Promise<void> {
  const extensions = [
    'basicConstraints=critical,CA:FALSE',
    'keyUsage=critical,digitalSignature',
    'extendedKeyUsage=serverAuth,clientAuth',
    ...(names.length > 0 ? [`subjectAltName=${names.join(',')}`] : []),
  ];
  return makeCertificate(layout, name, subject, extensions, by);
}

async function makeCertificate(
  layout: Layout,
  name: string,
  subject: string,
  extensions: readonly string[],
  by?: Authority,
): Promise<void> {
  makeKey(layout, name);
  const args = ['req', '-x509', '-days', '30', '-subj', subject, '-key', layout.key(name)];
  if (by) args.push('-CA', layout.certificate(by), '-CAkey', layout.key(by));
  args.push(...extensions.flatMap((extension) => ['-addext', extension]), '-out', layout.certificate(name));
  try {
    await promisify(execFile)('openssl', args, { env: { ...process.env, OPENSSL_CONF: openSslConfig(layout) } });
  } catch (error) {
    throw new Failure('unavailable', `OpenSSL 3 makes the cluster’s certificates, and failed: ${String(error)}`);
  }
}

/** Debian’s own would add extensions that we set otherwise. */
function openSslConfig(layout: Layout): string {
  const file = layout.data('pki/openssl.cnf');
  writeFileSync(file, '[req]\ndistinguished_name = subject\n[subject]\n');
  return file;
}

function makeKey(layout: Layout, name: string): { publicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  writeFileSync(layout.key(name), privateKey, { mode: 0o600 });
  return { publicKey };
}
