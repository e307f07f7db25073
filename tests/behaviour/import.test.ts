import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { expectProblem, type Person, signUp } from '../support/person.ts';
import { withTaskFlow } from '../support/taskflow.ts';

const taskflow = withTaskFlow();
const FIXTURES = path.join(import.meta.dirname, '../../core/domain/import/fixtures');
const todoist = readFileSync(path.join(FIXTURES, 'todoist-home.csv'), 'utf8');
const calendar = readFileSync(path.join(FIXTURES, 'tasks.ics'), 'utf8');

let ann: Person;
beforeEach(async () => {
  ann = await signUp(taskflow.url);
});
const take = (query: string, body: string, type: string) =>
  ann.call('POST', `/api/import${query}`, body, { 'content-type': type });
const titles = async (): Promise<string[]> =>
  (await ann.must(200, 'GET', '/api/tasks?limit=200&sort=title')).items.map((task: { title: string }) => task.title);

describe('an import', () => {
  it.each([
    ['a Todoist export', todoist, 'text/csv', 'todoist-csv'],
    ['a calendar of to-dos', calendar, 'text/calendar', 'icalendar'],
  ])('takes %s as a trial makes known, and nothing before', async (_what, file, type, source) => {
    const trial = await take('?dry_run=true', file, type);
    expect(trial.status, trial.text).toBe(200);
    expect(trial.body).toMatchObject({ source, dry_run: true });
    expect(trial.body.tasks).toBeGreaterThan(3);
    expect(await titles()).toEqual([]);
    const taken = await take('', file, type);
    expect(taken.body).toEqual({ ...trial.body, dry_run: false });
    expect(await titles()).toHaveLength(trial.body.tasks);
  });

  it('says of every thing that it could not take which line it was and why', async () => {
    const file = `TYPE,CONTENT,DESCRIPTION,PRIORITY,INDENT,AUTHOR,RESPONSIBLE,DATE,DATE_LANG,TIMEZONE\ntask,Pay rent,,1,1,,,every month on the 1st at 9am,en,\ntask,Odd one,,4,1,,,when pigs fly,en,\n`;
    const { body } = await take('', file, 'text/csv');
    expect(body.issues).toMatchObject([{ line: 3, item: 'Odd one', severity: 'changed' }]);
    const [rent] = (await ann.must(200, 'GET', '/api/tasks?q=rent')).items;
    expect(rent).toMatchObject({ title: 'Pay rent', priority: 'urgent', recurrence_rule: 'FREQ=MONTHLY;BYMONTHDAY=1' });
  });

  it('puts tasks of a file that names no project where it is told', async () => {
    const { body } = await take('?project=Moved%20in', todoist, 'text/csv');
    expect(body.projects).toEqual(['Moved in']);
  });

  it('takes the same request once', async () => {
    const send = () =>
      ann.call('POST', '/api/import', todoist, { 'content-type': 'text/csv', 'idempotency-key': 'once' });
    const [first, second] = [await send(), await send()];
    expect(second.text).toBe(first.text);
    expect(await titles()).toHaveLength(first.body.tasks);
  });

  it.each([
    ['neither one nor the other', 'hello', 'text/plain', 422, 'file'],
    ['a broken calendar', 'BEGIN:VCALENDAR\nBEGIN:VTODO\nSUMMARY:x', 'text/calendar', 422, 'file'],
    ['nothing', '', 'text/csv', 422, undefined],
    ['a picture', 'x', 'image/png', 415, undefined],
  ])('refuses %s, and takes nothing of it', async (_what, file, type, status, field) => {
    expectProblem(await take('', file, type), status, field);
    expect(await titles()).toEqual([]);
  });
});
