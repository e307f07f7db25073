/** Keeps the page live: events are applied as they come; after a gap that could not be bridged, all is read again. */

import { useQueryClient } from '@tanstack/react-query';
import type { TaskFlowEvent } from '@taskflow/core/contracts/events.ts';
import type { Notification, Project } from '@taskflow/core/contracts/model.ts';
import { useEffect, useState } from 'react';
import { api, type Page } from '../../lib/api.ts';
import { useApp } from '../app.tsx';
import { listenToOtherTabs } from '../notifications/other-tabs.ts';
import { type Connection, openEventStream } from './event-stream.ts';
import { leads } from './lead.ts';

export type { Connection };

const FRAME_MS = 16;

export function useLiveEvents(): Connection {
  const { store, refreshNumbers } = useApp();
  const client = useQueryClient();
  const [connection, setConnection] = useState<Connection>('connecting');
  useEffect(() => {
    const readNotifications = () => void client.invalidateQueries({ queryKey: ['notifications'] });
    const batch = createBatch((events) => {
      const tasks = events.flatMap((event) => (event.type === 'reminder.due' ? [] : [event.data.task]));
      const deleted = events.flatMap((event) => (event.type === 'task.deleted' ? [event.data.task] : []));
      // A deletion is the last thing that happens to a task, so it may come last of a batch.
      store.put(tasks);
      store.remove(deleted);
      // Answered on another device: a snooze is a change of the task.
      if (events.some((event) => event.type === 'reminder.due') || tasks.some((task) => hasCard(task.id))) {
        readNotifications();
      }
      if (tasks.some((task) => !knowsProject(task.project_id))) {
        void client.invalidateQueries({ queryKey: ['projects'] });
      }
      if (tasks.length > 0) refreshNumbers();
    });
    const hasCard = (task_id: string) =>
      client.getQueryData<Page<Notification>>(['notifications'])?.items.some((one) => one.task_id === task_id) ?? false;
    const knowsProject = (id: string) =>
      client.getQueryData<Page<Project>>(['projects'])?.items.some((one) => one.id === id) ?? true;
    const stop = new AbortController();
    // The list was asked for before the stream was open: what changed in between is among the newest.
    const first = () =>
      void api.tasks({ sort: '-updated_at', limit: '20' }, stop.signal).then(
        (page) => store.put(page.items),
        () => {},
      );
    const gap = () => void client.invalidateQueries();
    const close = openEventStream({ apply: batch.add, changed: setConnection, first, gap, leads });
    const deafen = listenToOtherTabs(readNotifications);
    return () => {
      stop.abort();
      deafen();
      close();
      batch.stop();
    };
  }, [client, store, refreshNumbers]);
  return connection;
}

/** An import or a bulk change is a thousand events at once: they are applied together, one frame later. */
function createBatch(apply: (events: TaskFlowEvent[]) => void) {
  let waiting: TaskFlowEvent[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    timer = undefined;
    const events = waiting;
    waiting = [];
    apply(events);
  };
  return {
    add(event: TaskFlowEvent) {
      waiting.push(event);
      timer ??= setTimeout(flush, FRAME_MS);
    },
    stop: () => clearTimeout(timer),
  };
}
