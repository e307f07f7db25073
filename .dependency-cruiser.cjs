/** Imports go one way: domain ← usecases ← backend | worker | embedded; only main.ts files and embedded/ import adapters. */
const core = (...folders) => `^core/(${folders.join('|')})`;

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'contracts-stand-alone',
      severity: 'error',
      from: { path: core('contracts') },
      to: { path: '^(core|adapters|backend|worker|embedded|frontend)', pathNot: core('contracts') },
    },
    {
      name: 'domain-is-pure',
      comment: 'Rules know the contracts and each other; nothing that has a clock, a disk or a network.',
      severity: 'error',
      from: { path: core('domain') },
      to: {
        path: '^(core|adapters|backend|worker|embedded|frontend|tests)',
        pathNot: [core('domain', 'contracts'), '^tests/support/records.ts$'],
      },
    },
    {
      name: 'core-has-no-environment',
      severity: 'error',
      from: { path: '^core', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
    },
    {
      name: 'usecases-know-ports-only',
      severity: 'error',
      from: { path: core('usecases', 'ports') },
      to: { path: '^(adapters|backend|worker|embedded|frontend)' },
    },
    {
      name: 'adapters-know-the-core-only',
      severity: 'error',
      from: { path: '^adapters' },
      to: { path: '^(core/usecases|backend|worker|embedded|frontend)' },
    },
    {
      name: 'only-main-imports-adapters',
      severity: 'error',
      from: { path: '^(backend|worker)/src', pathNot: 'src/(main|migrate)\\.ts$' },
      to: { path: '^adapters' },
    },
    {
      name: 'services-stay-apart',
      severity: 'error',
      from: { path: '^(backend|worker)/src' },
      to: { path: '^(embedded|frontend)' },
    },
    {
      name: 'backend-and-worker-stay-apart',
      severity: 'error',
      from: { path: '^worker/src' },
      to: { path: '^backend' },
    },
    {
      name: 'worker-and-backend-stay-apart',
      severity: 'error',
      from: { path: '^backend/src' },
      to: { path: '^worker' },
    },
    {
      name: 'nothing-needs-the-engine',
      comment: 'It runs the services from outside; they meet it through Dapr.',
      severity: 'error',
      from: { path: '^(core|adapters|backend|worker|embedded|frontend)' },
      to: { path: '^engine' },
    },
    {
      name: 'frontend-knows-contracts-only',
      severity: 'error',
      from: { path: '^frontend' },
      to: { path: '^(core|adapters|backend|worker|embedded)', pathNot: core('contracts') },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(\\.next|generated)' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
    },
  },
};
