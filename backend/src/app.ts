/** The HTTP API `backend-service`, wired from its parts; it listens when its caller says so. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import rateLimit from '@fastify/rate-limit';
import { Failure } from '@taskflow/core/domain/failure.ts';
import { ensureAccount } from '@taskflow/core/usecases/ensure-account.ts';
import Fastify, {
  type FastifyError,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerFactory,
  LogController,
} from 'fastify';
import { createAccounts } from './accounts.ts';
import { authRoutes } from './api/auth.ts';
import { deadLetterRoute } from './api/dead-letters.ts';
import { describeApi, docsRoutes } from './api/docs.ts';
import { eventRoutes } from './api/events.ts';
import { filterRoutes } from './api/filters.ts';
import { healthRoutes, metricsRoute } from './api/health.ts';
import { importRoutes } from './api/import.ts';
import { internalRoutes } from './api/internal.ts';
import { notificationRoutes } from './api/notifications.ts';
import { projectRoutes } from './api/projects.ts';
import { seriesRoutes } from './api/series.ts';
import { settingsRoutes } from './api/settings.ts';
import { tagRoutes } from './api/tags.ts';
import { taskRoutes } from './api/tasks.ts';
import { tokenRoutes } from './api/tokens.ts';
import { authenticator } from './authenticate.ts';
import { parseJsonBodies, refuseUnexpectedBodies } from './bodies.ts';
import { createEventHub } from './event-hub.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { answerOtherMethods } from './other-methods.ts';
import type { Api, Backend, BackendParts } from './parts.ts';
import { createPrincipals } from './principals.ts';
import { PROBLEM_TYPE, type ProblemAnswer, problem, toProblem } from './problem.ts';
import { API_HEADERS } from './security-headers.ts';
import { validatorCompiler } from './validate.ts';

const BODY_MAX_BYTES = 1_048_576;
const HEADERS_MAX_BYTES = 16_384;

export async function buildBackend(parts: BackendParts): Promise<Api> {
  const backend = wire(parts);
  const app = server(parts);
  await describeApi(app, backend);
  app.addHook('onRequest', (_request, reply, next) => {
    reply.headers(API_HEADERS);
    next();
  });
  app.addHook('onRequest', authenticator(backend));
  await limitRates(app, backend);
  const answerRest = answerOtherMethods(app);

  healthRoutes(app, backend);
  metricsRoute(app, backend);
  await docsRoutes(app);
  authRoutes(app, backend);
  taskRoutes(app, backend);
  projectRoutes(app, backend);
  tagRoutes(app, backend);
  filterRoutes(app, backend);
  seriesRoutes(app, backend);
  notificationRoutes(app, backend);
  settingsRoutes(app, backend);
  tokenRoutes(app, backend);
  eventRoutes(app, backend);
  await app.register(async (scope) => importRoutes(scope as Api, backend));
  internalRoutes(app, backend);
  const { dead_letters: sink, config } = backend;
  if (sink) await app.register(async (scope) => deadLetterRoute(scope as Api, { sink, token: config.internal_token }));
  answerRest();
  await app.ready();
  return app;
}

/** What only the worker may reach, as a server of its own: for a socket that nobody else can open. */
export async function buildInternal(parts: Omit<BackendParts, 'web'> & { metrics: Metrics }): Promise<Api> {
  const app = server(parts);
  const answerRest = answerOtherMethods(app);
  healthRoutes(app, parts);
  metricsRoute(app, parts);
  internalRoutes(app, parts);
  answerRest();
  await app.ready();
  return app;
}

function wire(parts: BackendParts): Backend {
  const { store, clock, ids, log, logger } = parts;
  const deps = { store, clock, ids };
  const metrics = parts.metrics ?? createMetrics();
  const accounts = createAccounts(parts);
  const principals = createPrincipals({
    accounts,
    ensureAccount: (user_id) => ensureAccount(deps, user_id),
    now_ms: () => performance.now(),
  });
  const hub = createEventHub({ log, metrics, logger, now_ms: () => clock.now().epochMilliseconds });
  return { ...parts, deps, metrics, accounts, principals, hub };
}

function server(parts: BackendParts): Api {
  const { config, logger, web } = parts;
  const app = Fastify({
    loggerInstance: logger,
    // A logger of its own for each request costs more than what it is used for.
    childLoggerFactory: (parent) => parent,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_MAX_BYTES,
    trustProxy: config.trust_proxy,
    requestTimeout: 60_000,
    keepAliveTimeout: 72_000,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: (error, _request, reply) => void sendProblem(reply, toProblem(error)),
    clientErrorHandler: (error, socket) => {
      const status = error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request';
      if (socket.writable) socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    },
    serverFactory: serverFactory(web),
  }) as unknown as Api;
  app.setValidatorCompiler(validatorCompiler);
  app.decorateRequest('principal', null);
  parseJsonBodies(app);
  refuseUnexpectedBodies(app);
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const answer = toProblem(error);
    if (answer.unexpected) request.log.error({ err: error, url: request.url }, 'a request failed unexpectedly');
    return sendProblem(reply, answer);
  });
  app.setNotFoundHandler((request, reply) =>
    sendProblem(
      reply,
      problem(404, `There is nothing at ${request.url.split('?', 1)[0]}.`, [
        { field: 'path', message: 'is not one of this API' },
      ]),
    ),
  );
  return app;
}

const OWN_PATHS = /^\/(?:api|internal|healthz|readyz|metrics)(?:[/?]|$)/;

/** Pages are served before the framework sees them: their bodies are theirs to read. */
function serverFactory(web: BackendParts['web']): FastifyServerFactory {
  return (handler, options) =>
    createServer(
      { ...options, maxHeaderSize: HEADERS_MAX_BYTES },
      (request: IncomingMessage, response: ServerResponse) => {
        if (web === undefined || OWN_PATHS.test(request.url ?? '')) return handler(request, response);
        return web(request, response);
      },
    );
}

function sendProblem(reply: FastifyReply, { status, headers, body }: ProblemAnswer): FastifyReply {
  return reply.code(status).headers(headers).header('content-type', PROBLEM_TYPE).send(JSON.stringify(body));
}

/** Per user; those without an account share by address. */
async function limitRates(app: Api, { config, metrics }: Backend): Promise<void> {
  await app.register(rateLimit, {
    max: config.requests_per_minute,
    timeWindow: 60_000,
    cache: 20_000,
    keyGenerator: (request) => request.principal?.user_id ?? request.ip,
    allowList: (request) => isUncounted(request),
    addHeadersOnExceeding: { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false },
    errorResponseBuilder: (_request, { after }) =>
      new Failure('too_many_requests', `These were too many requests. Try again in ${after}.`),
  });
  app.addHook('onResponse', (request: FastifyRequest, reply, next) => {
    const route = request.routeOptions.url ?? 'none';
    metrics.http.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1_000);
    if (request.log.level === 'debug' || request.log.level === 'trace') {
      request.log.debug({ method: request.method, route, status: reply.statusCode, ms: reply.elapsedTime }, 'request');
    }
    next();
  });
}

const PROBES = new Set(['/healthz', '/readyz']);

/** Probes and the worker come as often as they must. */
const isUncounted = ({ routeOptions: { config, url = '' } }: FastifyRequest): boolean =>
  config.access === 'internal' || PROBES.has(url);
