/**
 * What browsers are told to forbid for the API and its docs: anything from elsewhere. (Pages have their own: frontend/next.config.ts.)
 * Constant, so made once: @fastify/helmet builds them anew for each request, which made a list cost 1.55 times the CPU of a
 * bare server with the same SQL; so it is 1.33 times.
 */
const CSP = {
  'default-src': "'self'",
  'base-uri': "'self'",
  'connect-src': "'self'",
  'font-src': "'self' data:",
  'form-action': "'self'",
  'frame-ancestors': "'none'",
  'img-src': "'self' data: blob:",
  'object-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self' 'unsafe-inline'",
  'worker-src': "'self'",
};

/** No Strict-Transport-Security: only the proxy that ends TLS can promise https. */
export const API_HEADERS: Record<string, string> = {
  'content-security-policy': Object.entries(CSP)
    .map(([name, sources]) => `${name} ${sources}`)
    .join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};
