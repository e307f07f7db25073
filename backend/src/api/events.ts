/** GET /api/events: every change of what the user may see, as Server-Sent Events; Last-Event-ID resumes without a gap. */
import { Failure } from '@taskflow/core/domain/failure.ts';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { type Credential, credentialOf } from '../authenticate.ts';
import { principalOf } from '../change.ts';
import { BACKLOG_MAX_BYTES, type Sink, type StreamHandle } from '../event-hub.ts';
import { operation } from '../openapi.ts';
import type { Api, Backend } from '../parts.ts';

const HEARTBEAT_MS = 15_000;
const STREAMS_PER_USER_MAX = 50;

const EventParameters = z.strictObject({
  last_event_id: z
    .string()
    .max(60)
    .optional()
    .meta({ description: 'As the header Last-Event-ID, for clients that cannot set it.' }),
});
const Stream = z.string().meta({
  description: 'Each event: `id` (a place in the log), `event` (its type), `data` (the CloudEvent).',
});

interface Open {
  user_id: string;
  credential: Credential;
  sink: Sink;
  stream: StreamHandle | null;
}

export function eventRoutes(app: Api, backend: Backend): void {
  const open = new Set<Open>();
  superviseStreams(app, backend, open);
  app.get(
    '/api/events',
    {
      exposeHeadRoute: false,
      ...operation({
        id: 'streamEvents',
        tag: 'Events',
        summary: 'Stream of changes',
        description:
          'Begins with `ready`, or with `reset` when the place cannot be resumed: then load everything anew. ' +
          'A comment comes every 15 seconds.',
        query: EventParameters,
        headers: ['Last-Event-ID'],
        answers: { 200: { description: 'The stream.', schema: Stream, content_type: 'text/event-stream' } },
      }),
    },
    async (request, reply) => {
      const { user_id } = principalOf(request);
      const credential = credentialOf(request, backend.accounts.session_cookie);
      const mine = [...open].filter((entry) => entry.user_id === user_id).length;
      if (credential === null || mine >= STREAMS_PER_USER_MAX) {
        throw new Failure('too_many_requests', `There are ${mine} streams open already.`);
      }
      const header = request.headers['last-event-id'];
      const after = (typeof header === 'string' && header !== '' ? header : request.query.last_event_id) || null;
      // Before any byte is sent, so that a log that cannot be read is a problem and not a broken stream.
      await backend.log.end();
      const sink = openResponse(reply);
      const entry: Open = { user_id, credential, sink, stream: null };
      open.add(entry);
      reply.raw.on('close', () => {
        open.delete(entry);
        entry.stream?.close();
      });
      try {
        entry.stream = await backend.hub.open(user_id, after, sink);
        if (reply.raw.destroyed) entry.stream.close();
      } catch (error) {
        request.log.warn({ err: error }, 'a stream could not be opened');
        sink.close();
      }
      return reply;
    },
  );
}

/** From here on the response is a stream; what hooks have set (security headers) goes with it. */
function openResponse(reply: FastifyReply): Sink {
  const { raw } = reply;
  reply.hijack();
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value);
  raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  raw.socket?.setNoDelay(true);
  return {
    write: (text) => {
      if (!raw.destroyed) raw.write(text);
    },
    backlog_bytes: () => raw.writableLength,
    drained: () =>
      !raw.writableNeedDrain || raw.destroyed
        ? Promise.resolve()
        : new Promise((resolve) => {
            const done = () => {
              raw.off('drain', done).off('close', done);
              resolve();
            };
            raw.on('drain', done).on('close', done);
          }),
    close: () => {
      // A slow client would never read an orderly end.
      if (raw.writableLength > BACKLOG_MAX_BYTES) raw.destroy();
      else raw.end();
    },
  };
}

/** Heartbeats; streams whose session has ended are closed, at once when it ended here, within 15 seconds otherwise. */
function superviseStreams(app: Api, { hub, principals }: Backend, open: Set<Open>): void {
  const verify = async (entry: Open) => {
    // A database that is away for a moment ends no session.
    const found = await principals.find(entry.credential).catch(() => undefined);
    if (found === null) entry.stream === null ? entry.sink.close() : entry.stream.close();
  };
  const heartbeat = setInterval(() => {
    for (const entry of open) {
      if (entry.sink.backlog_bytes() > BACKLOG_MAX_BYTES) entry.sink.close();
      else entry.sink.write(':\n\n');
      void verify(entry);
    }
  }, HEARTBEAT_MS);
  heartbeat.unref();
  principals.onForget((user_id) => {
    for (const entry of open) if (entry.user_id === user_id) void verify(entry);
  });
  // The server does not close while a stream is open.
  app.addHook('preClose', async () => {
    clearInterval(heartbeat);
    hub.stop();
    for (const entry of open) entry.sink.close();
  });
}
