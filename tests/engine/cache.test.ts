/** A build that was interrupted is never taken for a whole one. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureCached } from '@taskflow/engine/src/cache.ts';
import { askProgram, runStep } from '@taskflow/engine/src/run-step.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';

let cache: string;
beforeEach(() => {
  cache = mkdtempSync(path.join(tmpdir(), 'taskflow-cache-'));
});
afterEach(() => rmSync(cache, { recursive: true, force: true }));

const entry = (inputs: string[], make: (folder: string) => void) => ({
  cache,
  name: 'thing',
  inputs,
  make: async (folder: string) => make(folder),
});
const write = (text: string) => (folder: string) => writeFileSync(path.join(folder, 'thing'), text);
const content = (folder: string) => readFileSync(path.join(folder, 'thing'), 'utf8');

it('builds once for the same inputs, and again for others', async () => {
  const first = await ensureCached(entry(['a', 'b'], write('first')));
  expect(content(await ensureCached(entry(['a', 'b'], write('second'))))).toBe('first');
  const other = await ensureCached(entry(['ab', ''], write('other')));
  expect([content(first), content(other)]).toEqual(['first', 'other']);
});

it('leaves nothing of a build that failed', async () => {
  const failing = entry(['a'], (folder) => {
    write('half')(folder);
    throw new Error('no room on the disk');
  });
  await expect(ensureCached(failing)).rejects.toThrow('no room');
  expect(readdirSync(cache)).toEqual([]);
  expect(content(await ensureCached(entry(['a'], write('whole'))))).toBe('whole');
});

it('clears away what a killed builder has left, and lets a living one work', async () => {
  // No process has a number as high as this one.
  const [dead, living] = ['thing-x.unfinished-2000000000', `thing-x.unfinished-${process.ppid}`];
  for (const name of [dead, living]) mkdirSync(path.join(cache, name));
  await ensureCached(entry(['a'], write('whole')));
  expect([dead, living].map((name) => existsSync(path.join(cache, name)))).toEqual([false, true]);
});

it('two builders at once end with one result', async () => {
  const folders = await Promise.all([1, 2].map(() => ensureCached(entry(['a'], write('same')))));
  expect(new Set(folders).size).toBe(1);
  expect(readdirSync(cache)).toHaveLength(1);
});

it('a program that is not there is named in one sentence; one that fails shows what it said', async () => {
  expect(() => askProgram('no-such-program', [], cache, 'Install it.')).toThrow(/^Install it\.$/);
  const step = { title: 'Building', command: 'sh', cwd: cache, say: () => undefined };
  await expect(runStep({ ...step, args: ['-c', 'echo because; exit 3'] })).rejects.toThrow(
    /Building failed.*\nbecause$/,
  );
  await runStep({ ...step, args: ['-c', 'exit 0'] });
});
