/** Children that hang after their supervisor was killed do not block a new start, and nobody else is harmed. */
import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { processIdentity } from '@taskflow/adapters/embedded/process-identity.ts';
import { expect, it } from 'vitest';
import { openProcessBook } from './leftovers.ts';

const aBook = () => path.join(mkdtempSync(path.join(tmpdir(), 'taskflow-book-')), 'processes.json');
const aProcess = () => spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });

it('ends a child that the last supervisor has left', async () => {
  const file = aBook();
  const child = aProcess();
  const ended = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)));
  (await openProcessBook(file)).note('worker', child.pid!);
  await openProcessBook(file);
  expect(await ended).toBe('SIGKILL');
});

it('spares a process that only has the number of one', async () => {
  const file = aBook();
  const child = aProcess();
  const identity = processIdentity(child.pid!)!;
  writeFileSync(file, JSON.stringify({ worker: identity.replace(/^(\d+) \S+/, '$1 1') }));
  await openProcessBook(file);
  expect(processIdentity(child.pid!)).toBe(identity);
  child.kill('SIGKILL');
});

it('starts with an empty book when the old one was cut off', async () => {
  const file = aBook();
  writeFileSync(file, '{"worker": "12');
  await expect(openProcessBook(file)).resolves.toBeDefined();
});
