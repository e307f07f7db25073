/** Whether a caller shows the right token, in a time that does not depend on how much of it is right. */
import { createHash, timingSafeEqual } from 'node:crypto';

export function tokenCheck(expected: string): (shown: string | string[] | undefined) => boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const wanted = digest(expected);
  return (shown) => typeof shown === 'string' && timingSafeEqual(digest(shown), wanted);
}
