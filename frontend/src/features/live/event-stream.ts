/** One stream of events that resumes where it was, whoever broke it: the network, the server, or a tab out of sight. */
import type { EventType, TaskFlowEvent } from '@taskflow/core/contracts/events.ts';

export type Connection = 'connecting' | 'live' | 'lost' | 'offline';

interface Parts {
  apply: (event: TaskFlowEvent) => void;
  changed: (connection: Connection) => void;
  /** The first stream is open: what changed since the page began to read must be looked for. */
  first: () => void;
  /** The place can't be resumed, or the server refuses: what is shown must be read again. */
  gap: () => void;
  /** Whether this tab must hear of reminders even when nobody looks at it. */
  leads: () => boolean;
}

const TYPES: readonly EventType[] = ['task.created', 'task.updated', 'task.deleted', 'reminder.due'];
const PAUSE_MS_MIN = 1_000;
const PAUSE_MS_MAX = 30_000;
/** Over HTTP/1.1 a browser opens six connections to a site, for all tabs together: those out of sight give theirs back. */
const OUT_OF_SIGHT_MS = 15_000;

export function openEventStream({ apply, changed, first, gap, leads }: Parts): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pause_ms = PAUSE_MS_MIN;
  /** The place of the last message, where a new stream goes on. */
  let place = '';

  function open() {
    clearTimeout(timer);
    source?.close();
    const stream = new EventSource(place === '' ? '/api/events' : `/api/events?last_event_id=${place}`);
    source = stream;
    const listen = (type: string, heard: (data: string) => void) =>
      stream.addEventListener(type, (message) => {
        place = message.lastEventId || place;
        heard(message.data);
      });
    for (const type of TYPES) listen(type, (data) => apply(JSON.parse(data) as TaskFlowEvent));
    listen('reset', gap);
    listen('ready', () => {});
    stream.onopen = () => {
      pause_ms = PAUSE_MS_MIN;
      changed('live');
      if (place === '') first();
    };
    stream.onerror = () => {
      changed(navigator.onLine ? 'lost' : 'offline');
      // Otherwise the browser tries again by itself.
      if (stream.readyState !== EventSource.CLOSED) return;
      timer = setTimeout(open, pause_ms);
      pause_ms = Math.min(pause_ms * 2, PAUSE_MS_MAX);
      // A refusal may mean that the session is over: any other request tells.
      gap();
    };
  }

  function rest() {
    if (leads() || document.visibilityState === 'visible') return;
    source?.close();
    source = null;
  }
  function look() {
    clearTimeout(timer);
    if (document.visibilityState === 'hidden') timer = setTimeout(rest, OUT_OF_SIGHT_MS);
    else if (source === null || source.readyState === EventSource.CLOSED) open();
  }
  const offline = () => changed('offline');

  open();
  document.addEventListener('visibilitychange', look);
  addEventListener('offline', offline);
  addEventListener('online', open);
  return () => {
    clearTimeout(timer);
    source?.close();
    document.removeEventListener('visibilitychange', look);
    removeEventListener('offline', offline);
    removeEventListener('online', open);
  };
}
