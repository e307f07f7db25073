/** Moves within the dashboard: the address says what is shown, and the browser's back button works. */
import { type View, viewPath } from '../task-list/views.ts';

/** The router follows history changes, so that no page is asked of the server. */
export function goTo(view: View): void {
  history.pushState(null, '', viewPath(view));
}

export function openTask(id: string | null): void {
  if (id === null && history.state?.task) {
    history.back();
    return;
  }
  const url = new URL(location.href);
  if (id === null) url.searchParams.delete('task');
  else url.searchParams.set('task', id);
  // Only our own mark: a state that carries the router's marks is taken for the router's own and not followed.
  history.pushState(id === null ? null : { task: true }, '', url);
}
