/** What the worker asks: ring what is due, which moments lie ahead, and keep what became of a delivery. For the worker alone. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Moment } from '@taskflow/core/contracts/events.ts';
import { MomentsResponse, Receipt, RingRequest, RingResponse } from '@taskflow/core/contracts/jobs.ts';
import { Failure } from '@taskflow/core/domain/failure.ts';
import type { Clock } from '@taskflow/core/ports.ts';
import { ring } from '@taskflow/core/usecases/ring.ts';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Metrics } from '../metrics.ts';
import { operation } from '../openapi.ts';
import type { Api, BackendParts } from '../parts.ts';
import { traceparentOf } from '../traceparent.ts';

const tag = 'Internal';
const MOMENTS_MAX = 5_000;
/** Clocks of two machines may differ by this; a ring waits rather than come early or find nothing. */
const AHEAD_MAX_MS = 5_000;

const MomentsParameters = z.strictObject({ after: Moment.optional(), to: Moment });

type Parts = Pick<BackendParts, 'store' | 'ledger' | 'clock' | 'ids' | 'config'> & { metrics: Metrics };

export function internalRoutes(app: Api, { store, ledger, clock, ids, config, metrics }: Parts): void {
  const onRequest = async (request: FastifyRequest) => {
    if (!showsToken(request, config.internal_token)) throw new Failure('unauthorized', 'The internal token is wrong.');
  };
  app.post(
    '/internal/ring',
    {
      ...operation({
        id: 'ring',
        tag,
        summary: 'Ring everything that is due',
        body: RingRequest,
        answers: { 200: { description: 'How much it was.', schema: RingResponse } },
        access: 'internal',
      }),
      onRequest,
    },
    async (request) => {
      const moment = request.body.moment ?? null;
      if (moment !== null) await untilReached(moment, clock);
      const rung = await ring({ store, ledger, clock, ids }, traceparentOf(request));
      if (moment !== null) metrics.ring_late.observe(Math.max(0, -aheadMs(moment, clock)) / 1_000);
      return rung;
    },
  );
  app.get(
    '/internal/moments',
    {
      ...operation({
        id: 'listMoments',
        tag,
        summary: 'Moments ahead',
        query: MomentsParameters,
        answers: { 200: { description: 'Earliest first.', schema: MomentsResponse } },
        access: 'internal',
      }),
      onRequest,
    },
    async (request) => {
      const { after, to } = request.query;
      const from = after === undefined ? clock.now() : Temporal.Instant.from(after);
      return ledger.moments(from, Temporal.Instant.from(to), MOMENTS_MAX);
    },
  );
  app.post(
    '/internal/receipts',
    {
      ...operation({
        id: 'keepReceipt',
        tag,
        summary: 'Keep what became of a delivery',
        body: Receipt,
        answers: { 204: { description: 'It is kept, or its notification is not there any more.' } },
        access: 'internal',
      }),
      onRequest,
    },
    async (request, reply) => {
      await ledger.keepReceipt(request.body);
      return reply.code(204).send();
    },
  );
}

/**
 * As `dapr-api-token`, which is how a sidecar shows whom it stands for, or as a bearer. Compares digests, so that neither
 * length nor content shows in the time it takes.
 */
export function showsToken({ headers }: FastifyRequest, token: string): boolean {
  const bearer = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
  const shown = String(headers['dapr-api-token'] ?? bearer ?? '');
  const digest = (value: string) => createHash('sha256').update(value).digest();
  return timingSafeEqual(digest(shown), digest(token));
}

async function untilReached(moment: string, clock: Clock): Promise<void> {
  for (let ahead = aheadMs(moment, clock); ahead > 0 && ahead <= AHEAD_MAX_MS; ahead = aheadMs(moment, clock)) {
    await sleep(Math.ceil(ahead));
  }
}

function aheadMs(moment: string, clock: Clock): number {
  try {
    return Temporal.Instant.from(moment).epochMilliseconds - clock.now().epochMilliseconds;
  } catch {
    throw new Failure('invalid', 'moment: is not a time that there is', [
      { field: 'moment', message: 'is not a time that there is' },
    ]);
  }
}
