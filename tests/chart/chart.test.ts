/** What the chart makes: each service beside its sidecar, restricted, with secrets that exist already, drained in order. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { SERVICES as IMAGES, USER_ID } from '../../engine/images/services.ts';
import { type Manifest as ResourceOfDapr, readManifests } from '../../k8s/local/manifests.ts';
import { CHART, daprModule, helm, ROOT, run } from './programs.ts';
import { find, type Json, type Manifest, podOf, render, renderText, SERVICES, VALUES } from './render.ts';

const sets = new Map<string, Manifest[]>();
beforeAll(async () => {
  for (const name of Object.keys(VALUES)) sets.set(name, await render(name));
});

const of = (name: string): Manifest[] => sets.get(name) ?? [];
const app = (name: string, service: string): Json => podOf(find(of(name), 'Deployment', service));
const container = (name: string, service: string): Json => app(name, service).spec.containers[0];
const environment = (name: string, service: string): Record<string, Json> =>
  Object.fromEntries(container(name, service).env.map(({ name, ...value }: Json) => [name, value.value ?? value]));

test('there are three Deployments, each with a sidecar', () => {
  const deployments = of('default').filter(({ kind }) => kind === 'Deployment');
  expect(deployments.map(({ metadata }) => metadata.name)).toEqual(['backend', 'frontend', 'worker']);
  for (const deployment of deployments)
    expect(podOf(deployment).metadata.annotations).toMatchObject({ 'dapr.io/enabled': 'true' });
});

describe('sidecars', () => {
  const annotations = (service: string): Record<string, string> => app('default', service).metadata.annotations;

  test('have the app-ids, ports and configurations that the manifests and the services name', async () => {
    const manifests = await readManifests();
    const configurations = manifests
      .filter(({ kind }) => kind === 'Configuration')
      .map(({ metadata }) => metadata.name);
    const ids = SERVICES.map((service) => annotations(service)['dapr.io/app-id']);
    expect(ids).toEqual(['backend-service', 'worker', 'frontend']);
    expect(ids.toSorted()).toEqual(configurations.toSorted());
    for (const service of SERVICES) {
      expect(annotations(service)['dapr.io/config']).toBe(annotations(service)['dapr.io/app-id']);
      const port = annotations(service)['dapr.io/app-port'];
      expect(container('default', service).ports).toEqual([{ name: 'http', containerPort: Number(port) }]);
      expect(IMAGES[service].port).toBe(Number(port));
      expect(environment('default', service).PORT).toBe(port);
    }
  });

  test.for(SERVICES)("%s: the annotations are the engine's flags", (service) => {
    const flags = engineFlags();
    const found = annotations(service);
    expect(flags['enable-app-health-check']).toBe('');
    expect(found['dapr.io/enable-app-health-check']).toBe('true');
    expect(flags['log-as-json']).toBe('');
    expect(found['dapr.io/log-as-json']).toBe('true');
    expect(found['dapr.io/graceful-shutdown-seconds']).toBe(flags['dapr-graceful-shutdown-seconds']);
    for (const name of [
      ...['app-protocol', 'max-body-size', 'app-health-check-path'],
      ...['app-health-probe-interval', 'app-health-probe-timeout', 'app-health-threshold'],
    ]) {
      expect(flags[name], name).toBeTruthy();
      expect(found[`dapr.io/${name}`], name).toBe(flags[name]);
    }
  });

  test('have no annotation that Dapr does not know', async () => {
    const dapr = path.join(await daprModule(), 'pkg/injector/annotations/annotations.go');
    const known = new Set(
      [...readFileSync(dapr, 'utf8').matchAll(/"(dapr\.io\/[a-z0-9-]+)"/g)].map(([, name]) => name),
    );
    for (const service of SERVICES)
      for (const name of Object.keys(annotations(service))) expect(known, name).toContain(name);
  });

  test('show a token to their apps only where those ask for one', () => {
    for (const service of SERVICES) {
      expect(annotations(service)['dapr.io/api-token-secret']).toBe('taskflow-dapr-api-token');
      const asks = service !== 'frontend';
      expect(annotations(service)['dapr.io/app-token-secret']).toBe(asks ? 'taskflow-app-api-token' : undefined);
      expect('APP_API_TOKEN' in environment('default', service)).toBe(asks);
    }
  });

  test('have the token of the cluster where a component of theirs reads secrets, and nobody else has', async () => {
    const components = (await readManifests()).filter(({ spec }) => spec.type === 'secretstores.kubernetes');
    expect(components).toHaveLength(1);
    const readers = (components[0] as ResourceOfDapr).scopes ?? [];
    for (const service of SERVICES) {
      const pod = app('default', service);
      const reads = readers.includes(annotations(service)['dapr.io/app-id'] ?? '');
      expect(pod.spec.automountServiceAccountToken).toBe(false);
      expect(annotations(service)['dapr.io/disable-builtin-k8s-secret-store']).toBe('true');
      const mounted = 'kubernetes-api:/var/run/secrets/kubernetes.io/serviceaccount';
      expect(annotations(service)['dapr.io/volume-mounts']).toBe(reads ? mounted : undefined);
      expect(pod.spec.volumes.some(({ name }: Json) => name === 'kubernetes-api')).toBe(reads);
      expect(container('default', service).volumeMounts).toEqual([{ name: 'tmp', mountPath: '/tmp' }]);
    }
    const { rules } = find(of('default'), 'Role', 'taskflow-secret');
    expect(rules).toEqual([{ apiGroups: [''], resources: ['secrets'], resourceNames: ['taskflow'], verbs: ['get'] }]);
    const { subjects } = find(of('default'), 'RoleBinding', 'taskflow-secret');
    expect(subjects.map(({ name }: Json) => name)).toEqual(['backend', 'worker']);
  });

  test('leave before the backend, after worker and frontend, and before the pod is killed', () => {
    const graceful_s = 5;
    for (const name of Object.keys(VALUES)) {
      for (const service of SERVICES) {
        const { metadata, spec } = app(name, service);
        const pause_s = spec.containers[0].lifecycle.preStop.sleep.seconds;
        const sidecar_s = Number.parseInt(metadata.annotations['dapr.io/block-shutdown-duration'], 10);
        if (service === 'backend') expect(sidecar_s).toBeLessThan(pause_s);
        else expect(sidecar_s).toBeGreaterThan(pause_s);
        expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(Math.max(pause_s, sidecar_s) + graceful_s);
        expect(metadata.annotations['dapr.io/enable-native-sidecar']).toBe('false');
      }
    }
  });
});

describe.for(Object.keys(VALUES))('with the values %s', (name) => {
  test('every container keeps to the Pod Security Standard restricted', () => {
    const pods = of(name)
      .map(podOf)
      .filter((pod) => pod !== null);
    expect(pods).toHaveLength(5);
    for (const { spec } of pods) {
      expect(spec).not.toHaveProperty('hostNetwork');
      expect(spec.automountServiceAccountToken).toBe(false);
      expect(spec.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
      for (const { securityContext, resources } of [...(spec.initContainers ?? []), ...spec.containers]) {
        expect(securityContext).toMatchObject({
          ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, runAsNonRoot: true },
          ...{ capabilities: { drop: ['ALL'] }, seccompProfile: { type: 'RuntimeDefault' } },
        });
        expect(securityContext.runAsUser).toBe(USER_ID);
        expect(Object.keys(resources.requests)).toEqual(expect.arrayContaining(['cpu', 'memory']));
        expect(resources.limits).toHaveProperty('memory');
      }
      const kinds = spec.volumes.flatMap((volume: Json) => Object.keys(volume).filter((key) => key !== 'name'));
      for (const kind of kinds) expect(['emptyDir', 'projected', 'configMap']).toContain(kind);
    }
  });

  test('no Secret is made, and none of their values is written anywhere', () => {
    expect(of(name).filter(({ kind }) => kind === 'Secret')).toEqual([]);
    for (const pod of of(name).map(podOf)) {
      for (const { env = [] } of pod?.spec.containers ?? []) {
        for (const variable of env) {
          if (!/TOKEN|SECRET|PASSWORD|DATABASE|EMAIL|WEBHOOK_URL/.test(variable.name)) continue;
          expect(Object.keys(variable).toSorted(), variable.name).toEqual(['name', 'valueFrom']);
          expect(variable.valueFrom.secretKeyRef.name).toBeTruthy();
        }
      }
    }
  });

  test('selectors find the pods of their own service alone', () => {
    const pods = of(name)
      .map(podOf)
      .filter((pod) => pod !== null);
    const selected = (labels: Record<string, string>) =>
      pods.filter(({ metadata }) => Object.entries(labels).every(([key, value]) => metadata.labels[key] === value));
    for (const { kind, metadata, spec } of of(name)) {
      if (!['Deployment', 'Service', 'PodDisruptionBudget'].includes(kind)) continue;
      const found = selected(kind === 'Service' ? spec.selector : spec.selector.matchLabels);
      expect(found.map((pod) => pod.metadata.labels['app.kubernetes.io/component'])).toEqual([metadata.name]);
    }
  });
});

describe('settings', () => {
  test('reach the services by the names that these read', () => {
    const known = new Set(
      ['backend/src/config.ts', 'worker/src/config.ts', 'frontend/src/server/config.ts']
        .flatMap((file) => [...readFileSync(path.join(ROOT, file), 'utf8').matchAll(/\b[A-Z][A-Z_]{3,}\b/g)])
        .map(([name]) => name),
    );
    for (const service of SERVICES)
      for (const name of Object.keys(environment('ha', service)))
        if (name !== 'NODE_ENV') expect(known, name).toContain(name);
  });

  test('TaskFlow is where the values say, or where an Ingress or a Gateway is', async () => {
    const url = async (name: string, ...set: string[]) => {
      const { spec } = podOf(find(await render(name, ...set), 'Deployment', 'backend'));
      return spec.containers[0].env.find((variable: Json) => variable.name === 'TASKFLOW_PUBLIC_URL').value;
    };
    expect(await url('default')).toBe('http://localhost:8080');
    expect(await url('ha')).toBe('https://tasks.example.org');
    expect(await url('ha', 'ingress.tlsSecret=')).toBe('http://tasks.example.org');
    expect(await url('gateway')).toBe('https://tasks.example.org');
    expect(await url('ha', 'publicUrl=https://other.example.org:8443')).toBe('https://other.example.org:8443');
  });

  test('images have registry, tag and digest as they are given', async () => {
    expect(container('default', 'worker').image).toBe('taskflow/worker:0.1.0');
    expect(container('ha', 'worker').image).toBe('registry.example.org/team/taskflow/worker:0.1.0');
    expect(container('ha', 'backend').image).toMatch(/^registry\.example\.org\/team\/taskflow\/backend@sha256:a{64}$/);
    // What they run is theirs to know.
    for (const service of SERVICES) expect(container('ha', service)).not.toHaveProperty('command');
    const [migration] = podOf(find(of('ha'), 'Job', 'migrate')).spec.containers;
    expect(migration.image).toBe(container('ha', 'backend').image);
    const [worker] = podOf(find(await render('default', 'image.tag=1.2.3'), 'Deployment', 'worker')).spec.containers;
    expect(worker.image).toBe('taskflow/worker:1.2.3');
  });

  test("the chart's version is that of the application", () => {
    const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
    const chart = readFileSync(path.join(CHART, 'Chart.yaml'), 'utf8');
    expect(chart).toContain(`\nversion: ${version}\n`);
    expect(chart).toContain(`\nappVersion: ${version}\n`);
  });

  test('an autoscaler decides over the number of pods alone', () => {
    for (const service of SERVICES) {
      expect(find(of('default'), 'Deployment', service).spec.replicas).toBe(2);
      expect(find(of('ha'), 'Deployment', service).spec).not.toHaveProperty('replicas');
    }
    expect(find(of('keda'), 'Deployment', 'worker').spec).not.toHaveProperty('replicas');
    const [{ metadata }] = find(of('keda'), 'ScaledObject', 'worker').spec.triggers;
    expect(metadata).toMatchObject({ consumerGroup: 'worker', topic: 'tasks', lagThreshold: '50' });
  });
});

test('the migration comes before everything, and starts with no account of the chart', () => {
  const job = find(of('default'), 'Job', 'migrate');
  expect(job.metadata.annotations).toMatchObject({ 'helm.sh/hook': 'pre-install,pre-upgrade' });
  const { spec } = podOf(job);
  expect(spec).toMatchObject({ restartPolicy: 'Never', serviceAccountName: 'default' });
  expect(podOf(job).metadata).not.toHaveProperty('annotations');
  expect(job.spec.podFailurePolicy.rules[0]).toMatchObject({ action: 'FailJob', onExitCodes: { values: [78] } });
});

test('the dashboard asks for metrics that the backend has', () => {
  const { data } = find(of('monitoring'), 'ConfigMap', 'taskflow-dashboard');
  const { panels } = JSON.parse(data['taskflow.json']);
  const metrics = readFileSync(path.join(ROOT, 'backend/src/metrics.ts'), 'utf8');
  const used = new Set([...JSON.stringify(panels).matchAll(/taskflow_[a-z_]+/g)].map(([name]) => name));
  expect(used.size).toBeGreaterThan(5);
  for (const name of used) expect(metrics).toContain(`'${name.replace(/_(bucket|count|sum)$/, '')}'`);
});

test('the README is made of the values as they are', async () => {
  const { code, stderr } = await run(process.execPath, [path.join(ROOT, 'scripts/chart-readme.ts'), '--check']);
  expect(code, stderr).toBe(0);
});

test('the notes say how to reach it', async () => {
  const args = ['install', 'todo-app', CHART, '--dry-run=client', '--namespace', 'taskflow'];
  const notes = async (...more: string[]) => (await run(await helm(), [...args, ...more])).stdout.split('NOTES:')[1];
  expect(await notes()).toContain('kubectl port-forward --namespace taskflow service/frontend 8080:80');
  expect(await notes('--values', VALUES.gateway ?? '')).not.toContain('port-forward');
  expect(await notes('--set', 'publicUrl=http://tasks.example.org')).toContain('It has no TLS');
});

test('the text of a release has no trace of the machine that made it', async () => {
  expect(await renderText('ha')).not.toContain(ROOT);
});

/** The flags that engine/src/sidecar.ts gives, from its text: `['--flag', 'value', …]`. */
function engineFlags(): Record<string, string> {
  const text = readFileSync(path.join(ROOT, 'engine/src/sidecar.ts'), 'utf8');
  return Object.fromEntries(
    [...text.matchAll(/'--([a-z-]+)'(?:, '([^'-][^']*)')?/g)].map(([, name, value = '']) => [name, value]),
  );
}
