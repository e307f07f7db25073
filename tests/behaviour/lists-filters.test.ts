import { beforeAll, describe, expect, it } from 'vitest';
import { expectProblem, type Json, type Person, signUp } from '../support/person.ts';
import { withTaskFlow } from '../support/taskflow.ts';

const taskflow = withTaskFlow();
let ann: Person;
beforeAll(async () => {
  ann = await signUp(taskflow.url);
  await ann.must(200, 'POST', '/api/tasks/bulk', {
    operations: [
      { title: 'Pay the rent', priority: 'high', tags: ['home'], due_date: '2031-01-10' },
      { title: 'Rénover la façade', priority: 'low', tags: ['home', 'someday'], due_date: '2031-03-01' },
      { title: 'Write thesis', priority: 'urgent', description: 'chapter about rent control' },
      { title: 'Buy milk', tags: ['shop'], due_date: '2020-01-01' },
      { title: '100% sure_thing', priority: 'medium' },
    ].map((task) => ({ op: 'create', task })),
  });
});
const titles = async (query: string): Promise<string[]> => {
  const { items } = await ann.must(200, 'GET', `/api/tasks?${query}`);
  return items.map(({ title }: Json) => title);
};
const filter = (line: string) => titles(`filter=${encodeURIComponent(line)}&sort=title`);

describe('a filter', () => {
  it.each([
    ['rent', ['Pay the rent', 'Write thesis']],
    ['"the rent"', ['Pay the rent']],
    ['priority:>=high', ['Pay the rent', 'Write thesis']],
    ['tag:home -tag:someday', ['Pay the rent']],
    ['tag:HOME renover', ['Rénover la façade']],
    ['facade', ['Rénover la façade']],
    ['is:overdue', ['Buy milk']],
    ['due:2031-01-01..2031-01-31', ['Pay the rent']],
    ['no:due', ['100% sure_thing', 'Write thesis']],
    ['(tag:shop OR priority:urgent) -milk', ['Write thesis']],
    ['100%', ['100% sure_thing']],
    ['has:description', ['Write thesis']],
    ['project:inbox tag:shop', ['Buy milk']],
  ])('%s finds %o', async (line, expected) => {
    expect(await filter(line)).toEqual(expected);
  });

  it('that cannot be read says where', async () => {
    const answer = await ann.call('GET', `/api/tasks?filter=${encodeURIComponent('priority:loud')}`);
    expectProblem(answer, 422, 'filter');
    expect(answer.text).toMatch(/\d/);
  });

  it('agrees with the plain parameters', async () => {
    expect(await titles('tag=home&priority=high')).toEqual(['Pay the rent']);
    expect(await titles('q=milk')).toEqual(['Buy milk']);
    expect(await titles('due_before=2025-01-01')).toEqual(['Buy milk']);
    expect(await titles('due_after=2031-02-01')).toEqual(['Rénover la façade']);
    expect((await titles('status=pending')).length).toBe(5);
    expect((await titles('parent_id=null')).length).toBe(5);
    expect(await titles('status=completed')).toEqual([]);
  });
});

describe('an order', () => {
  it('is by rank, by date with the undated last, or by several keys', async () => {
    expect((await titles('sort=-priority')).slice(0, 3)).toEqual(['Write thesis', 'Pay the rent', '100% sure_thing']);
    expect((await titles('sort=due_date')).slice(0, 3)).toEqual(['Buy milk', 'Pay the rent', 'Rénover la façade']);
    expect((await titles('sort=priority,-title'))[0]).toBe('Buy milk');
  });
});

describe('paging', () => {
  it.each(['created_at', '-created_at', 'due_date', '-due_date', 'priority,title', '-updated_at', 'title', 'position'])(
    'by %s shows every task once, while others are added',
    async (sort) => {
      const bob = await signUp(taskflow.url);
      const operations = Array.from({ length: 47 }, (_, index) => ({
        op: 'create',
        task: {
          title: `t${index % 5}`,
          priority: ['none', 'high'][index % 2],
          ...(index % 3 === 0 ? { due_date: `2031-01-${String((index % 7) + 10)}` } : {}),
        },
      }));
      const made = await bob.must(200, 'POST', '/api/tasks/bulk', { operations });
      const ids: string[] = [];
      let cursor: string | null = null;
      do {
        const query: string = `sort=${sort}&limit=10${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`;
        const page: Json = await bob.must(200, 'GET', `/api/tasks?${query}`);
        ids.push(...page.items.map(({ id }: Json) => id));
        cursor = page.next_cursor;
        await bob.task({ title: 'added meanwhile' });
      } while (cursor !== null);
      expect(ids.length).toBe(new Set(ids).size);
      expect(ids).toEqual(expect.arrayContaining(made.results.map(({ task }: Json) => task.id)));
    },
  );

  it('refuses a cursor of another order', async () => {
    const { next_cursor } = await ann.must(200, 'GET', '/api/tasks?sort=title&limit=1');
    expectProblem(await ann.call('GET', `/api/tasks?sort=due_date&limit=1&cursor=${next_cursor}`), 422, 'cursor');
  });
});
