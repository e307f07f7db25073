/**
 * `npm start` on a clean clone: installs, builds and runs TaskFlow; later starts do only what changed. `npm run start:dapr` does
 * the same for the distributed mode.
 */
import { spawn } from 'node:child_process';
import module from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ensureBuilt, ensureInstalled, isPinnedNode, pinnedBinary, ROOT, refuseOldNode } from './prepare.mjs';

const given = process.argv.slice(2);
const on_dapr = given[0] === 'dapr';
const args = on_dapr ? given.slice(1) : given;
const too_old = refuseOldNode();
if (too_old) {
  console.error(too_old);
  process.exitCode = 1;
} else {
  try {
    await ensureInstalled();
    process.exitCode = await (isPinnedNode() ? runHere() : runUnderPinnedNode());
    // npm, or whoever started us, need not wait for sockets and timers that nobody uses any more.
    process.exit();
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}

/** In this process: a second Node.js that only waits would cost 40 MB. */
async function runHere() {
  // TypeScript is stripped once; the cache spares each process 18 MB and 30 ms at the next start. Children inherit it.
  process.env.NODE_COMPILE_CACHE ??= path.join(ROOT, 'node_modules', '.cache', 'compile');
  module.enableCompileCache(process.env.NODE_COMPILE_CACHE);
  // Started by another process that was killed: nobody could stop us any more.
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  const program = on_dapr ? ['engine', 'src', 'taskflow.ts'] : ['embedded', 'src', 'main.ts'];
  const { run } = await import(pathToFileURL(path.join(ROOT, ...program)).href);
  const build = (signal) => ensureBuilt({ signal });
  return run({ args, environment: process.env, directory: ROOT, build });
}

/** The first start, while PATH still leads to the machine's own Node.js. */
function runUnderPinnedNode() {
  const child = spawn(pinnedBinary(), [fileURLToPath(import.meta.url), ...given], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}
