/** Whether the window is as narrow as a phone's, where the styles' own break lies (40rem). */
import { useSyncExternalStore } from 'react';

const NARROW = '(width < 40rem)';

export const useIsNarrow = (): boolean =>
  useSyncExternalStore(
    subscribe,
    () => matchMedia(NARROW).matches,
    () => false,
  );

function subscribe(listener: () => void): () => void {
  const query = matchMedia(NARROW);
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
}
