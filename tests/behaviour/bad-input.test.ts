import { request as httpRequest } from 'node:http';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectProblem, type Person, send, signUp } from '../support/person.ts';
import { withTaskFlow } from '../support/taskflow.ts';

const taskflow = withTaskFlow();
let ann: Person;
let id: string;
let before: string;
const everything = async () => (await ann.call('GET', '/api/tasks?limit=200&sort=created_at')).text;
beforeAll(async () => {
  ann = await signUp(taskflow.url);
  id = (await ann.task({ title: 'untouched', due_date: '2030-01-01' })).id;
  before = await everything();
});

const STRANGER = '019ab000-0000-7000-8000-000000000000';
const json = JSON.stringify;

/** What is sent, and the field that the answer must name. */
type Case = [what: string, field: string, body: unknown, status?: number];

const tasks: Case[] = [
  ['no title', 'title', {}],
  ['an empty title', 'title', { title: '' }],
  ['a blank title', 'title', { title: ' \n\t ' }],
  ['a long title', 'title', { title: 'x'.repeat(501) }],
  ['a title that is a number', 'title', { title: 5 }],
  ['a title with NUL', 'title', { title: 'a\u0000b' }],
  ['a title with half a surrogate', 'title', '{"title":"\\ud800"}'],
  ['a long description', 'description', { title: 'x', description: 'y'.repeat(50_001) }],
  ['an unknown field', 'due', { title: 'x', due: '2030-01-01' }],
  ['a field that is ours', 'version', { title: 'x', version: 7 }],
  ['an owner', 'owner_id', { title: 'x', owner_id: STRANGER }],
  ['a prototype', '__proto__', '{"title":"x","__proto__":{"admin":true}}'],
  ['a constructor', 'constructor', '{"title":"x","constructor":{"prototype":{}}}'],
  ['a wrong priority', 'priority', { title: 'x', priority: 'highest' }],
  ['tags that are text', 'tags', { title: 'x', tags: 'home' }],
  ['51 tags', 'tags', { title: 'x', tags: Array.from({ length: 51 }, (_, index) => `t${index}`) }],
  ['an empty tag', 'tags.1', { title: 'x', tags: ['a', ''] }],
  ['the same tag twice', 'tags.1', { title: 'x', tags: ['Home', 'home'] }],
  ['a date that is none', 'due_date', { title: 'x', due_date: '2030-02-30' }],
  ['a date in words', 'due_date', { title: 'x', due_date: 'tomorrow' }],
  ['a month 13', 'due_date', { title: 'x', due_date: '2030-13-01T00:00:00Z' }],
  ['an hour 25', 'due_date', { title: 'x', due_date: '2030-01-01T25:00:00Z' }],
  ['a zone that is none', 'time_zone', { title: 'x', time_zone: 'Europe/Atlantis' }],
  ['a zone of another kind', 'time_zone', { title: 'x', time_zone: '+01:00' }],
  ['a rule with no date', 'recurrence_rule', { title: 'x', recurrence_rule: 'daily' }],
  ['a rule that is none', 'recurrence_rule', { title: 'x', due_date: '2030-01-01', recurrence_rule: 'FREQ=OFTEN' }],
  [
    'a rule without instances',
    'recurrence_rule',
    { title: 'x', due_date: '2030-01-01', recurrence_rule: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30' },
  ],
  [
    'a rule for every second',
    'recurrence_rule',
    { title: 'x', due_date: '2030-01-01T00:00:00Z', recurrence_rule: 'FREQ=SECONDLY' },
  ],
  [
    'a rule in another calendar',
    'recurrence_rule',
    { title: 'x', due_date: '2030-01-01', recurrence_rule: 'RSCALE=CHINESE;FREQ=YEARLY' },
  ],
  ['a reminder with neither', 'reminders.0.offset', { title: 'x', due_date: '2030-01-01', reminders: [{}] }],
  [
    'a reminder with an endless offset',
    'reminders.0.offset',
    { title: 'x', reminders: [{ offset: `P${'9'.repeat(30)}D` }] },
  ],
  ['an offset with no date to count from', 'reminders.0.offset', { title: 'x', reminders: [{ offset: 'PT0S' }] }],
  ['a reminder after the end of time', 'reminders.0.at', { title: 'x', reminders: [{ at: '9999-12-31T23:59:59.9Z' }] }],
  ['21 reminders', 'reminders', { title: 'x', due_date: '2030-01-01', reminders: Array(21).fill({ offset: 'PT0S' }) }],
  ['a project of nobody', 'project_id', { title: 'x', project_id: STRANGER }],
  ['a project id that is none', 'project_id', { title: 'x', project_id: '1; drop table task' }],
  ['a parent of nobody', 'parent_id', { title: 'x', parent_id: STRANGER }],
  ['a list', 'body', [{ title: 'x' }]],
  ['text', 'body', '"title"'],
  ['null', 'body', 'null'],
  ['nothing at all', 'body', ''],
  ['no JSON', 'body', '{title:', 400],
  ['two documents', 'body', '{"title":"x"}{"title":"y"}', 400],
  ['a deep hole', 'body', `${'['.repeat(200_000)}${']'.repeat(200_000)}`],
  ['a deep hole inside', 'description', `{"title":"x","description":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
  ['half a million tags', 'tags', json({ title: 'x', tags: Array(300_000).fill(1) })],
];

describe('POST /api/tasks refuses', () => {
  it.each(tasks)('%s, naming %s', async (_, field, body, status = 422) => {
    const answer = await ann.call('POST', '/api/tasks', body);
    expect([status, status === 422 ? 404 : status]).toContain(answer.status);
    expectProblem(answer, answer.status, field.replace(/\.offset$/, '') === field ? field : undefined);
    if (field.endsWith('.offset')) {
      const named = answer.body.errors.map((error: { field: string }) => error.field);
      expect(named.some((name: string) => name.startsWith('reminders'))).toBe(true);
    }
  });
});

const patches: Case[] = [
  ['a null title', 'title', { title: null }],
  ['an unknown field', 'colour', { colour: 'red' }],
  ['a status of our own', 'status', { status: 'missed' }],
  ['itself as a parent', 'parent_id', {}],
  ['a bad date', 'due_date', { due_date: '2030-00-00' }],
];

describe('PATCH /api/tasks/{id} refuses', () => {
  it.each(patches)('%s, naming %s', async (_, field, body) => {
    const patch = field === 'parent_id' ? { parent_id: id } : body;
    expectProblem(await ann.call('PATCH', `/api/tasks/${id}`, patch), 422, field);
  });
});

const queries: [string, string][] = [
  ['limit=0', 'limit'],
  ['limit=201', 'limit'],
  ['limit=ten', 'limit'],
  ['limit=1e2', 'limit'],
  ['limit=', 'limit'],
  ['limit=5&limit=6', 'limit'],
  ['unknown=1', 'unknown'],
  ['__proto__=1', '__proto__'],
  ['status=open', 'status'],
  ['status=pending&status=missed', 'status'],
  ['priority=9', 'priority'],
  ['sort=colour', 'sort'],
  ['sort=title,title', 'sort'],
  ['sort=', 'sort'],
  ['filter=status%3A', 'filter'],
  ['filter=((a', 'filter'],
  ['filter=due:<0001-01-01', 'filter'],
  ['filter=a%00b', 'filter'],
  [`filter=${'('.repeat(900)}`, 'filter'],
  ['q=a%00b', 'q'],
  [`q=${'x'.repeat(501)}`, 'q'],
  ['tag=', 'tag'],
  ['project_id=inbox', 'project_id'],
  ['due_before=soon', 'due_before'],
  ['due_after=2030-02-30', 'due_after'],
  ['cursor=', 'cursor'],
  ['cursor=nonsense', 'cursor'],
  [`cursor=${Buffer.from('["x",1,{}]').toString('base64url')}`, 'cursor'],
  [`cursor=${Buffer.from('{"v":[null,"\\u0000"]}').toString('base64url')}`, 'cursor'],
];

describe('GET /api/tasks refuses', () => {
  it.each(queries)('?%s, naming %s', async (query, field) => {
    expectProblem(await ann.call('GET', `/api/tasks?${query}`), 422, field);
  });
});

describe('PATCH /api/settings refuses', () => {
  it.each([
    ['a reminder absurdly far', 'default_reminders.0.offset', [{ offset: 'P999999D' }]],
    ['the same reminder twice', 'default_reminders.1', [{ offset: 'PT0S' }, { offset: '-PT0S' }]],
  ])('%s, naming %s', async (_, field, default_reminders) => {
    expectProblem(await ann.call('PATCH', '/api/settings', { default_reminders }), 422, field);
  });
});

describe('POST /api/tasks/quick-add refuses', () => {
  it.each([
    ['a line without a title', '#Home'],
    ['a title that is too long', 'x'.repeat(501)],
    ['51 tags', `x ${Array.from({ length: 51 }, (_, index) => `@t${index}`).join(' ')}`],
  ])('%s, naming the text', async (_, line) => {
    expectProblem(await ann.call('POST', '/api/tasks/quick-add', { text: line }), 422, 'text');
  });
});

describe('paths and bodies', () => {
  it.each([
    ['GET', '/api/tasks/1'],
    ['GET', '/api/tasks/..%2f..%2fetc'],
    ['PATCH', `/api/tasks/${'9'.repeat(300)}`],
    ['POST', '/api/tasks/undefined/complete'],
    ['DELETE', "/api/projects/' or 1=1 --"],
    ['GET', '/api/series/%00'],
  ])('%s %s is not there', async (method, path) => {
    expectProblem(await ann.call(method, path, method === 'PATCH' ? {} : undefined), 404);
  });

  it('a path that is no URL is malformed', async () => {
    expectProblem(await ann.call('GET', '/api/tasks/%zz'), 400, 'path');
  });

  it('an unknown route is a problem too', async () => {
    expectProblem(await ann.call('GET', '/api/nothing'), 404, 'path');
  });

  it.each([
    ['PUT', '/api/tasks', ['GET', 'POST']],
    ['DELETE', '/api/tasks/counts', ['GET']],
    ['POST', `/api/tasks/${STRANGER}`, ['DELETE', 'GET', 'PATCH']],
    ['PATCH', '/api/events', ['GET']],
  ])('%s %s is not possible, and Allow says what is', async (method, path, methods) => {
    const answer = await ann.call(method, path, {});
    expectProblem(answer, 405, 'method');
    const allow = answer.headers.get('allow')?.split(', ') ?? [];
    expect(allow).toEqual(expect.arrayContaining(methods));
    expect(allow).not.toContain(method);
  });

  it.each([
    ['text/plain', 'title=x'],
    ['application/x-www-form-urlencoded', 'title=x'],
    ['application/xml', '<title/>'],
    ['application/merge-patch+json', '{"title":"x"}'],
    ['nonsense', '{"title":"x"}'],
  ])('%s is not how tasks are made', async (type, body) => {
    expectProblem(await ann.call('POST', '/api/tasks', body, { 'content-type': type }), 415, 'Content-Type');
  });

  it('JSON is UTF-8, refused rather than repaired', async () => {
    const body = Buffer.concat([Buffer.from('{"title":"a'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
    expectProblem(await ann.call('POST', '/api/tasks', body, { 'content-type': 'application/json' }), 400, 'body');
  });

  it('a body is at most 1 MiB', async () => {
    const body = json({ title: 'x', description: 'y'.repeat(1_100_000) });
    expectProblem(await ann.call('POST', '/api/tasks', body), 413, 'body');
  });

  it('a body where none belongs is named', async () => {
    expectProblem(await ann.call('POST', `/api/tasks/${id}/complete`, { children: 'complete' }), 422, 'children');
    expectProblem(await ann.call('DELETE', `/api/tasks/${id}`, { scope: 'series' }), 422, 'scope');
  });

  it('an endless header is refused before anything is read', async () => {
    const status = await new Promise((resolve, reject) => {
      httpRequest(`${taskflow.url}/api/tasks`, { headers: { 'x-long': 'y'.repeat(40_000) } }, (response) => {
        resolve(response.statusCode);
        response.resume();
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(431);
  });
});

describe('an import refuses', () => {
  const file = (body: string | Uint8Array, type = 'text/csv', query = '') =>
    ann.call('POST', `/api/import${query}`, body, { 'content-type': type });
  it('JSON, emptiness, and what is not UTF-8', async () => {
    expectProblem(await file('{}', 'application/json'), 415, 'Content-Type');
    expectProblem(await file(''), 422, 'body');
    expectProblem(await file(new Uint8Array([0xff, 0xfe, 0x00])), 422, 'body');
    expectProblem(await file('TYPE,CONTENT\n', 'text/csv', '?dry_run=perhaps'), 422, 'dry_run');
  });
  it('what is in no known format', async () => {
    expect((await file('just some words', 'text/plain')).status).toBe(422);
  });
});

describe('after all of this', () => {
  it('nothing has changed', async () => {
    expect(await everything()).toBe(before);
  });

  it('a megabyte of faults is answered with a few of them', async () => {
    const hostile = json({
      operations: Array(1_000).fill({ op: 'create', task: { title: '', reminders: Array(100).fill(1) } }),
    });
    const answer = await ann.call('POST', '/api/tasks/bulk', hostile);
    expectProblem(answer, 422);
    expect(answer.text.length).toBeLessThan(10_000);
  });

  it('whoever is not signed in learns nothing', async () => {
    for (const path of ['/api/tasks', `/api/tasks/${id}`, '/api/settings', '/api/events', '/api/tokens']) {
      const answer = await send(taskflow.url, 'GET', path);
      expectProblem(answer, 401);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
    }
  });
});
