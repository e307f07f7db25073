/** A path that exists answers other methods with 405 and says which there are, whoever asks. */
import type { HTTPMethods } from 'fastify';
import type { Api } from './parts.ts';
import { PROBLEM_TYPE, problem } from './problem.ts';

const METHODS: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'QUERY'];

/** Called before the routes; what it returns is called after them. */
export function answerOtherMethods(app: Api): () => void {
  const known = new Map<string, Set<string>>();
  let collecting = true;
  app.addHook('onRoute', ({ url, method }) => {
    // The files of the docs page register themselves under several spellings.
    if (!collecting || url.includes('*') || url.startsWith('/api/docs')) return;
    const methods = known.get(url) ?? new Set();
    for (const one of [method].flat()) methods.add(one);
    known.set(url, methods);
  });
  return () => {
    collecting = false;
    for (const [url, methods] of known) answerRest(app, url, methods);
  };
}

function answerRest(app: Api, url: string, methods: Set<string>): void {
  const allow = [...methods].sort().join(', ');
  app.route({
    method: METHODS.filter((method) => !methods.has(method)),
    url,
    schema: { hide: true },
    config: { access: 'public' },
    onRequest: async (request, reply) => {
      const { status, body } = problem(405, `${request.method} is not possible here, only ${allow}.`, [
        { field: 'method', message: `is none of ${allow}` },
      ]);
      return reply.code(status).header('allow', allow).header('content-type', PROBLEM_TYPE).send(JSON.stringify(body));
    },
    handler: async () => undefined,
  });
}
