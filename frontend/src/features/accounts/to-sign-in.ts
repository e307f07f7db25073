import { keepDraft } from '../quick-add/draft.ts';

/** The session is over: to the sign-in page, and from there back to this very place, with the line that was being written. */
export function toSignIn(): void {
  keepDraft();
  const here = `${location.pathname}${location.search}`;
  location.replace(`/sign-in?next=${encodeURIComponent(here)}`);
}

/** Only a path of this site may be returned to (RFC 9700, 4.11: an open redirector helps phishing). */
export function safeReturn(next: string, origin: string): string {
  const fallback = '/dashboard';
  if (!next.startsWith('/')) return fallback;
  try {
    const url = new URL(next, origin);
    return url.origin === origin ? `${url.pathname}${url.search}${url.hash}` : fallback;
  } catch {
    return fallback;
  }
}
