/** The model classes of the Strimzi operator, from Maven: a folder of jars. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ensureCached } from '../../engine/src/cache.ts';
import { cacheFolder } from '../../engine/src/config.ts';
import { runStep } from '../../engine/src/run-step.ts';

export async function strimziModel(): Promise<string> {
  const pom = path.join(import.meta.dirname, '..', 'manifests', 'strimzi', 'pom.xml');
  return ensureCached({
    cache: cacheFolder(process.env),
    name: 'strimzi',
    inputs: [await readFile(pom)],
    make: (folder) => {
      const args = ['-B', '-ntp', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${folder}`];
      return runStep({ title: 'Fetching the model of Strimzi', command: 'mvn', args, cwd: folder, say: () => {} });
    },
  });
}
