/** The API's description, and a page to read it that needs nothing from elsewhere. */
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { openApiTransforms } from '../openapi.ts';
import type { Api, Backend } from '../parts.ts';

const DESCRIPTION = `Tasks that repeat, remind and reach you. All times are RFC 3339. Errors are RFC 9457 problems; \`errors\` names the fields.

* **Signing in**: by a session cookie from \`/api/auth/sign-in/email\`, or by \`Authorization: Bearer\` with a token from \`/api/tokens\`.
  A changing request with a cookie must come from TaskFlow's own origin. A revoked token or session stops at once on the
  server that revoked it, and within 5 seconds on every other one.
* **Versions**: \`ETag\` is the version in quotes; \`If-Match\` refuses a change to another version with 412.
* **Idempotency-Key**: on every POST except those for accounts and tokens; the same answer again for 24 hours.
* **Lists**: \`items\` and \`next_cursor\`; \`limit\` is 1 to 200.`;

/** Must be registered before the routes, which it collects. */
export async function describeApi(app: Api, { accounts }: Backend): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'TaskFlow',
        version: '0.1.0',
        description: DESCRIPTION,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: accounts.session_cookie },
          token: { type: 'http', scheme: 'bearer' },
        },
      },
    },
    ...openApiTransforms(),
  });
}

export async function docsRoutes(app: Api): Promise<void> {
  let text: string | null = null;
  app.get('/api/openapi.json', { schema: { hide: true }, config: { access: 'public' } }, async (_request, reply) => {
    text ??= JSON.stringify(app.swagger());
    return reply
      .header('content-type', 'application/json; charset=utf-8')
      .header('cache-control', 'no-cache')
      .send(text);
  });
  await app.register(swaggerUi, {
    routePrefix: '/api/docs',
    uiConfig: { docExpansion: 'list', deepLinking: true },
    // The bar names the framework and offers to open any other address; it must be there, as it also sees to dark mode.
    theme: {
      title: 'TaskFlow API',
      css: [{ filename: 'taskflow.css', content: '.swagger-ui .topbar { display: none }' }],
    },
  });
}
