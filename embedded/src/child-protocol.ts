/** What the supervisor and its children (backend, worker) say to each other over their IPC channel. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import type { DatabaseConnection } from '@taskflow/adapters/embedded/database.ts';
import { socketDirectory } from '@taskflow/adapters/embedded/socket-directory.ts';
import type { EmbeddedConfig } from './config.ts';
import type { Secrets } from './secrets.ts';

export type ChildName = 'backend' | 'worker';

/** To a child, once: all it needs. The worker gets it when the backend is ready, so it finds a migrated database. */
export interface ChildSetup {
  kind: 'config';
  config: ChildConfig;
  /** Goes to pg as it is. */
  connection: DatabaseConnection | { connectionString: string };
  secrets: Secrets;
}

export interface ChildConfig extends EmbeddedConfig {
  /** Where each part listens for the other: Unix sockets (named pipes on Windows), so that nothing but the web page is on TCP. */
  sockets: Record<ChildName, string>;
}

/** From a child: it serves, or it cannot and exits; the message of a failure is a sentence for the terminal. */
export type ChildReport = { kind: 'ready'; url?: string; port?: number } | { kind: 'failed'; message: string };

export function internalSockets(data_dir: string): Record<ChildName, string> {
  const pipe = (name: string) =>
    `\\\\.\\pipe\\taskflow-${createHash('sha256').update(data_dir).digest('hex').slice(0, 16)}-${name}`;
  const place =
    process.platform === 'win32' ? pipe : (name: string) => path.join(socketDirectory(data_dir), `${name}.sock`);
  return { backend: place('backend'), worker: place('worker') };
}
