/** A child serves while its supervisor lives: it closes cleanly when told to, and also when the supervisor dies. */
import { flushCompileCache } from 'node:module';
import { Failure } from '@taskflow/core/domain/failure.ts';
import type { ChildReport, ChildSetup } from './child-protocol.ts';

export interface RunningPart {
  url?: string;
  port?: number;
  /** Ends connections and streams; what is acknowledged is safe before and after. */
  close(): Promise<void>;
}

/** Waits for the configuration, starts the part, reports it ready, and closes it at the end. */
export function runChild(start: (setup: ChildSetup) => Promise<RunningPart>): void {
  let part: RunningPart | undefined;
  let ending = false;
  const end = async () => {
    if (ending) return;
    ending = true;
    setTimeout(() => process.exit(1), CLOSE_MS_MAX).unref();
    await part?.close();
    process.exit(0);
  };
  process.once('SIGTERM', end).once('disconnect', end);
  process.once('message', async (setup: ChildSetup) => {
    try {
      part = await start(setup);
      const { url, port } = part;
      await report({ kind: 'ready', ...(url === undefined ? {} : { url }), ...(port === undefined ? {} : { port }) });
      // Killed processes write no cache; with one the next start needs neither the time nor the 18 MB of the TypeScript stripper.
      flushCompileCache();
    } catch (error) {
      console.error(error);
      await report({ kind: 'failed', message: error instanceof Failure ? error.message : String(error) });
      process.exit(1);
    }
  });
}

/** Just above the supervisor's own patience: this is for a child without one. */
const CLOSE_MS_MAX = 4000;

const report = (message: ChildReport): Promise<void> =>
  new Promise((resolve) => process.send?.(message, () => resolve()));
