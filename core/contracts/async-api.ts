/** What goes over the bus, as AsyncAPI 3.0: channels, who sends and receives on them, and every message with an example. */
import { EVENT_EXAMPLES } from './event-examples.ts';
import { DEAD_LETTER_TOPIC, type EventType, TOPIC } from './events.ts';
import { EVENT_SCHEMAS, type Json, sharedSchemas } from './json-schemas.ts';

const EVENT_MEANINGS: Record<EventType, { name: string; title: string; summary: string }> = {
  'task.created': { name: 'TaskCreated', title: 'A task came to be', summary: 'Also the next occurrence of a series.' },
  'task.updated': {
    name: 'TaskUpdated',
    title: 'A task changed',
    summary: 'Also completed, reopened, missed, moved. `data.task.version` decides which of two is newer.',
  },
  'task.deleted': { name: 'TaskDeleted', title: 'A task is gone', summary: '`data.task` is what it was.' },
  'reminder.due': {
    name: 'ReminderDue',
    title: "A reminder's moment has come",
    summary: 'Once for each (task, reminder, moment): the id is derived from these, so every repetition has the same.',
  },
};

const TYPES = Object.keys(EVENT_MEANINGS) as EventType[];

export function asyncApi(version: string): Json {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'TaskFlow events',
      version,
      description: [
        'CloudEvents 1.0 in structured mode, one event a message, the task id as partition key.',
        'Delivery is at least once, in order per task as long as nothing fails; subscribers are idempotent by `id` and safe in any order.',
      ].join(' '),
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/cloudevents+json',
    channels: { tasks: tasksChannel(), deadLetters: deadLetterChannel() },
    operations: operations(),
    components: {
      messages: { ...Object.fromEntries(TYPES.map(message)), DeadLetter: DEAD_LETTER },
      schemas: sharedSchemas(TYPES.map((type) => EVENT_SCHEMAS[type])),
    },
  };
}

const reference = (...path: string[]): Json => ({ $ref: `#/${path.join('/')}` });
const names = TYPES.map((type) => EVENT_MEANINGS[type].name);

const kafkaTopic = (topic: string): Json => ({ kafka: { topic, bindingVersion: '0.5.0' } });

const tasksChannel = (): Json => ({
  address: TOPIC,
  title: 'Facts about tasks',
  description: 'A change and its event are one transaction: neither is ever there without the other.',
  messages: Object.fromEntries(names.map((name) => [name, reference('components', 'messages', name)])),
  bindings: kafkaTopic(TOPIC),
});

const deadLetterChannel = (): Json => ({
  address: DEAD_LETTER_TOPIC,
  title: 'Events that could not be handled',
  description: 'After retries, or at once when malformed. They hold up nothing; a command puts them back.',
  messages: { DeadLetter: reference('components', 'messages', 'DeadLetter') },
  bindings: kafkaTopic(DEAD_LETTER_TOPIC),
});

const operations = (): Json => {
  const events = names.map((name) => reference('channels', 'tasks', 'messages', name));
  const letters = [reference('channels', 'deadLetters', 'messages', 'DeadLetter')];
  const tasks = reference('channels', 'tasks');
  const dead = reference('channels', 'deadLetters');
  return {
    publishEvents: { action: 'send', channel: tasks, title: 'backend-service publishes', messages: events },
    handleEvents: { action: 'receive', channel: tasks, title: 'worker sets alarms', messages: events },
    buryEvents: { action: 'send', channel: dead, title: 'The bus gives up on an event', messages: letters },
    replayEvents: { action: 'receive', channel: dead, title: '`npm run dead-letters -- replay`', messages: letters },
  };
};

function message(type: EventType): [string, Json] {
  const { name, title, summary } = EVENT_MEANINGS[type];
  const example = EVENT_EXAMPLES.find((event) => event.type === type);
  return [
    name,
    {
      name: type,
      title,
      summary,
      contentType: 'application/cloudevents+json',
      payload: reference('components', 'schemas', name),
      correlationId: { location: '$message.payload#/id', description: 'The same for every repetition of an event.' },
      bindings: { kafka: { key: { type: 'string', description: 'The task id.' }, bindingVersion: '0.5.0' } },
      examples: [{ name: type, payload: example }],
    },
  ];
}

const DEAD_LETTER: Json = {
  name: 'dead-letter',
  title: 'An event as it was published',
  summary:
    'Unchanged, and therefore possibly no event at all; the reason lies beside it (`npm run dead-letters -- list`).',
  contentType: 'application/cloudevents+json',
  payload: {},
};
