/** Secrets survive restarts, are private, and a damaged file is never silently replaced. */
import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ensureSecrets } from './secrets.ts';

const aFile = () => path.join(mkdtempSync(path.join(tmpdir(), 'taskflow-secrets-')), 'secrets.json');

describe('secrets', () => {
  it('are made once, and differ from each other and from those of another folder', () => {
    const file = aFile();
    const first = ensureSecrets(file);
    expect(ensureSecrets(file)).toEqual(first);
    const all = [...Object.values(first), ...Object.values(ensureSecrets(aFile()))];
    expect(new Set(all).size).toBe(4);
    for (const secret of all) expect(secret).toMatch(/^[\w-]{43}$/);
  });

  it.skipIf(process.platform === 'win32')('can be read by their owner alone', () => {
    const file = aFile();
    ensureSecrets(file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('keep what is there when a later version needs one more', () => {
    const file = aFile();
    writeFileSync(file, JSON.stringify({ auth_secret: 'kept', another: 'kept too' }));
    expect(ensureSecrets(file).auth_secret).toBe('kept');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      auth_secret: 'kept',
      another: 'kept too',
      internal_token: expect.any(String),
    });
  });

  it.each(['', '{"auth_secret":', '[1]', 'null'])('are not replaced when the file is damaged: %j', (text) => {
    const file = aFile();
    writeFileSync(file, text);
    expect(() => ensureSecrets(file)).toThrow(/is damaged/);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });
});
