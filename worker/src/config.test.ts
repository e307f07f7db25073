/** Settings of the worker: a wrong one is refused by name, and a secret is never repeated. */
import { describe, expect, it } from 'vitest';
import { readWorkerConfig } from './config.ts';

const GOOD = {
  DAPR_API_TOKEN: 'from the worker to Dapr',
  APP_API_TOKEN: 'from Dapr to the worker',
};

const SIGNING = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

describe('settings of the worker', () => {
  it('have defaults where there can be one', () => {
    expect(readWorkerConfig({ ...GOOD, TASKFLOW_LOG_LEVEL: '' })).toEqual({
      host: '0.0.0.0',
      port: 3001,
      dapr_http_port: 3500,
      dapr_api_token: GOOD.DAPR_API_TOKEN,
      app_api_token: GOOD.APP_API_TOKEN,
      webhook: null,
      delivery_pauses_s: [10, 30, 120, 600, 1_800, 3_600, 10_800, 10_800, 10_800, 10_800, 10_800],
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

  it('take a webhook with its secret, and other pauses', () => {
    const webhook = { TASKFLOW_WEBHOOK_URL: 'https://example.org/hook', TASKFLOW_WEBHOOK_SECRET: SIGNING };
    expect(readWorkerConfig({ ...GOOD, ...webhook, TASKFLOW_DELIVERY_PAUSES_S: '1, 2,30' })).toMatchObject({
      webhook: { url: 'https://example.org/hook', secret: SIGNING },
      delivery_pauses_s: [1, 2, 30],
    });
  });

  it.each([
    ['TASKFLOW_WEBHOOK_SECRET', { TASKFLOW_WEBHOOK_URL: 'https://example.org' }],
    ['TASKFLOW_WEBHOOK_URL', { TASKFLOW_WEBHOOK_SECRET: SIGNING }],
    ['TASKFLOW_WEBHOOK_URL', { TASKFLOW_WEBHOOK_URL: 'ftp://example.org', TASKFLOW_WEBHOOK_SECRET: SIGNING }],
    ['TASKFLOW_WEBHOOK_URL', { TASKFLOW_WEBHOOK_URL: 'example.org', TASKFLOW_WEBHOOK_SECRET: SIGNING }],
    ['TASKFLOW_WEBHOOK_SECRET', { TASKFLOW_WEBHOOK_URL: 'https://example.org', TASKFLOW_WEBHOOK_SECRET: 'whsec_aGk=' }],
    [
      'TASKFLOW_WEBHOOK_SECRET',
      { TASKFLOW_WEBHOOK_URL: 'https://example.org', TASKFLOW_WEBHOOK_SECRET: SIGNING.slice(6) },
    ],
    ['TASKFLOW_DELIVERY_PAUSES_S', { TASKFLOW_DELIVERY_PAUSES_S: '10,,30' }],
    ['TASKFLOW_DELIVERY_PAUSES_S', { TASKFLOW_DELIVERY_PAUSES_S: '0' }],
    ['TASKFLOW_DELIVERY_PAUSES_S', { TASKFLOW_DELIVERY_PAUSES_S: '432001' }],
  ])('refuse by %s what does not fit: %o', (name, settings) => {
    const read = () => readWorkerConfig({ ...GOOD, ...settings });
    expect(read).toThrow(`${name}: `);
    expect(read).not.toThrow(/aGk=|MfKQ9r8GKYq/);
  });

  it('do not repeat a secret that is too short', () => {
    expect(() => readWorkerConfig({ ...GOOD, DAPR_API_TOKEN: 'hunter2' })).not.toThrow(/hunter2/);
  });
});
