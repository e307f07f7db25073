/** Makes an address of the cluster one of this machine: networks are apart, files are not, so connections pass through a Unix socket. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import path from 'node:path';
import { Failure } from '@taskflow/core/domain/failure.ts';
import { joinSockets } from './join-sockets.ts';
import type { NodeProcess } from './node-process.ts';

export interface Forwarding {
  /** `127.0.0.1:port` */
  address: string;
  stop(): void;
}

let forwardings = 0;

export async function forward(node: NodeProcess, folder: string, host: string, port: number): Promise<Forwarding> {
  forwardings += 1;
  const socket = path.join(folder, 'forward', String(forwardings));
  mkdirSync(path.dirname(socket), { recursive: true });
  const program = path.join(import.meta.dirname, 'forward-inside.ts');
  const [command, ...args] = node.within('node', [process.execPath, program, socket, host, String(port)]);
  const child = spawn(command!, args, { stdio: ['pipe', 'pipe', 'inherit'], detached: true });
  child.stdin.on('error', () => undefined);
  await listening(child);
  const server = createServer({ allowHalfOpen: true }, (from) =>
    joinSockets(from, connect({ path: socket, allowHalfOpen: true })),
  );
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, stop: () => end(server, child) };
}

async function listening(child: ChildProcess): Promise<void> {
  const failed = once(child, 'exit').then(([code]) => {
    throw new Failure(
      'unavailable',
      `An address of the cluster could not be forwarded: the forwarder ended with ${code}.`,
    );
  });
  await Promise.race([once(child.stdout!, 'data'), failed]);
  failed.catch(() => undefined);
}

function end(server: Server, child: ChildProcess): void {
  server.close();
  child.stdin!.end();
}
