import type { EventLog, LoggedEvent } from '@taskflow/core/ports.ts';
import { afterEach, describe, expect, it } from 'vitest';
import { BACKLOG_MAX_BYTES, comparePlaces, createEventHub, type EventHub, type Sink } from './event-hub.ts';
import { createMetrics } from './metrics.ts';

const silent = { warn: () => {} } as never;

/** A log in memory that answers when it is asked to, so that every interleaving can be had. */
function memoryLog() {
  const events: LoggedEvent[] = [];
  const listeners = new Set<() => void>();
  const gates: Promise<unknown>[] = [];
  const log = {
    end: async () => events.at(-1)?.place ?? '0.0',
    read: async (place: string, limit: number) =>
      events.filter((event) => comparePlaces(event.place, place) > 0).slice(0, limit),
    readOwned: async (owner_id: string, place: string, until: string, limit: number) => {
      await gates.shift();
      return events
        .filter((event) => event.owner_id === owner_id)
        .filter((event) => comparePlaces(event.place, place) > 0 && comparePlaces(event.place, until) <= 0)
        .slice(0, limit);
    },
    canResume: async (place: string) => place !== '1.1',
    onAppend: (wake: () => void) => {
      listeners.add(wake);
      return () => listeners.delete(wake);
    },
  } as unknown as EventLog;
  const append = (owner_id: string, count = 1) => {
    for (let index = 0; index < count; index += 1) {
      const seq = events.length + 1;
      events.push({ place: `10.${seq}`, owner_id, type: 'task.created', body: `{"n":${seq}}` });
    }
    for (const wake of listeners) wake();
  };
  return { log, append, events, holdCatchUp: (gate: Promise<unknown>) => gates.push(gate) };
}

function memorySink() {
  let text = '';
  let closed = false;
  let backlog = 0;
  const sink: Sink = {
    write: (more) => {
      text += more;
    },
    backlog_bytes: () => backlog,
    drained: async () => {},
    close: () => {
      closed = true;
    },
  };
  const ids = () => [...text.matchAll(/^id: (\S+)\nevent: task/gm)].map((match) => match[1]);
  return { sink, ids, text: () => text, closed: () => closed, clog: () => (backlog = BACKLOG_MAX_BYTES + 1) };
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 5));
let hub: EventHub;
afterEach(() => hub.stop());

function start() {
  const memory = memoryLog();
  hub = createEventHub({ log: memory.log, metrics: createMetrics(), logger: silent, now_ms: () => 0 });
  return memory;
}

describe('the event hub', () => {
  it('gives everyone their own events, from now on', async () => {
    const { append } = start();
    append('ann', 2);
    const [ann, second_tab, bob] = [memorySink(), memorySink(), memorySink()];
    await hub.open('ann', null, ann.sink);
    await hub.open('ann', null, second_tab.sink);
    await hub.open('bob', null, bob.sink);
    append('ann');
    append('bob');
    await settle();
    expect(ann.ids()).toEqual(['10.3']);
    expect(second_tab.ids()).toEqual(['10.3']);
    expect(bob.ids()).toEqual(['10.4']);
    expect(ann.text()).toMatch(/^retry: 1000\nid: 10\.2\nevent: ready\n/);
  });

  it('resumes with what was missed, in order, with no gap and no double, while more is written', async () => {
    const { append, holdCatchUp } = start();
    append('ann', 1_200);
    let release = () => {};
    holdCatchUp(new Promise<void>((resolve) => (release = resolve)));
    const ann = memorySink();
    const opening = hub.open('ann', '10.100', ann.sink);
    await settle();
    append('ann', 3);
    append('bob', 1);
    append('ann', 2);
    await settle();
    release();
    await opening;
    append('ann');
    await settle();
    const expected = Array.from({ length: 1_207 - 100 }, (_, index) => `10.${index + 101}`).filter(
      (id) => id !== '10.1204',
    );
    expect(ann.ids()).toEqual(expected);
  });

  it('does not repeat what a client has seen on a replica that is further ahead', async () => {
    const { append } = start();
    append('ann', 3);
    const ann = memorySink();
    await hub.open('ann', '10.5', ann.sink);
    append('ann', 3);
    await settle();
    expect(ann.ids()).toEqual(['10.6']);
  });

  it.each(['1.1', 'nonsense', '1.2.3', '-1.5', '9'.repeat(40)])('tells a client at %s to load anew', async (place) => {
    const { append } = start();
    append('ann', 3);
    const ann = memorySink();
    await hub.open('ann', place, ann.sink);
    expect(ann.text()).toContain('id: 10.3\nevent: reset\n');
    append('ann');
    await settle();
    expect(ann.ids()).toEqual(['10.4']);
  });

  it('cuts off a client that does not read, and nobody else', async () => {
    const { append } = start();
    const [slow, quick] = [memorySink(), memorySink()];
    await hub.open('ann', null, slow.sink);
    await hub.open('ann', null, quick.sink);
    slow.clog();
    append('ann');
    await settle();
    append('ann');
    await settle();
    expect(slow.closed()).toBe(true);
    expect(slow.ids()).toEqual(['10.1']);
    expect(quick.ids()).toEqual(['10.1', '10.2']);
  });

  it('closes every stream when it stops', async () => {
    start();
    const ann = memorySink();
    await hub.open('ann', null, ann.sink);
    hub.stop();
    expect(ann.closed()).toBe(true);
  });
});

describe('places in the log', () => {
  it('are compared as numbers', () => {
    const places = ['9.10', '10.1', '10.9', '10.10', '100.1'];
    expect([...places].reverse().sort(comparePlaces)).toEqual(places);
    expect(comparePlaces('10.9', '10.9')).toBe(0);
  });
});
