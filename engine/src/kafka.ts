/** One Kafka, broker and controller in one process, with the topics it is asked for and no others. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readYaml } from '../../k8s/local/manifests.ts';
import type { KafkaPrograms } from './kafka-programs.ts';
import { createTopics, probeTopics, type Topic } from './kafka-protocol.ts';
import { type House, makePart, type Part } from './part.ts';
import type { PortBook } from './ports.ts';
import { runStep } from './run-step.ts';

export interface Kafka extends Part {
  /** `host:port` */
  brokers: string;
  createTopics(topics: readonly Topic[]): Promise<void>;
}

export async function makeKafka(
  house: House,
  programs: KafkaPrograms,
  ports: PortBook,
  topics?: readonly Topic[],
): Promise<Kafka> {
  const [port, controller_port] = await Promise.all([ports.port('kafka'), ports.port('kafka.controller')]);
  const folder = path.join(house.folder, 'kafka');
  const properties = path.join(folder, 'server.properties');
  const logging = path.join(folder, 'log4j2.properties');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(properties, lines(settings(path.join(folder, 'data'), port, controller_port)));
  writeFileSync(logging, lines(LOGGING));
  const java = (heap: string[], main: string, ...args: string[]) => [
    ...heap,
    ...['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Djava.awt.headless=true'],
    ...[`-Dlog4j2.configurationFile=file:${logging}`, '-cp', programs.class_path, main, ...args],
  ];
  if (!existsSync(path.join(folder, 'data', 'meta.properties')))
    await runStep({
      title: 'Formatting the data folder of Kafka',
      command: programs.java,
      args: java(['-Xmx128m'], 'kafka.tools.StorageTool', 'format', '-t', clusterId(), '-c', properties),
      cwd: folder,
      say: () => undefined,
    });
  const wanted = topics ?? (await readTopics());
  const names = wanted.map(({ name }) => name);
  const part = makePart(house, {
    name: 'kafka',
    command: programs.java,
    args: java(['-Xms64m', '-Xmx256m'], 'kafka.Kafka', properties),
    async probe() {
      await createTopics(port, wanted);
      await probeTopics(port, names);
    },
  });
  return Object.assign(part, {
    brokers: `127.0.0.1:${port}`,
    async createTopics(more: readonly Topic[]) {
      await createTopics(port, more);
      names.push(...more.map(({ name }) => name));
      await part.awaitReady();
    },
  });
}

interface KafkaTopic {
  metadata: { name: string };
  spec: { partitions: number; config: Record<string, string | number> };
}

/** The same that a cluster is given. */
async function readTopics(): Promise<Topic[]> {
  const manifests = await readYaml(path.join(import.meta.dirname, '..', '..', 'k8s', 'kafka', 'topic.yaml'));
  return (manifests as KafkaTopic[]).map(({ metadata, spec }) => ({
    name: metadata.name,
    partitions: spec.partitions,
    config: Object.fromEntries(Object.entries(spec.config).map(([name, value]) => [name, String(value)])),
  }));
}

/** As Kafka writes a UUID. One that begins with a dash would be read as an option. */
const clusterId = (): string => `T${randomBytes(16).toString('base64url').slice(1)}`;

const settings = (data_folder: string, port: number, controller_port: number) => ({
  'process.roles': 'broker,controller',
  'node.id': 1,
  'controller.quorum.voters': `1@127.0.0.1:${controller_port}`,
  listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller_port}`,
  'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
  'inter.broker.listener.name': 'PLAINTEXT',
  'controller.listener.names': 'CONTROLLER',
  'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
  'log.dirs': data_folder,
  'auto.create.topics.enable': false,
  'default.replication.factor': 1,
  'offsets.topic.replication.factor': 1,
  'offsets.topic.num.partitions': 4,
  'transaction.state.log.replication.factor': 1,
  'transaction.state.log.min.isr': 1,
  'transaction.state.log.num.partitions': 4,
  'share.coordinator.state.topic.replication.factor': 1,
  'share.coordinator.state.topic.min.isr': 1,
  'share.coordinator.state.topic.num.partitions': 1,
  'group.initial.rebalance.delay.ms': 0,
  // A broker that was killed may come back when its session is over: after 2 s, not 9.
  'broker.session.timeout.ms': 2000,
  'broker.heartbeat.interval.ms': 500,
  'log.segment.bytes': 16_777_216,
  'metadata.log.segment.bytes': 16_777_216,
  'metadata.max.retention.bytes': 16_777_216,
  'log.retention.bytes': 67_108_864,
  'num.network.threads': 2,
  'num.io.threads': 4,
  'background.threads': 2,
  'log.cleaner.dedupe.buffer.size': 4_194_304,
});

const LOGGING = {
  status: 'error',
  'appender.console.type': 'Console',
  'appender.console.name': 'console',
  'appender.console.layout.type': 'PatternLayout',
  'appender.console.layout.pattern': '[%d] %p %m (%c)%n',
  'rootLogger.level': 'INFO',
  'rootLogger.appenderRef.console.ref': 'console',
};

const lines = (values: Record<string, string | number | boolean>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
