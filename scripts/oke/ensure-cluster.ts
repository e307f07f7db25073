/** The cluster of docs/oke.md, made step by step; what is there already is left as it is. */
import {
  availabilityDomains,
  type Call,
  cluster,
  gateway,
  kubeconfig,
  nodeImages,
  nodePool,
  type Resource,
  routes,
  type Settings,
  type SubnetName,
  securityList,
  subnet,
  vcn,
  versions,
} from './calls.ts';

export interface Cloud {
  /** What the CLI answers under `data`. */
  ask(call: Call): Promise<unknown>;
  say(line: string): void;
}

export interface Wanted extends Settings {
  /** The newest that there is, unless named. */
  kubernetes_version: string | null;
  /** Counted from 1: another may have room when one is out of hosts. */
  availability_domain: number;
}

export async function ensureCluster(cloud: Cloud, wanted: Wanted): Promise<void> {
  const ensure = (resource: Resource) => ensureResource(cloud, resource);
  const vcn_id = await ensure(vcn(wanted));
  const gateway_id = await ensure(gateway(wanted, vcn_id));
  const routes_id = await ensure(routes(wanted, vcn_id, gateway_id));
  const makeSubnet = async (name: SubnetName) => {
    const rules = await ensure(securityList(wanted, vcn_id, name));
    return ensure(subnet(wanted, vcn_id, name, { routes: routes_id, rules }));
  };
  const [api_subnet, nodes_subnet, balancer_subnet] = [
    await makeSubnet('api'),
    await makeSubnet('nodes'),
    await makeSubnet('balancers'),
  ];
  const version = wanted.kubernetes_version ?? (await newestVersion(cloud));
  const cluster_id = await ensure(cluster(wanted, { vcn_id, version, api_subnet, balancer_subnet }));
  const image_id = await newestImage(cloud, version);
  const availability_domain = await availabilityDomain(cloud, wanted);
  await ensure(nodePool(wanted, { cluster_id, version, image_id, availability_domain, subnet: nodes_subnet }));
  await cloud.ask(kubeconfig(cluster_id));
  cloud.say('kubectl talks to it now: kubectl get nodes');
}

async function ensureResource(cloud: Cloud, { what, list, create }: Resource): Promise<string> {
  const find = async () => ((await cloud.ask(list)) as { id: string }[] | undefined)?.[0]?.id;
  const found = await find();
  cloud.say(found === undefined ? `${what}: is made` : `${what}: is there`);
  if (found !== undefined) return found;
  await cloud.ask(create);
  const made = await find();
  if (made === undefined)
    throw new Error(`${what} was made, and cannot be found: look into the console, and start again.`);
  return made;
}

async function newestVersion(cloud: Cloud): Promise<string> {
  const { 'kubernetes-versions': all } = (await cloud.ask(versions())) as { 'kubernetes-versions': string[] };
  return last(all, 'There is no version of Kubernetes in this region.');
}

/** Oracle's image for nodes of that version: the build number is the last part of its name. */
async function newestImage(cloud: Cloud, version: string): Promise<string> {
  const { sources } = (await cloud.ask(nodeImages(version))) as {
    sources: { 'source-name': string; 'image-id': string }[];
  };
  const fitting = sources.filter(({ 'source-name': name }) => name.includes('aarch64') && !name.includes('GPU'));
  const name = last(
    fitting.map((source) => source['source-name']),
    `There is no image for Arm nodes of Kubernetes ${version}.`,
  );
  return fitting.find((source) => source['source-name'] === name)!['image-id'];
}

async function availabilityDomain(cloud: Cloud, wanted: Wanted): Promise<string> {
  const all = (await cloud.ask(availabilityDomains(wanted))) as { name: string }[];
  const found = all[wanted.availability_domain - 1];
  if (!found)
    throw new Error(`There are ${all.length} availability domains here: ${all.map(({ name }) => name).join(', ')}.`);
  return found.name;
}

function last(names: readonly string[], otherwise: string): string {
  const found = [...names].sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
  if (found === undefined) throw new Error(otherwise);
  return found;
}
