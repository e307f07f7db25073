/** Reminders as notifications of the system, raised by one tab, however many are open. */
import type { Notification as Reminder } from '@taskflow/core/contracts/model.ts';
import { useEffect, useRef } from 'react';
import { leads } from '../live/lead.ts';
import { openTask } from '../navigation/go-to.ts';

/** Null while the list is not known: what was waiting when the page opened is not announced as new. */
export function useSystemNotifications(waiting: readonly Reminder[] | null): void {
  const known = useRef<Set<string> | null>(null);
  useEffect(() => {
    if (!waiting) return;
    const fresh = known.current === null ? [] : waiting.filter((one) => !known.current?.has(one.id));
    known.current = new Set([...(known.current ?? []), ...waiting.map((one) => one.id)]);
    if (leads()) for (const one of fresh) raise(one);
  }, [waiting]);
}

function raise(one: Reminder): void {
  if (!('Notification' in globalThis) || Notification.permission !== 'granted') return;
  try {
    const shown = new Notification(one.message, { tag: one.id });
    shown.onclick = () => {
      focus();
      openTask(one.task_id);
      shown.close();
    };
  } catch {
    // Android's Chrome allows them from a service worker only: the card in the page has to do there.
  }
}
