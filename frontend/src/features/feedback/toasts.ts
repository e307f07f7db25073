/** Short messages with at most one action each; the newest three are shown, each for as long as it says. */

export interface Toast {
  id: number;
  message: string;
  tone: 'plain' | 'danger';
  action: { label: string; run: () => void } | null;
  duration_ms: number;
}
export type Toasts = ReturnType<typeof createToasts>;

const SHOWN_MAX = 3;

export function createToasts() {
  let shown: readonly Toast[] = [];
  let last_id = 0;
  const listeners = new Set<() => void>();

  function set(next: readonly Toast[]) {
    shown = next;
    for (const listener of listeners) listener();
  }

  return {
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    snapshot: () => shown,
    show(message: string, more: Partial<Omit<Toast, 'id' | 'message'>> = {}): number {
      const toast: Toast = { id: ++last_id, message, tone: 'plain', action: null, duration_ms: 4_000, ...more };
      set([...shown, toast].slice(-SHOWN_MAX));
      return toast.id;
    },
    close(id: number) {
      if (shown.some((one) => one.id === id)) set(shown.filter((one) => one.id !== id));
    },
  };
}
