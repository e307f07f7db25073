/** How the page is built and served: no telemetry, no image service, nothing fetched from elsewhere. */
import path from 'node:path';
import type { NextConfig } from 'next';

/** The Content-Security-Policy is not among them: it has a nonce for each page (src/proxy.ts). */
const SECURITY_HEADERS = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

const config: NextConfig = {
  headers: async () => [
    { source: '/:path*', headers: Object.entries(SECURITY_HEADERS).map(([key, value]) => ({ key, value })) },
  ],
  transpilePackages: ['@taskflow/core'],
  poweredByHeader: false,
  reactStrictMode: true,
  // The workspace root holds the one node_modules that all parts share.
  turbopack: { root: path.join(import.meta.dirname, '..') },
  outputFileTracingRoot: path.join(import.meta.dirname, '..'),
};

export default config;
