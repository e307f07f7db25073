import { describe, expect, it } from 'vitest';
import { anId, aSeries, aTask, instant, OWNER } from '../../tests/support/records.ts';
import { TaskFlowEvent } from '../contracts/events.ts';
import { type Draft, planChanges } from './changes.ts';
import type { SeriesRecord, TaskRecord } from './model.ts';

const now = instant('2026-11-24T08:00:00.500Z');

function draft(edits: { before: TaskRecord | null; after: TaskRecord | null }[], given: Partial<Draft> = {}): Draft {
  return {
    owner_id: OWNER,
    now,
    traceparent: null,
    tasks: new Map(edits.map((edit) => [(edit.after ?? edit.before)!.id, edit])),
    series: new Map<string, { before: SeriesRecord | null; after: SeriesRecord | null }>(),
    occurrences: new Map(),
    since: new Map(),
    day_start_before: '09:00',
    day_start: '09:00',
    newId: anId,
    ...given,
  };
}

const reminded = (due_date: string) => aTask({ due_date, reminders: [{ id: anId(), offset: '-PT15M' }] });
const changed = (task: TaskRecord, to: Partial<TaskRecord>): TaskRecord => ({
  ...task,
  ...to,
  version: task.version + 1,
});
const dataOf = (body: string) => TaskFlowEvent.parse(JSON.parse(body)).data as { moments: string[]; changed: string[] };

describe('a set of changes', () => {
  it('has one valid event for every task that came, changed or went', () => {
    const [made, kept, gone] = [aTask(), aTask(), aTask()];
    const changes = planChanges(
      draft([
        { before: null, after: made },
        { before: kept, after: changed(kept, { title: 'Other' }) },
        { before: gone, after: null },
      ]),
    );
    expect(changes.events.map((event) => TaskFlowEvent.parse(JSON.parse(event.body)).type)).toEqual([
      'task.created',
      'task.updated',
      'task.deleted',
    ]);
    expect(dataOf(changes.events[1]!.body).changed).toEqual(['title']);
  });

  it('is empty for a task that was only looked at', () => {
    const task = reminded('2026-12-01T09:00:00+01:00');
    expect(planChanges(draft([{ before: task, after: task }]))).toMatchObject({
      tasks_updated: [],
      events: [],
      ledger_added: [],
      ledger_removed: [],
    });
  });

  it('names the moments it sets in the event', () => {
    const changes = planChanges(draft([{ before: null, after: reminded('2026-12-01T09:00:00+01:00') }]));
    expect(changes.ledger_added.map((row) => row.moment)).toEqual(['2026-12-01T07:45:00Z']);
    expect(dataOf(changes.events[0]!.body).moments).toEqual(['2026-12-01T07:45:00Z']);
  });

  it('makes no reminder of a moment that lies in the past', () => {
    expect(planChanges(draft([{ before: null, after: reminded('2026-11-24T09:00:00+01:00') }])).ledger_added).toEqual(
      [],
    );
  });

  it('leaves a reminder alone that has come due but not rung, when something else is changed', () => {
    const task = reminded('2026-11-24T09:14:59+01:00');
    const changes = planChanges(draft([{ before: task, after: changed(task, { title: 'Other' }) }]));
    expect(changes).toMatchObject({ ledger_added: [], ledger_removed: [] });
  });

  it('moves the moments with the due date', () => {
    const task = reminded('2026-12-01T09:00:00+01:00');
    const changes = planChanges(
      draft([{ before: task, after: changed(task, { due_date: '2026-12-02T09:00:00+01:00' }) }]),
    );
    expect(changes.ledger_removed).toHaveLength(1);
    expect(changes.ledger_added.map((row) => row.moment)).toEqual(['2026-12-02T07:45:00Z']);
  });

  it('takes the moments of a task that is done away, and brings back those ahead when it is reopened', () => {
    const task = reminded('2026-12-01T09:00:00+01:00');
    const done = changed(task, { status: 'completed' });
    expect(planChanges(draft([{ before: task, after: done }])).ledger_removed).toHaveLength(1);
    expect(
      planChanges(draft([{ before: done, after: changed(done, { status: 'pending' }) }])).ledger_added,
    ).toHaveLength(1);
  });

  it('counts reminders from when a task should have appeared, so that an outage makes them late and not lost', () => {
    const task = reminded('2026-11-24T09:00:00+01:00');
    const since = new Map([[task.id, instant('2026-11-23T23:00:00Z')]]);
    expect(planChanges(draft([{ before: null, after: task }], { since })).ledger_added).toHaveLength(1);
  });

  it('has one moment for the next occurrence of a series, and tells it in the event of its task', () => {
    const series = aSeries();
    const task = aTask({ series_id: series.id, occurrence: series.anchor });
    const changes = planChanges(
      draft([{ before: null, after: task }], { series: new Map([[series.id, { before: null, after: series }]]) }),
    );
    expect(changes.ledger_added).toMatchObject([
      { kind: 'occurrence', series_id: series.id, moment: '2026-12-31T23:00:00Z' },
    ]);
    expect(dataOf(changes.events[0]!.body).moments).toEqual(['2026-12-31T23:00:00Z']);
  });
});
