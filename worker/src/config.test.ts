/** Settings of the worker: a wrong one is refused by name, and a secret is never repeated. */
import { describe, expect, it } from 'vitest';
import { readWorkerConfig } from './config.ts';

const GOOD = {
  BACKEND_URL: 'http://backend-service:3002/',
  INTERNAL_TOKEN: 'between backend and worker',
  APP_API_TOKEN: 'between Dapr and worker',
};

describe('settings of the worker', () => {
  it('have defaults where there can be one', () => {
    expect(readWorkerConfig({ ...GOOD, LOG_LEVEL: '' })).toEqual({
      host: '0.0.0.0',
      port: 3001,
      backend_url: 'http://backend-service:3002',
      internal_token: GOOD.INTERNAL_TOKEN,
      app_api_token: GOOD.APP_API_TOKEN,
      log_level: 'info',
    });
  });

  it.each([
    ['BACKEND_URL', ''],
    ['BACKEND_URL', 'backend-service:3002'],
    ['BACKEND_URL', 'http://backend-service/internal'],
    ['INTERNAL_TOKEN', ''],
    ['APP_API_TOKEN', 'short'],
    ['PORT', '70000'],
    ['LOG_LEVEL', 'loud'],
  ])('refuse %s=%s by name', (name, value) => {
    expect(() => readWorkerConfig({ ...GOOD, [name]: value })).toThrow(`${name}: `);
  });

  it('do not repeat a secret that is too short', () => {
    expect(() => readWorkerConfig({ ...GOOD, INTERNAL_TOKEN: 'hunter2' })).not.toThrow(/hunter2/);
  });
});
