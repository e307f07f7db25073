/** The log never grows without bound, and a writer that holds it open goes on in the emptied file. */
import { closeSync, mkdtempSync, openSync, readFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { rotate } from './log-file.ts';

it('moves a full log aside under the feet of its writers', () => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'taskflow-log-')), 'taskflow.log');
  const writer = openSync(file, 'a');
  writeSync(writer, 'x'.repeat(100));
  rotate(file, 100);
  expect(readFileSync(file, 'utf8')).toHaveLength(100);
  writeSync(writer, 'y');
  rotate(file, 100);
  writeSync(writer, 'z');
  closeSync(writer);
  expect(readFileSync(file, 'utf8')).toBe('z');
  expect(readFileSync(`${file}.1`, 'utf8')).toBe(`${'x'.repeat(100)}y`);
});
