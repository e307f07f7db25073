/** What can be done about a reminder; its card goes at once and comes back when the server refuses. */
import { useQueryClient } from '@tanstack/react-query';
import type { Notification, Snooze } from '@taskflow/core/contracts/model.ts';
import { api, type Page } from '../../lib/api.ts';
import { momentWords } from '../../lib/dates.ts';
import { useApp } from '../app.tsx';
import { tellOtherTabs } from './other-tabs.ts';

const KEY = ['notifications'];

export function useNotificationActions(zone: string) {
  const client = useQueryClient();
  const { store, actions, toasts } = useApp();

  async function away(one: Notification, run: () => Promise<unknown>): Promise<void> {
    await client.cancelQueries({ queryKey: KEY });
    client.setQueryData<Page<Notification>>(
      KEY,
      (page) => page && { ...page, items: page.items.filter((item) => item.id !== one.id) },
    );
    try {
      await run();
    } finally {
      void client.invalidateQueries({ queryKey: KEY });
      tellOtherTabs();
    }
  }

  return {
    dismiss: (one: Notification) => away(one, () => api.readNotification(one.id)),
    done: (one: Notification) =>
      away(one, async () => {
        const task = store.snapshot().get(one.task_id) ?? (await api.task(one.task_id));
        store.put([task]);
        await Promise.all([actions.complete(task), api.readNotification(one.id)]);
      }),
    snooze: (one: Notification, how: Snooze) =>
      away(one, async () => {
        const { task, notification } = await api.snooze(one.id, how);
        store.put([task]);
        const again = momentWords(Date.parse(notification.snoozed_until!), Date.now(), zone);
        toasts.show(`“${one.message}” comes again: ${again}`);
      }),
  };
}
