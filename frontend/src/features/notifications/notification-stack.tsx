/** Reminders that have come: a card each, until it is answered here, in another tab or on another device. */
import { useQuery } from '@tanstack/react-query';
import type { Notification } from '@taskflow/core/contracts/model.ts';
import { useState } from 'react';
import { api, wordsOf } from '../../lib/api.ts';
import { dueIn, dueWords, momentWords, wallClock } from '../../lib/dates.ts';
import { Icon } from '../../lib/icons.tsx';
import { useNow } from '../../lib/time-hooks.ts';
import { useIsNarrow } from '../../lib/use-is-narrow.ts';
import { useApp, useTasks } from '../app.tsx';
import { openTask } from '../navigation/go-to.ts';
import { SNOOZES } from './snoozes.ts';
import { useNotificationActions } from './use-notification-actions.ts';
import { useSystemNotifications } from './use-system-notifications.ts';

/** On a phone a third one would leave little of the list to be seen. */
const CARDS_MAX = { narrow: 2, wide: 3 };

export function NotificationStack({ zone }: { zone: string }) {
  const { data } = useQuery({ queryKey: ['notifications'], queryFn: api.notifications });
  const tasks = useTasks();
  const { dismiss } = useNotificationActions(zone);
  // A task done elsewhere needs no reminder any more.
  const open = (data?.items ?? []).filter(
    (one) => one.read_at === null && (tasks.get(one.task_id)?.status ?? 'pending') === 'pending',
  );
  const waiting = open.filter((one) => one.snoozed_until === null);
  const cards_max = CARDS_MAX[useIsNarrow() ? 'narrow' : 'wide'];
  useSystemNotifications(data ? waiting : null);
  return (
    <section className="notifications" aria-label="Reminders">
      <ol aria-live="assertive" className="contents">
        {waiting.slice(0, cards_max).map((one) => (
          <Card key={one.id} notification={one} zone={zone} />
        ))}
      </ol>
      {waiting.length > cards_max && (
        <div className="card flex items-center justify-between py-2 text-sm">
          <span>{waiting.length - cards_max} more</span>
          <button type="button" className="link" onClick={() => waiting.forEach((one) => void dismiss(one))}>
            Dismiss all
          </button>
        </div>
      )}
    </section>
  );
}

function Card({ notification, zone }: { notification: Notification; zone: string }) {
  const now_ms = useNow();
  const { toasts } = useApp();
  const { dismiss, done, snooze } = useNotificationActions(zone);
  const [busy, setBusy] = useState(false);
  const today = wallClock(now_ms, zone).date;
  const when = notification.due_date
    ? dueWords(dueIn(zone, notification.due_date), today)
    : momentWords(Date.parse(notification.scheduled_for), now_ms, zone);

  function act(run: () => Promise<unknown>) {
    setBusy(true);
    run()
      .catch((error) => toasts.show(wordsOf(error), { tone: 'danger' }))
      .finally(() => setBusy(false));
  }

  return (
    <li className="card" aria-busy={busy}>
      <div className="flex items-start gap-3">
        <Icon name="reminder" className="mt-0.5 size-5 text-accent" />
        <div className="min-w-0 flex-1">
          <button
            type="button"
            className="block max-w-full text-left font-medium break-words"
            onClick={() => openTask(notification.task_id)}
          >
            {notification.message}
          </button>
          <p className="text-sm text-muted">{when}</p>
        </div>
        <button
          type="button"
          className="icon-button -mt-2 -mr-2"
          aria-label="Dismiss"
          onClick={() => act(() => dismiss(notification))}
        >
          <Icon name="close" />
        </button>
      </div>
      <div className="mt-3 flex flex-wrap items-center gap-2">
        <button
          type="button"
          className="button button-accent"
          disabled={busy}
          onClick={() => act(() => done(notification))}
        >
          Done
        </button>
        <fieldset className="snoozes" disabled={busy}>
          <legend className="sr-only">Snooze</legend>
          {SNOOZES.map(({ name, short, until }) => (
            <button
              key={name}
              type="button"
              className="button"
              aria-label={`Snooze ${name}`}
              onClick={() => act(() => snooze(notification, until(now_ms, zone)))}
            >
              {short}
            </button>
          ))}
        </fieldset>
      </div>
    </li>
  );
}
