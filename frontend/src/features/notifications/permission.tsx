/** Asks for the browser's permission, only when it is pressed, and only while it has not been answered. */
import { useEffect, useState } from 'react';
import { Icon } from '../../lib/icons.tsx';

export function NotificationPermission() {
  const [askable, setAskable] = useState(false);
  useEffect(() => setAskable('Notification' in globalThis && Notification.permission === 'default'), []);
  if (!askable) return null;
  return (
    <button
      type="button"
      className="rail-item"
      onClick={() => void Notification.requestPermission().then((answer) => setAskable(answer === 'default'))}
    >
      <Icon name="reminder" /> Enable notifications
    </button>
  );
}
