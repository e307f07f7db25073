/** Schemas for kubeconform without a network: those of Kubernetes from the module that the engine builds it of, those of custom resources from the modules of their operators. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ensureCached } from '../../engine/src/cache.ts';
import { readYaml } from '../../k8s/local/manifests.ts';
import { CACHE, daprModule, ROOT, run } from './programs.ts';
import type { Json } from './render.ts';

/** Modules of operators, and the folder of their definitions; `sum` is what go.sum would hold. */
const OPERATORS = [
  {
    module: 'github.com/kedacore/keda/v2@v2.21.0',
    sum: 'h1:R6z2HZvstK4RLUMxroNACzBj74xGxt3kG59b5Xc+Xps=',
    folder: 'config/crd/bases',
  },
  {
    module: 'sigs.k8s.io/gateway-api@v1.4.0',
    sum: 'h1:ZwlNM6zOHq0h3WUX2gfByPs2yAEsy/EenYJB78jpQfQ=',
    folder: 'config/crd/standard',
  },
  {
    module: 'github.com/prometheus-operator/prometheus-operator@v0.85.0',
    sum: 'h1:M5xLCLEoaW2IJfnuCwFzzpL+jSVQu3KGT84Pye+fW8s=',
    folder: 'example/prometheus-operator-crd',
  },
];

/** The folder, for `-schema-location FOLDER/{{ .Group }}_{{ .ResourceAPIVersion }}_{{ .ResourceKind }}.json`. */
export async function ensureSchemas(): Promise<string> {
  return ensureCached({
    cache: CACHE,
    name: 'kubernetes-schemas',
    inputs: [
      JSON.stringify(kubernetesModule()),
      await daprModule(),
      JSON.stringify(OPERATORS),
      readFileSync(import.meta.filename),
    ],
    async make(folder) {
      const { module, sum } = kubernetesModule();
      const kubernetes = await moduleFolder(module, sum);
      const openapi = JSON.parse(readFileSync(path.join(kubernetes, 'api/openapi-spec/swagger.json'), 'utf8'));
      for (const [name, schema] of builtInSchemas(openapi.definitions)) write(folder, name, schema);
      const folders = [path.join(await daprModule(), 'charts/dapr/crds')];
      for (const operator of OPERATORS)
        folders.push(path.join(await moduleFolder(operator.module, operator.sum), operator.folder));
      for (const [name, schema] of (await Promise.all(folders.map(customSchemas))).flat()) write(folder, name, schema);
    },
  });
}

export const SCHEMA_FILES = '{{ .Group }}_{{ .ResourceAPIVersion }}_{{ .ResourceKind }}.json';

function write(folder: string, name: string, schema: Json): void {
  writeFileSync(path.join(folder, `${name}.json`), JSON.stringify(schema));
}

/** The one that the engine's control plane is built of. */
function kubernetesModule(): { module: string; sum: string } {
  const text = readFileSync(path.join(ROOT, 'engine/kubernetes/kube/go.sum'), 'utf8');
  const [, version, sum] = /^k8s\.io\/kubernetes (v[\d.]+) (h1:\S+)$/m.exec(text) ?? [];
  if (version === undefined || sum === undefined) throw new Error('engine/kubernetes/kube/go.sum has no Kubernetes');
  return { module: `k8s.io/kubernetes@${version}`, sum };
}

/** Where Go keeps it, fetched when it is not there yet. */
async function moduleFolder(module: string, sum: string): Promise<string> {
  const { code, stdout, stderr } = await run('go', ['mod', 'download', '-json', module], { cwd: '/' });
  const found = JSON.parse(stdout || '{}') as { Dir?: string; Sum?: string; Error?: string };
  if (code !== 0 || found.Dir === undefined) throw new Error(`${module}: ${found.Error ?? stderr}`);
  if (found.Sum !== sum) throw new Error(`${module} is not the one that was looked at: ${found.Sum}`);
  return found.Dir;
}

const fileName = (group: string, version: string, kind: string): string =>
  `${group || version}_${version}_${kind}`.toLowerCase();

function builtInSchemas(definitions: Record<string, Json>): [string, Json][] {
  for (const schema of Object.values(definitions)) closeObjects(schema);
  definitions['io.k8s.apimachinery.pkg.api.resource.Quantity'] = { oneOf: [{ type: 'string' }, { type: 'number' }] };
  return Object.values(definitions).flatMap((schema) =>
    ((schema['x-kubernetes-group-version-kind'] ?? []) as { group: string; version: string; kind: string }[]).map(
      ({ group, version, kind }): [string, Json] => [
        fileName(group, version, kind),
        { ...schema, definitions: reachable(schema, definitions) },
      ],
    ),
  );
}

async function customSchemas(folder: string): Promise<[string, Json][]> {
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml') && name !== 'kustomization.yaml');
  const definitions = (await Promise.all(files.map((name) => readYaml(path.join(folder, name))))).flat() as Json[];
  return definitions
    .filter((definition) => definition?.kind === 'CustomResourceDefinition')
    .flatMap(({ spec: { group, names, versions } }) =>
      versions.map(({ name, schema }: Json): [string, Json] => {
        const { metadata: _open, ...properties } = schema.openAPIV3Schema.properties;
        closeObjects(properties);
        const known = { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: { type: 'object' } };
        const all = { ...properties, ...known };
        return [fileName(group, name, names.kind), { type: 'object', properties: all, additionalProperties: false }];
      }),
    );
}

/** What a schema does not name is a fault: the API server would drop it without a word. */
function closeObjects(schema: Json): void {
  if (schema === null || typeof schema !== 'object') return;
  const open = schema['x-kubernetes-preserve-unknown-fields'] || 'additionalProperties' in schema;
  if (schema.properties !== undefined && !open && !Array.isArray(schema)) schema.additionalProperties = false;
  if (schema['x-kubernetes-int-or-string'] || schema.format === 'int-or-string') {
    delete schema.type;
    delete schema.format;
    schema.oneOf = [{ type: 'string' }, { type: 'integer' }];
  }
  for (const value of Object.values(schema)) closeObjects(value);
}

function reachable(
  schema: Json,
  definitions: Record<string, Json>,
  found: Record<string, Json> = {},
): Record<string, Json> {
  if (schema === null || typeof schema !== 'object') return found;
  const name = typeof schema.$ref === 'string' ? schema.$ref.split('/').at(-1) : undefined;
  if (name !== undefined && !(name in found)) {
    found[name] = definitions[name];
    reachable(definitions[name], definitions, found);
  }
  for (const value of Object.values(schema)) reachable(value, definitions, found);
  return found;
}
