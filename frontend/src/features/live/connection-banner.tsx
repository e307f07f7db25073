/** Says when the page is not live, once that has lasted long enough to matter. */
import { useEffect, useState } from 'react';
import type { Connection } from './use-live-events.ts';

const PATIENCE_MS = 4_000;

export function ConnectionBanner({ connection }: { connection: Connection }) {
  const [overdue, setOverdue] = useState(false);
  const down = connection !== 'live';
  useEffect(() => {
    setOverdue(false);
    if (!down) return;
    const timer = setTimeout(() => setOverdue(true), connection === 'offline' ? 0 : PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [down, connection]);
  return (
    <div role="status" className="empty:hidden">
      {overdue && (
        <p className="banner">
          {connection === 'offline'
            ? 'You are offline. What you see may be old.'
            : 'The connection is lost. Trying again.'}
        </p>
      )}
    </div>
  );
}
