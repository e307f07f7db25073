/** The topic `tasks-dead-letter`, as the sidecar delivers it: each letter is kept with its reason, once. */
import { derivedId } from '@taskflow/core/domain/derived-id.ts';
import { Failure } from '@taskflow/core/domain/failure.ts';
import type { DeadLetter, DeadLetterSink } from '@taskflow/core/ports.ts';
import { z } from 'zod';
import { parseCloudEvents } from '../bodies.ts';
import { operation } from '../openapi.ts';
import type { Api } from '../parts.ts';
import { showsToken } from './internal.ts';

/** A raw payload in a CloudEvent of Dapr's making (Dapr docs, "Publishing & subscribing messages without CloudEvents"). */
const RawDelivery = z.object({ data_base64: z.base64() });
/** The largest event of a topic, in base64. */
const BODY_MAX_BYTES = 4_000_000;
const DeliveryAnswer = z.strictObject({ status: z.literal('SUCCESS') }).meta({ id: 'DeliveryAnswer' });

/** Any other answer than 200 has the sidecar deliver it again, for ever: a dead letter is never lost. */
export function deadLetterRoute(app: Api, { sink, token }: { sink: DeadLetterSink; token: string }): void {
  parseCloudEvents(app);
  app.post(
    '/internal/dead-letters',
    {
      ...operation({
        id: 'keepDeadLetter',
        tag: 'Internal',
        summary: 'Keep a dead letter',
        body: RawDelivery,
        answers: { 200: { description: 'It is kept.', schema: DeliveryAnswer } },
        access: 'internal',
      }),
      bodyLimit: BODY_MAX_BYTES,
      onRequest: async (request) => {
        if (!showsToken(request, token)) throw new Failure('unauthorized', 'The token of the sidecar is wrong.');
      },
    },
    async (request) => {
      await sink.keep([readLetter(Buffer.from(request.body.data_base64, 'base64').toString())]);
      return { status: 'SUCCESS' as const };
    },
  );
}

type Letter = Pick<DeadLetter, 'id' | 'body' | 'reason' | 'attempts'>;

const Uuid = z.uuid();
/** What the worker says of an event that it gives up; a sidecar that gives one up says nothing. */
const Attributes = z.looseObject({
  id: z.unknown(),
  deadletterreason: z.string().default('no subscriber took it: none answered, or it is not a CloudEvent'),
  deadletterattempts: z.int().min(1).default(1),
});

export function readLetter(text: string): Letter {
  // PostgreSQL keeps no NUL in a text.
  const body = text.replaceAll('\0', '\u{fffd}');
  const read = Attributes.safeParse(parse(body));
  if (!read.success) {
    return { id: derivedId('dead letter', body), body, reason: 'it is not a JSON object', attempts: 1 };
  }
  const { deadletterreason: reason, deadletterattempts: attempts, ...event } = read.data;
  const id = Uuid.safeParse(event.id);
  return { id: id.data ?? derivedId('dead letter', body), body: JSON.stringify(event), reason, attempts };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
