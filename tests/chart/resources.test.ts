/** Oracle's Always Free cluster has 2 OCPU, 12 GB and 200 GB of volumes for everything: what everything asks for is added up here. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { readYaml } from '../../k8s/local/manifests.ts';
import { daprModule, helm, ROOT, run } from './programs.ts';
import { find, type Json, type Manifest, parseManifests, podOf, render } from './render.ts';

/** cpu in thousandths of a core, memory in MiB. */
interface Sum {
  cpu_m: number;
  memory_mib: number;
  limit_mib: number;
}

const parts: Record<string, Sum> = {};
let dapr: Manifest[] = [];
let kafka: Json[] = [];

beforeAll(async () => {
  dapr = await renderDapr();
  kafka = (await readYaml(path.join(ROOT, 'k8s/kafka/cluster.yaml'))) as Json[];
  parts.taskflow = add(
    (await render('oke')).flatMap((manifest) => (manifest.kind === 'Deployment' ? podsOf(manifest) : [])),
  );
  parts.dapr = add(dapr.flatMap(podsOf));
  const [operator] = (await readYaml(path.join(ROOT, 'k8s/strimzi/values.yaml'))) as Json[];
  parts.kafka = add([
    ...kafka.flatMap(({ kind, spec }) => (kind === 'KafkaNodePool' ? Array(spec.replicas).fill(spec.resources) : [])),
    ...kafka.flatMap(({ spec }) => (spec.entityOperator ? [spec.entityOperator.topicOperator.resources] : [])),
    operator.resources,
  ]);
});

test('requests leave room for the system, and for the pods that an upgrade adds', () => {
  const { cpu_m, memory_mib } = total();
  // What stays free besides is for kubelet, DNS, the network plugin, and one more pod of each service.
  expect(cpu_m, JSON.stringify(parts)).toBeLessThanOrEqual(1_000);
  expect(memory_mib, JSON.stringify(parts)).toBeLessThanOrEqual(3 * 1024);
});

test('even with everything at its limit the memory is enough', () => {
  // 12 GB are 11.2 GiB, of which the node keeps about 2 for itself.
  expect(total().limit_mib, JSON.stringify(parts)).toBeLessThanOrEqual(6 * 1024);
});

test('the figures that are documented are these', () => {
  const text = readFileSync(path.join(ROOT, 'docs/decisions/0016-the-chart.md'), 'utf8');
  for (const { cpu_m, memory_mib, limit_mib } of [...Object.values(parts), total()]) {
    const [memory, limit] = [memory_mib, limit_mib].map((mib) => `${mib.toLocaleString('en')} MiB`);
    expect(text.replaceAll('**', '')).toContain(`| ${cpu_m} m | ${memory} | ${limit} |`);
  }
});

test('volumes: one for Kafka and one for the scheduler, each the smallest there is', () => {
  const scheduler = find(dapr, 'StatefulSet', 'dapr-scheduler-server').spec;
  const claims = dapr.flatMap(({ spec }) => spec?.volumeClaimTemplates ?? []);
  expect(claims.map((claim: Json) => claim.spec.resources.requests.storage)).toEqual(['50Gi']);
  expect(scheduler.replicas).toBe(1);
  const pool = kafka.find(({ kind }) => kind === 'KafkaNodePool').spec;
  expect(pool.storage.volumes.map((volume: Json) => volume.size)).toEqual(['50Gi']);
  expect(pool.replicas).toBe(1);
});

test('every container of the control plane keeps to the Pod Security Standard restricted', () => {
  const pods = dapr.map(podOf).filter((pod) => pod !== null);
  expect(pods).toHaveLength(5);
  for (const { spec } of pods) {
    for (const { securityContext } of spec.containers) {
      expect(securityContext).toMatchObject({
        ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, runAsNonRoot: true },
        ...{ capabilities: { drop: ['ALL'] }, seccompProfile: { type: 'RuntimeDefault' } },
      });
    }
  }
  const injector = find(dapr, 'Deployment', 'dapr-sidecar-injector').spec.template.spec.containers[0];
  const environment = Object.fromEntries(injector.env.map(({ name, value }: Json) => [name, value]));
  expect(environment).toMatchObject({
    SIDECAR_RUN_AS_NON_ROOT: 'true',
    SIDECAR_READ_ONLY_ROOT_FILESYSTEM: 'true',
    SIDECAR_DROP_ALL_CAPABILITIES: 'true',
  });
});

const total = (): Sum => Object.values(parts).reduce((sum, part) => plus(sum, part));

const plus = (a: Sum, b: Sum): Sum => ({
  cpu_m: a.cpu_m + b.cpu_m,
  memory_mib: a.memory_mib + b.memory_mib,
  limit_mib: a.limit_mib + b.limit_mib,
});

const add = (resources: Json[]): Sum =>
  resources
    .map(({ requests, limits }) => ({
      cpu_m: milli(requests.cpu),
      memory_mib: mebi(requests.memory),
      limit_mib: mebi(limits.memory),
    }))
    .reduce(plus);

/** The resources of each container of all pods of it, the sidecar's from its annotations. */
function podsOf(manifest: Manifest): Json[] {
  const pod = podOf(manifest);
  if (pod === null) return [];
  const annotations = pod.metadata.annotations ?? {};
  const of = (kind: string) => ({
    cpu: annotations[`dapr.io/sidecar-cpu-${kind}`],
    memory: annotations[`dapr.io/sidecar-memory-${kind}`],
  });
  const sidecar = annotations['dapr.io/enabled'] === 'true' ? [{ requests: of('request'), limits: of('limit') }] : [];
  const each = [...pod.spec.containers.map(({ resources }: Json) => resources), ...sidecar];
  return Array(manifest.spec.replicas ?? 1)
    .fill(each)
    .flat();
}

function milli(cpu: string | number): number {
  const text = String(cpu);
  return text.endsWith('m') ? Number(text.slice(0, -1)) : Number(text) * 1_000;
}

function mebi(memory: string): number {
  const [, number, unit] = /^(\d+)(Mi|Gi)$/.exec(memory) ?? [];
  if (number === undefined) throw new Error(`${memory} is not in Mi or Gi`);
  return Number(number) * (unit === 'Gi' ? 1_024 : 1);
}

/** Dapr's own chart, from the module that the sidecars are built of, as k8s/apply.sh installs it. */
async function renderDapr(): Promise<Manifest[]> {
  const args = ['template', 'dapr', path.join(await daprModule(), 'charts/dapr'), '--namespace', 'dapr-system'];
  const values = path.join(ROOT, 'k8s/dapr-system/values.yaml');
  const { code, stdout, stderr } = await run(await helm(), [...args, '--values', values]);
  if (code !== 0) throw new Error(stderr);
  const manifests = parseManifests(stdout);
  const patch = path.join(ROOT, 'k8s/dapr-system/single-scheduler/patch.yaml');
  const [operations] = (await readYaml(patch)) as [PatchOperation[]];
  for (const operation of operations) applyPatch(find(manifests, 'StatefulSet', 'dapr-scheduler-server'), operation);
  return manifests;
}

interface PatchOperation {
  op: 'test' | 'replace';
  path: string;
  value: unknown;
}

/** RFC 6902, the two operations that are used. */
function applyPatch(document: Json, { op, path, value }: PatchOperation): void {
  const keys = path.slice(1).split('/');
  const last = keys.pop() as string;
  const place = keys.reduce((at, key) => at[key], document);
  if (op === 'test') expect(place[last], path).toEqual(value);
  else place[last] = value;
}
