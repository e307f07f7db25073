/** How the page is built and served: no telemetry, no image service, nothing fetched from elsewhere. */
import path from 'node:path';
import type { NextConfig } from 'next';

const config: NextConfig = {
  transpilePackages: ['@taskflow/core'],
  poweredByHeader: false,
  reactStrictMode: true,
  // The workspace root holds the one node_modules that all parts share.
  turbopack: { root: path.join(import.meta.dirname, '..') },
  outputFileTracingRoot: path.join(import.meta.dirname, '..'),
};

export default config;
