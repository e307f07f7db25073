/** An effect's id is derived from its cause, so that doing it again is doing nothing. */
import { hash } from 'node:crypto';

/** A UUID of version 8 (RFC 9562, section 5.8: custom) from the SHA-256 of the parts. */
export function derivedId(...parts: readonly string[]): string {
  const hex = hash('sha256', parts.join('\n'), 'hex');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
