/**
 * Fuzzes the API by its own OpenAPI document: starts a backend on a database of its own, makes a user with a token, and
 * lets Schemathesis try to contradict the document. SCHEMATHESIS names its program when it is not in the PATH.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startBackend } from '../tests/support/backend.ts';

const program = process.env.SCHEMATHESIS ?? 'schemathesis';
if (spawnSync(program, ['--version']).status !== 0) {
  console.error(
    'Schemathesis is not installed: pip install -r tests/schemathesis/requirements.txt, or name it in SCHEMATHESIS.',
  );
  process.exit(process.env.CI === 'true' ? 1 : 0);
}

const backend = await startBackend({}, 'error');
const token = await makeToken();
const code = await fuzz(token);
await backend.stop();
process.exit(code);

async function makeToken(): Promise<string> {
  const account = { name: 'Fuzzer', email: 'fuzzer@example.org', password: 'a long enough one' };
  const signed = await post('/api/auth/sign-up/email', account, {});
  const cookie = signed.headers
    .getSetCookie()
    .map((one) => one.split(';', 1)[0])
    .join('; ');
  const made = await post('/api/tokens', { name: 'fuzzer' }, { cookie, origin: backend.url });
  return ((await made.json()) as { token: string }).token;
}

async function post(path: string, body: object, headers: Record<string, string>): Promise<Response> {
  const answer = await fetch(backend.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  return answer;
}

function fuzz(token: string): Promise<number> {
  const config = new URL('../tests/schemathesis/schemathesis.toml', import.meta.url).pathname;
  const args = ['--config-file', config, 'run', `${backend.url}/api/openapi.json`];
  const child = spawn(program, [...args, ...process.argv.slice(2)], {
    stdio: 'inherit',
    // It keeps notes where it runs.
    cwd: mkdtempSync(path.join(tmpdir(), 'schemathesis-')),
    env: { ...process.env, TASKFLOW_TOKEN: token, TASKFLOW_URL: backend.url },
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (status) => resolve(status ?? 1));
  });
}
