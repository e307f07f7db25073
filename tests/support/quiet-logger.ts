/** A log for tests: nothing is printed, and everything can be looked at. */
import type { Logger } from '@taskflow/core/logger.ts';

export interface Remembered extends Logger {
  lines: { level: string; message: string; data: object }[];
}

export function rememberingLogger(): Remembered {
  const lines: Remembered['lines'] = [];
  const keep = (level: string) => (data: object, message: string) => void lines.push({ level, message, data });
  return { lines, debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') };
}

const nothing = () => undefined;
export const quiet: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
