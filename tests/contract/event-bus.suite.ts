/** What every event bus must do; run against each implementation, each on its own engine. */
import type { DeadLetters, EventBus } from '@taskflow/core/ports.ts';
import { afterEach, describe, expect, it } from 'vitest';
import { anId } from '../support/records.ts';
import { REASON, type Reaction, type Subscriber } from '../support/subscriber.ts';

export interface BusUnderTest {
  bus: EventBus;
  dead_letters: DeadLetters;
  subscriber: Subscriber;
  /** Ends the bus and begins a new one on what the old one has left. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** A bus with short pauses that gives up after three tries. */
export type OpenBus = () => Promise<BusUnderTest>;

export interface BusTraits {
  /** It finds out which event of a batch its subscriber dies of; one that does not makes the whole batch dead letters. */
  finds_killers: boolean;
  /** How long it may take to give up an event that is never answered. */
  patience_ms: number;
}

export function eventBusContract(name: string, { finds_killers, patience_ms }: BusTraits, open: OpenBus): void {
  describe(name, { timeout: 6 * patience_ms }, () => {
    let under_test: BusUnderTest | null = null;
    const begin = async () => {
      under_test = await open();
      return under_test;
    };
    afterEach(async () => {
      await under_test?.close();
      under_test = null;
    });

    it('delivers in order per key', async () => {
      const { bus, subscriber } = await begin();
      const keys = Array.from({ length: 5 }, anId);
      const events = Array.from({ length: 500 }, (_, index) => anEvent(keys[index % 5]!));
      for (let from = 0; from < events.length; from += 100) await bus.publish(events.slice(from, from + 100));
      await until(() => subscriber.delivered.length >= 500);
      for (const key of keys) {
        const wanted = events.filter((event) => event.key === key).map((event) => event.id);
        expect(subscriber.delivered.filter((one) => one.key === key).map((one) => one.id)).toEqual(wanted);
      }
    });

    it('is not held up by an event that is never taken, which ends as a dead letter with the reason', async () => {
      const { bus, subscriber, dead_letters } = await begin();
      const [poison, other, later] = [anEvent(), anEvent(), anEvent()];
      subscriber.react = (event) => (event.id === poison.id ? 'RETRY' : 'SUCCESS');
      await bus.publish([poison, other]);
      await bus.publish([later]);
      await until(() => taken(subscriber, other.id) >= 1 && taken(subscriber, later.id) >= 1);
      await until(async () => (await dead_letters.list(10)).length === 1);
      const [letter] = await dead_letters.list(10);
      expect(letter).toMatchObject({ id: poison.id, topic: 'tasks', attempts: 3, replayed_at: null });
      expect(JSON.parse(letter!.body)).toMatchObject(JSON.parse(poison.body));
      expect(letter?.reason).toContain(REASON);
      expect(taken(subscriber, poison.id)).toBe(3);
    });

    it('tries an event again that had no status, until it is taken', async () => {
      const { bus, subscriber, dead_letters } = await begin();
      const event = anEvent();
      subscriber.react = () => (taken(subscriber, event.id) === 0 ? 'silence' : 'SUCCESS');
      await bus.publish([event]);
      await until(() => taken(subscriber, event.id) >= 2);
      await quietOf(subscriber);
      expect(taken(subscriber, event.id)).toBe(2);
      expect(await dead_letters.list(10)).toEqual([]);
    });

    it('makes a dropped event a dead letter at once', async () => {
      const { bus, subscriber, dead_letters } = await begin();
      const event = anEvent();
      subscriber.react = () => 'DROP';
      await bus.publish([event]);
      await until(async () => (await dead_letters.list(10)).length === 1);
      expect(await dead_letters.list(10)).toMatchObject([{ id: event.id, reason: REASON, attempts: 1 }]);
      expect(taken(subscriber, event.id)).toBe(1);
    });

    it('puts one dead letter, or all, back on the way', async () => {
      const { bus, subscriber, dead_letters } = await begin();
      const events = [anEvent(), anEvent(), anEvent()];
      subscriber.react = () => 'DROP';
      await bus.publish(events);
      await until(async () => (await dead_letters.list(10)).length === 3);
      subscriber.react = () => 'SUCCESS';
      expect(await dead_letters.replay(events[1]!.id)).toBe(1);
      await until(() => taken(subscriber, events[1]!.id) >= 2);
      expect(await dead_letters.replay(null)).toBe(2);
      await until(() => events.every((event) => taken(subscriber, event.id) >= 2));
      expect(await dead_letters.replay(null)).toBe(0);
      const letters = await dead_letters.list(10);
      expect(letters.map((letter) => typeof letter.replayed_at)).toEqual(['string', 'string', 'string']);
    });

    it('shows a dead letter again that was put back and failed again', async () => {
      const { bus, subscriber, dead_letters } = await begin();
      const event = anEvent();
      subscriber.react = () => 'DROP';
      await bus.publish([event]);
      await until(async () => (await dead_letters.list(10)).length === 1);
      await dead_letters.replay(event.id);
      await until(() => taken(subscriber, event.id) >= 2);
      await until(async () => (await dead_letters.list(10))[0]?.replayed_at === null);
      expect(await dead_letters.list(10)).toHaveLength(1);
    });

    it('delivers what was offered while the subscriber was away, when it is back', async () => {
      const { bus, subscriber } = await begin();
      await subscriber.stop();
      const event = anEvent();
      // A bus that hands over by itself says so; one that keeps what it takes does not.
      await bus.publish([event]).catch(() => undefined);
      await subscriber.start();
      await offered(() => bus.publish([event]));
      await until(() => taken(subscriber, event.id) >= 1);
    });

    it('counts no try that a subscriber was away for', async () => {
      const { bus, subscriber, dead_letters } = await begin();
      const event = anEvent();
      subscriber.react = () => (taken(subscriber, event.id) === 0 ? 'RETRY' : 'SUCCESS');
      await bus.publish([event]);
      await until(() => taken(subscriber, event.id) >= 1);
      await subscriber.stop();
      // Long enough for more tries than there are.
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      expect(await dead_letters.list(10)).toEqual([]);
      await subscriber.start();
      await until(() => taken(subscriber, event.id) >= 2);
      expect(await dead_letters.list(10)).toEqual([]);
    });

    if (finds_killers) {
      it('finds the event that kills the subscriber, and goes on without it', async () => {
        const { bus, subscriber, dead_letters } = await begin();
        const events = [anEvent(), anEvent(), anEvent(), anEvent()];
        const killer = events[2]!;
        subscriber.react = (event) => (event.id === killer.id ? 'die' : 'SUCCESS');
        await offered(() => bus.publish(events));
        expect(events.filter((event) => taken(subscriber, event.id) === 0)).toEqual([killer]);
        const later = anEvent();
        await offered(() => bus.publish([later]));
        await until(async () => (await dead_letters.list(10)).length === 1, 20_000);
        expect(await dead_letters.list(10)).toMatchObject([{ id: killer.id }]);
        expect(taken(subscriber, later.id)).toBeGreaterThan(0);
      });

      it('finds the event that a subscriber answers with an error for the whole batch', async () => {
        const { bus, subscriber, dead_letters } = await begin();
        const events = Array.from({ length: 20 }, () => anEvent());
        const bad = events[13]!;
        subscriber.react = (event) => (event.id === bad.id ? { status: 500 } : 'SUCCESS');
        await bus.publish(events);
        await until(() => events.every((event) => taken(subscriber, event.id) > 0));
        await until(async () => (await dead_letters.list(10)).length === 1);
        expect(await dead_letters.list(10)).toMatchObject([{ id: bad.id }]);
      });
    } else {
      it.each<['dies of' | 'answers with an error', Reaction]>([
        ['dies of', 'die'],
        ['answers with an error', { status: 500 }],
      ])('loses no event of a batch that the subscriber %s, and goes on behind it', async (_, reaction) => {
        const { bus, subscriber, dead_letters } = await begin();
        const events = [anEvent(), anEvent(), anEvent(), anEvent()];
        const killer = events[2]!;
        subscriber.react = (event) => (event.id === killer.id ? reaction : 'SUCCESS');
        await bus.publish(events);
        await until(async () => (await dead_letters.list(10)).some(({ id }) => id === killer.id), 3 * patience_ms);
        const later = anEvent(killer.key);
        await bus.publish([later]);
        await until(() => taken(subscriber, later.id) > 0);
        const buried = new Set((await dead_letters.list(10)).map(({ id }) => id));
        expect(events.filter(({ id }) => taken(subscriber, id) === 0 && !buried.has(id))).toEqual([]);
      });
    }

    it('carries what is no JSON to the dead letters, and the rest of its batch to the subscriber', async () => {
      const { bus, subscriber, dead_letters } = await begin();
      const [before, after] = [anEvent(), anEvent()];
      const broken = { id: anId(), key: anId(), body: '{"half": ' };
      await bus.publish([before, broken, after]);
      await until(() => taken(subscriber, before.id) >= 1 && taken(subscriber, after.id) >= 1);
      await until(async () => (await dead_letters.list(10)).length === 1);
      expect(await dead_letters.list(10)).toMatchObject([{ body: broken.body }]);
    });

    it('remembers over a restart what is to be tried again', async () => {
      const { bus, subscriber, restart } = await begin();
      const event = anEvent();
      subscriber.react = () => 'RETRY';
      await bus.publish([event]);
      await until(() => taken(subscriber, event.id) >= 1);
      subscriber.react = () => 'SUCCESS';
      await restart();
      await until(() => taken(subscriber, event.id) >= 2);
    });

    it('takes an event twice, without a second dead letter or a second place in line', async () => {
      const { bus, subscriber, dead_letters } = await begin();
      const [dropped, retried] = [anEvent(), anEvent()];
      subscriber.react = (event) => (event.id === dropped.id ? 'DROP' : 'RETRY');
      await bus.publish([dropped, retried]);
      await bus.publish([dropped, retried]);
      // A durable bus may bring older events again as well, after the restart before this.
      const ids = async () => (await dead_letters.list(20)).map(({ id }) => id).filter((id) => mine.includes(id));
      const mine = [dropped.id, retried.id].toSorted();
      await until(async () => (await ids()).length >= 2);
      await quietOf(subscriber);
      expect((await ids()).toSorted()).toEqual(mine);
    });
  });
}

const anEvent = (key = anId()) => {
  const id = anId();
  return { id, key, body: JSON.stringify({ specversion: '1.0', id, type: 'task.created', subject: key }) };
};

const taken = (subscriber: Subscriber, id: string): number =>
  subscriber.delivered.filter((one) => one.id === id).length;

/** As the relay does: again until it works. */
async function offered(publish: () => Promise<void>): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await publish();
    } catch (error) {
      if (tries > 200) throw error;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}

async function until(condition: () => boolean | Promise<boolean>, ms_max = 20_000): Promise<void> {
  await expect.poll(condition, { timeout: ms_max, interval: 20 }).toBe(true);
}

/** Until no delivery has come for a while. */
async function quietOf(subscriber: Subscriber): Promise<void> {
  await until(async () => {
    const calls = subscriber.calls;
    await new Promise((resolve) => setTimeout(resolve, 700));
    return subscriber.calls === calls;
  });
}
