/** /healthz: the process lives; /readyz: it can serve, or names what is missing; /metrics: for Prometheus, not for everyone. */
import { Failure } from '@taskflow/core/domain/failure.ts';
import type { FastifyRequest } from 'fastify';
import { sql } from 'kysely';
import { z } from 'zod';
import type { Metrics } from '../metrics.ts';
import { operation } from '../openapi.ts';
import type { Api, BackendParts } from '../parts.ts';
import { isDatabaseDown } from '../problem.ts';
import { showsToken } from './internal.ts';

const tag = 'Health';
const Health = z.strictObject({ status: z.literal('ok') }).meta({ id: 'Health' });
const Readiness = z
  .strictObject({ status: z.enum(['ready', 'not ready']), missing: z.array(z.string()) })
  .meta({ id: 'Readiness' });

/** The last thing that each migration makes: when they are there, the tables are. */
const MADE_BY_MIGRATIONS = ['auth.apikey', 'public.event', 'public.installation'] as const;

type Parts = Pick<BackendParts, 'auth_db' | 'logger' | 'log' | 'config'>;

export function healthRoutes(app: Api, backend: Parts): void {
  app.get(
    '/healthz',
    operation({
      id: 'getHealth',
      tag,
      summary: 'Does the process live?',
      answers: { 200: { description: 'It does.', schema: Health } },
      access: 'public',
    }),
    async () => ({ status: 'ok' }),
  );
  app.get(
    '/readyz',
    operation({
      id: 'getReadiness',
      tag,
      summary: 'Can it serve?',
      answers: {
        200: { description: 'It can.', schema: Readiness },
        503: { description: 'It cannot; what is missing is named.', schema: Readiness, headers: ['Retry-After'] },
      },
      failures: [],
      access: 'public',
    }),
    async (_request, reply) => {
      const missing = await findMissing(backend);
      if (missing.length > 0) reply.code(503).header('retry-after', '2');
      return { status: missing.length === 0 ? 'ready' : 'not ready', missing };
    },
  );
}

async function findMissing({ auth_db, logger }: Parts): Promise<string[]> {
  try {
    const found = await sql<{ name: string; there: boolean }>`
      select name, to_regclass(name) is not null as there from unnest(${[...MADE_BY_MIGRATIONS]}::text[]) as name
    `.execute(auth_db);
    return found.rows.filter((row) => !row.there).map((row) => `migrations (${row.name})`);
  } catch (error) {
    if (!isDatabaseDown(error)) logger.error({ err: error }, 'readiness could not be found out');
    return ['database'];
  }
}

export function metricsRoute(app: Api, backend: Parts & { metrics: Metrics }): void {
  const { metrics, log, config } = backend;
  app.get(
    '/metrics',
    operation({ id: 'getMetrics', tag, summary: 'Metrics', answers: {}, access: 'internal' }),
    async (request, reply) => {
      if (!isLocal(request) && !showsToken(request, config.internal_token)) {
        throw new Failure('unauthorized', 'Metrics are for this machine, or for those who show the internal token.');
      }
      const [end, relayed] = await Promise.all([log.end(), log.relayPlace()]).catch(() => [null, null]);
      if (end !== null && relayed !== null) metrics.relay_behind.set(Math.max(0, sequence(end) - sequence(relayed)));
      return reply.header('content-type', metrics.registry.contentType).send(await metrics.registry.metrics());
    },
  );
}

const sequence = (place: string): number => Number(place.split('.')[1] ?? 0);

/** A proxy on the same machine also comes from here, but says for whom. */
function isLocal(request: FastifyRequest): boolean {
  const address = request.raw.socket.remoteAddress;
  const local = address === undefined || address === '::1' || /^(::ffff:)?127\./.test(address);
  return local && request.headers['x-forwarded-for'] === undefined && request.headers.forwarded === undefined;
}
