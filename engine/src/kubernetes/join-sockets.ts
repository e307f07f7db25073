/** What comes in at either of two connections goes out at the other, their ends included; what breaks one breaks the other. */
import type { Socket } from 'node:net';

/** Both allow half-open connections: an answer may still come when the question has ended. */
export function joinSockets(one: Socket, other: Socket): void {
  one.pipe(other);
  other.pipe(one);
  one.on('error', () => other.destroy());
  other.on('error', () => one.destroy());
}
