/** Messages at the lower edge, read out as they come; a pointer or focus on one keeps it. */
import { useEffect, useState, useSyncExternalStore } from 'react';
import { Icon } from '../../lib/icons.tsx';
import { useApp } from '../app.tsx';
import type { Toast } from './toasts.ts';

export function ToastStack() {
  const { toasts } = useApp();
  const shown = useSyncExternalStore(toasts.subscribe, toasts.snapshot, toasts.snapshot);
  return (
    <section className="toasts" aria-label="Messages">
      <div role="status" className="contents">
        {shown.map((toast) => (
          <ToastLine key={toast.id} toast={toast} />
        ))}
      </div>
    </section>
  );
}

function ToastLine({ toast }: { toast: Toast }) {
  const { toasts } = useApp();
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => toasts.close(toast.id), toast.duration_ms);
    return () => clearTimeout(timer);
  }, [held, toast, toasts]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only waits while someone is at it; there is nothing to operate
    <div
      className="toast"
      data-tone={toast.tone}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <span className="line-clamp-3 min-w-0 flex-1 py-2 break-words">{toast.message}</span>
      {toast.action && (
        <button type="button" className="toast-action" onClick={toast.action.run}>
          {toast.action.label}
        </button>
      )}
      <button type="button" className="toast-close" aria-label="Close message" onClick={() => toasts.close(toast.id)}>
        <Icon name="close" />
      </button>
    </div>
  );
}
