// A task made through the front door must be back in the event stream as a reminder: browser's way, both sidecars, database,
// event log, Kafka, worker, scheduler and ring.
const { TASKFLOW_URL: url, PUBLIC_URL: origin = url, EMAIL: email, PASSWORD: password, WITHIN_S } = process.env;
const within_ms = Number(WITHIN_S) * 1_000;

try {
  await test();
  process.exit(0);
} catch (error) {
  console.error(`failed: ${error.message}`);
  process.exit(1);
}

async function test() {
  const cookie = await signIn();
  const stream = await fetch(`${url}/api/events`, {
    headers: { cookie, accept: 'text/event-stream' },
    signal: AbortSignal.timeout(within_ms + 15_000),
  });
  if (!stream.ok) throw new Error(`GET /api/events: ${stream.status} ${await stream.text()}`);
  const at = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 3_000).toISOString().replace('.000Z', 'Z');
  const task = await call('POST', '/api/tasks', { title: 'helm test', reminders: [{ at }] }, cookie);
  console.log(`made the task ${task.body.id}; its reminder is due at ${at}`);
  const ready = await rings(stream, task.body.id, Date.parse(at) + within_ms);
  console.log(`reminder.due came ${ready - Date.parse(at)} ms after its moment`);
  const { headers } = task;
  await call('DELETE', `/api/tasks/${task.body.id}`, undefined, cookie, { 'if-match': headers.get('etag') ?? '*' });
  console.log('passed');
}

/** With the account of the secret, or a new one of its own. */
async function signIn() {
  const made = email ? null : { name: 'helm test', email: `helm-test-${Date.now()}@example.org` };
  const secret = password || crypto.randomUUID();
  const answer = made
    ? await call('POST', '/api/auth/sign-up/email', { ...made, password: secret })
    : await call('POST', '/api/auth/sign-in/email', { email, password: secret });
  const cookies = answer.headers.getSetCookie().map((cookie) => cookie.split(';', 1)[0]);
  if (cookies.length === 0) throw new Error('signing in gave no session');
  return cookies.join('; ');
}

async function call(method, path, body, cookie, more = {}) {
  // The page is one of the public address, however we come in.
  const headers = { origin, ...(cookie ? { cookie } : {}), ...more };
  if (body !== undefined) headers['content-type'] = 'application/json';
  const answer = await fetch(url + path, {
    method,
    headers,
    signal: AbortSignal.timeout(15_000),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return { headers: answer.headers, body: text === '' ? null : JSON.parse(text) };
}

/** When it came. */
async function rings(stream, task_id, deadline) {
  let rest = '';
  for await (const chunk of stream.body.pipeThrough(new TextDecoderStream())) {
    if (Date.now() > deadline) break;
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop() ?? '';
    if (blocks.some((block) => block.includes('event: reminder.due') && block.includes(task_id))) return Date.now();
  }
  throw new Error(`reminder.due did not come within ${WITHIN_S} s of its moment`);
}
