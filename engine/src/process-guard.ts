/** When our process ends, however it ends, the engine ends with it: a shell of 1 MB holds a pipe to us, and kills the rest when the pipe closes. */
import { spawn } from 'node:child_process';

export interface ProcessGuard {
  watch(pid: number): void;
  forget(pid: number): void;
  /** Nothing is killed: what ran has been stopped. */
  close(): void;
}

/** It keeps the last line it was told: all that is to be killed. */
const SCRIPT = 'while read -r pids; do last=$pids; done; [ -z "$last" ] || kill -KILL $last';

export function startGuard(): ProcessGuard {
  // In a session of its own, so that Ctrl-C and the hang-up of a terminal do not reach it.
  const child = spawn('sh', ['-c', SCRIPT], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  child.on('error', () => undefined).unref();
  child.stdin.on('error', () => undefined);
  const watched = new Set<number>();
  const tell = () => child.stdin.write(`${[...watched].join(' ')}\n`);
  return {
    watch(pid) {
      watched.add(pid);
      tell();
    },
    forget(pid) {
      if (watched.delete(pid)) tell();
    },
    close() {
      watched.clear();
      tell();
      child.stdin.end();
    },
  };
}
