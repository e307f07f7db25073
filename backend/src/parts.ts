/** What the backend is built from, and what its routes get to work with. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock, DeadLetterSink, EventLog, Ids, LedgerStore, QueryStore, TaskStore } from '@taskflow/core/ports.ts';
import type { Deps } from '@taskflow/core/usecases/context.ts';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Kysely } from 'kysely';
import type { Accounts, AuthTables } from './accounts.ts';
import type { BackendConfig } from './config.ts';
import type { EventHub } from './event-hub.ts';
import type { Metrics } from './metrics.ts';
import type { Access } from './openapi.ts';
import type { Principal, Principals } from './principals.ts';

export interface BackendParts {
  store: TaskStore & QueryStore;
  ledger: LedgerStore;
  log: EventLog;
  clock: Clock;
  ids: Ids;
  auth_db: Kysely<AuthTables>;
  config: BackendConfig;
  logger: FastifyBaseLogger;
  /** Serves every path that is not the backend's: the pages. */
  web?: (request: IncomingMessage, response: ServerResponse) => void;
  metrics?: Metrics;
  /** Where a bus delivers its dead letters; the embedded one keeps them itself. */
  dead_letters?: DeadLetterSink;
}

/** Everything wired, as routes see it. */
export interface Backend extends BackendParts {
  deps: Deps;
  accounts: Accounts;
  principals: Principals;
  hub: EventHub;
  metrics: Metrics;
}

export type Api = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression<RawServerDefault>,
  RawReplyDefaultExpression<RawServerDefault>,
  FastifyBaseLogger,
  ZodTypeProvider
>;

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; set for every route that is for users. */
    principal: Principal | null;
  }
  interface FastifyContextConfig {
    access?: Access;
  }
}
