/** Kafka as Maven resolves engine/kafka/pom.xml: its jars and the Java that runs them. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Failure } from '@taskflow/core/domain/failure.ts';
import { ensureCached } from './cache.ts';
import { askProgram, runStep } from './run-step.ts';

export interface KafkaPrograms {
  java: string;
  class_path: string;
}

/** Fetches the jars unless the cache has them. */
export async function ensureKafka(cache: string, say: (line: string) => void): Promise<KafkaPrograms> {
  refuseOldJava();
  const pom = path.join(import.meta.dirname, '..', 'kafka', 'pom.xml');
  const folder = await ensureCached({
    cache,
    name: 'kafka',
    inputs: [readFileSync(pom)],
    make: async (folder) => {
      askProgram('mvn', ['--version'], folder, MAVEN_MISSING);
      const args = ['-B', '-ntp', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${folder}`];
      await runStep({ title: 'Fetching Kafka (once per machine)', command: 'mvn', args, cwd: folder, say });
    },
  });
  const jars = readdirSync(folder).filter((name) => name.endsWith('.jar'));
  return { java: 'java', class_path: jars.map((name) => path.join(folder, name)).join(path.delimiter) };
}

/** Kafka 4 runs on Java 17 and later. */
const JAVA_MIN = 17;
const JAVA_MISSING = `Kafka runs on Java, and there is none here: install a Java runtime of version ${JAVA_MIN} or later (Debian: openjdk-17-jre-headless).`;
const MAVEN_MISSING = 'Kafka is fetched by Maven, and there is none here: install Maven 3.6 or later (Debian: maven).';

function refuseOldJava(): void {
  const said = askProgram('java', ['-version'], '.', JAVA_MISSING);
  const version = Number(/version "(\d+)/.exec(said)?.[1]);
  if (!(version >= JAVA_MIN))
    throw new Failure('unavailable', `Kafka needs Java ${JAVA_MIN} or later, and this is ${said.split('\n')[0]}.`);
}
