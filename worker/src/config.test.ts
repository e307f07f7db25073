/** Settings of the worker: a wrong one is refused by name, and a secret is never repeated. */
import { describe, expect, it } from 'vitest';
import { readWorkerConfig } from './config.ts';

const GOOD = {
  DAPR_API_TOKEN: 'from the worker to Dapr',
  APP_API_TOKEN: 'from Dapr to the worker',
};

describe('settings of the worker', () => {
  it('have defaults where there can be one', () => {
    expect(readWorkerConfig({ ...GOOD, TASKFLOW_LOG_LEVEL: '' })).toEqual({
      host: '0.0.0.0',
      port: 3001,
      dapr_http_port: 3500,
      dapr_api_token: GOOD.DAPR_API_TOKEN,
      app_api_token: GOOD.APP_API_TOKEN,
      log_level: 'info',
    });
  });

  it.each([
    ['DAPR_HTTP_PORT', 'here'],
    ['DAPR_API_TOKEN', ''],
    ['APP_API_TOKEN', 'short'],
    ['PORT', '70000'],
    ['TASKFLOW_LOG_LEVEL', 'loud'],
  ])('refuse %s=%s by name', (name, value) => {
    expect(() => readWorkerConfig({ ...GOOD, [name]: value })).toThrow(`${name}: `);
  });

  it('do not repeat a secret that is too short', () => {
    expect(() => readWorkerConfig({ ...GOOD, DAPR_API_TOKEN: 'hunter2' })).not.toThrow(/hunter2/);
  });
});
