/** What lies on a topic, read by Kafka's own console consumer: neither Dapr nor our code has a hand in it. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { cacheFolder } from '@taskflow/engine/src/config.ts';
import { ensureKafka } from '@taskflow/engine/src/kafka-programs.ts';

export interface KafkaMessage {
  key: string;
  body: string;
}

/** Reads from the first message on, until `enough` says so or nothing came for `patience_ms`. */
export async function readTopic(
  brokers: string,
  topic: string,
  enough: (messages: readonly KafkaMessage[]) => boolean,
  patience_ms = 20_000,
): Promise<KafkaMessage[]> {
  const { java, class_path } = await ensureKafka(cacheFolder(process.env), () => undefined);
  const child = spawn(
    java,
    [
      ...['-Xmx128m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', class_path],
      ...['org.apache.kafka.tools.consumer.ConsoleConsumer', '--bootstrap-server', brokers, '--topic', topic],
      ...['--from-beginning', '--timeout-ms', String(patience_ms)],
      ...['--formatter-property', 'print.key=true', '--formatter-property', 'key.separator=\t'],
    ],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const ended = new Promise((resolve) => child.once('close', resolve));
  const messages: KafkaMessage[] = [];
  for await (const line of createInterface(child.stdout)) {
    const tab = line.indexOf('\t');
    messages.push({ key: line.slice(0, tab), body: line.slice(tab + 1) });
    if (enough(messages)) break;
  }
  child.kill('SIGKILL');
  await ended;
  return messages;
}
