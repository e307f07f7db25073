/** Oracle's API as far as the CLI is led to it: what is made can be listed and looked at, and every request is kept. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface InMemoryCloud {
  url: string;
  made: { path: string; body: Record<string, unknown> }[];
  close(): Promise<void>;
}

const CLUSTERS = '/20180222';
const NETWORK = '/20160918';

export async function startInMemoryCloud(): Promise<InMemoryCloud> {
  const made: InMemoryCloud['made'] = [];
  const things = new Map<string, Record<string, unknown>[]>();
  const create = (path: string, body: Record<string, unknown>) => {
    made.push({ path, body });
    const kind = path.slice(path.lastIndexOf('/') + 1);
    const state = path.startsWith(CLUSTERS) ? 'ACTIVE' : 'AVAILABLE';
    const thing = { ...body, id: `ocid1.${kind.toLowerCase()}.oc1..${made.length}`, lifecycleState: state };
    things.set(path, [...(things.get(path) ?? []), thing]);
    return thing;
  };
  const look = (url: URL): unknown => {
    const path = url.pathname.replace(/\/$/, '');
    const known = KNOWN[path];
    if (known !== undefined) return known;
    if (path.startsWith(`${CLUSTERS}/workRequests/`))
      return { id: path.split('/').at(-1), status: 'SUCCEEDED', resources: [] };
    const [collection, id] = [path.slice(0, path.lastIndexOf('/')), path.slice(path.lastIndexOf('/') + 1)];
    const one = things.get(collection)?.find((thing) => thing.id === id);
    if (one) return one;
    const name = url.searchParams.get('displayName') ?? url.searchParams.get('name');
    return (things.get(path) ?? []).filter((thing) => (thing.displayName ?? thing.name) === name);
  };
  const server = http.createServer(async (request, response) => {
    const url = new URL(request.url!, 'http://cloud');
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    response.setHeader('content-type', 'application/json');
    response.setHeader('opc-request-id', 'of-a-test');
    if (url.pathname.endsWith('/kubeconfig/content')) {
      response.setHeader('content-type', 'application/x-yaml');
      return response.end(KUBECONFIG);
    }
    if (request.method === 'GET') return response.end(JSON.stringify(look(url)));
    const thing = create(url.pathname.replace(/\/$/, ''), JSON.parse(Buffer.concat(pieces).toString()));
    if (!url.pathname.startsWith(CLUSTERS)) return response.end(JSON.stringify(thing));
    // Clusters and node pools are promised, not given.
    return response.writeHead(202, { 'opc-work-request-id': `ocid1.clustersworkrequest.oc1..${made.length}` }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    made,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

const source = (name: string, id: string) => ({
  sourceType: 'IMAGE',
  sourceName: name,
  imageId: `ocid1.image.oc1..${id}`,
});

const KNOWN: Record<string, unknown> = {
  [`${NETWORK}/availabilityDomains`]: [{ name: 'Uocm:EU-FRANKFURT-1-AD-1' }, { name: 'Uocm:EU-FRANKFURT-1-AD-2' }],
  [`${CLUSTERS}/clusterOptions/all`]: { kubernetesVersions: ['v1.33.1', 'v1.9.9', 'v1.34.2'] },
  [`${CLUSTERS}/nodePoolOptions/all`]: {
    sources: [
      source('Oracle-Linux-8.10-aarch64-2026.08.30-0-OKE-1.34.2-99', 'older'),
      source('Oracle-Linux-8.10-aarch64-2026.10.31-0-OKE-1.34.2-1104', 'newest'),
      source('Oracle-Linux-8.10-Gen2-GPU-2026.10.31-0-OKE-1.34.2-1104', 'gpu'),
    ],
  },
};

const KUBECONFIG = `apiVersion: v1
kind: Config
clusters: [{ name: taskflow, cluster: { server: 'https://192.0.2.1:6443' } }]
contexts: [{ name: taskflow, context: { cluster: taskflow, user: me } }]
users: [{ name: me, user: { token: none } }]
current-context: taskflow
`;
