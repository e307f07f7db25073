/** One request's trace is found again wherever it went: log, Kafka, worker, scheduler, reminder, browser. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type TaskFlowEvent, TOPIC } from '@taskflow/core/contracts/events.ts';
import { alarmName } from '@taskflow/core/contracts/jobs.ts';
import type { Task } from '@taskflow/core/contracts/task.ts';
import { expect, onTestFinished, test } from 'vitest';
import { type Client, listen, signUp, until } from '../support/client.ts';
import { withTaskFlowOnEngine } from '../support/engine.ts';
import { readTopic } from '../support/kafka-topic.ts';

const app = withTaskFlowOnEngine({ TASKFLOW_LOG_LEVEL: 'debug' });

interface Trace {
  id: string;
  traceparent: string;
}

/** As a program before TaskFlow begins one (W3C Trace Context). */
function aTrace(): Trace {
  const id = randomBytes(16).toString('hex');
  return { id, traceparent: `00-${id}-${randomBytes(8).toString('hex')}-01` };
}

const traceIdOf = (carrier: { traceparent?: string | undefined } | undefined): string | undefined =>
  /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/.exec(carrier?.traceparent ?? '')?.[1];

/** A moment as tasks and alarms have it: whole seconds. */
const inSeconds = (seconds: number): string =>
  Temporal.Now.instant()
    .add({ seconds })
    .round({ smallestUnit: 'second', roundingMode: 'ceil' })
    .toString({ smallestUnit: 'second' });

async function addTask(person: Client, { traceparent }: Trace, at: string): Promise<Task> {
  const fields = { title: 'Take the cake out', due_date: null, reminders: [{ at }] };
  const { status, body } = await person.call<Task>('POST', '/api/tasks', fields, { traceparent });
  expect(status).toBe(201);
  return body;
}

interface WorkerLine {
  msg: string;
  event_id?: string;
  type?: string;
  job?: string;
  traceparent?: string;
}

function workerLines(): WorkerLine[] {
  const [worker] = app.taskflow.services.worker;
  const lines = readFileSync(worker!.app.log_file, 'utf8').split('\n');
  return lines.flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as WorkerLine] : []));
}

/** A new person with an open stream of events. */
async function aListener() {
  const person = await signUp(app.taskflow.url);
  const stream = listen(person);
  onTestFinished(stream.stop);
  await stream.opened;
  return {
    person,
    shown: (type: TaskFlowEvent['type'], { id }: Task): TaskFlowEvent[] =>
      stream.received.map(({ event }) => event).filter((event) => event.subject === id && event.type === type),
  };
}

/** A sweep may have told of the moment before its alarm did: that one is waited for. */
async function rings(at: string): Promise<WorkerLine[]> {
  const found = () => workerLines().filter(({ msg, job }) => msg === 'an alarm rings' && job === alarmName(at));
  await until('the alarm', () => found().length > 0);
  return found();
}

test('the trace of the request that made a task is that of its events, of their handling, of its alarm and of its reminder', async () => {
  const { person, shown } = await aListener();
  const trace = aTrace();
  const at = inSeconds(4);
  const task = await addTask(person, trace, at);
  await until('the reminder in the stream', () => shown('reminder.due', task).length > 0);
  const [created, due] = [shown('task.created', task), shown('reminder.due', task)];
  expect([created, due].map((events) => events.map(traceIdOf))).toEqual([[trace.id], [trace.id]]);

  const on_topic = (messages: readonly { key: string; body: string }[]) =>
    messages.filter(({ key }) => key === task.id).map(({ body }) => JSON.parse(body) as TaskFlowEvent);
  const messages = await readTopic(app.taskflow.engine.kafka.brokers, TOPIC, (all) => on_topic(all).length === 2);
  expect(on_topic(messages)).toEqual([created[0], due[0]]);

  const handled = () =>
    workerLines().filter(({ msg, event_id }) =>
      [created[0]!.id, due[0]!.id].some((id) => msg === 'an event is handled' && event_id === id),
    );
  await until('both events at the worker', () => handled().length >= 2);
  expect(handled().map((line) => [line.type, traceIdOf(line)])).toEqual([
    ['task.created', trace.id],
    ['reminder.due', trace.id],
  ]);
  expect((await rings(at)).map(traceIdOf)).toEqual([trace.id]);
});

test('two requests that share a moment share its alarm, and keep each their own trace', async () => {
  const { person, shown } = await aListener();
  const at = inSeconds(4);
  const traces = [aTrace(), aTrace()];
  const tasks = await Promise.all(traces.map((trace) => addTask(person, trace, at)));
  const due = (task: Task) => shown('reminder.due', task);
  await until('both reminders in the stream', () => tasks.every((task) => due(task).length > 0));
  expect(tasks.map((task) => due(task).map(traceIdOf))).toEqual(traces.map(({ id }) => [id]));
  const rung = await rings(at);
  expect(rung).toHaveLength(1);
  expect(traces.map(({ id }) => id)).toContain(traceIdOf(rung[0]));
});

test('a request without a trace, or with a broken one, begins one', async () => {
  const { person, shown } = await aListener();
  const at = inSeconds(3_600);
  const broken = await addTask(person, { id: '', traceparent: '00-0000-0000-01' }, at);
  const { body: bare } = await person.call<Task>('POST', '/api/tasks', { title: 'Nobody follows this' });
  const created = (task: Task) => shown('task.created', task);
  await until('both in the stream', () => [broken, bare].every((task) => created(task).length > 0));
  const ids = [broken, bare].map((task) => traceIdOf(created(task)[0]));
  expect(ids).toEqual([expect.stringMatching(/^(?!0{32})/), expect.stringMatching(/^(?!0{32})/)]);
  expect(ids[0]).not.toBe(ids[1]);
});
