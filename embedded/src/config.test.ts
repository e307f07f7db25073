/** Settings: each has a default, and a wrong one is refused by name. */
import { describe, expect, it } from 'vitest';
import { describeSettings, readConfig, withPort } from './config.ts';

const read = (environment: Record<string, string>) =>
  readConfig({ PATH: '/bin', ...environment }, '/home/ann/taskflow');

describe('settings of the embedded mode', () => {
  it('start TaskFlow on loopback without any setting', () => {
    expect(read({})).toEqual({
      data_dir: '/home/ann/taskflow/data',
      host: '127.0.0.1',
      port: 4400,
      public_url: 'http://localhost:4400',
      database_url: null,
      log_level: 'info',
      event_retention_days: 30,
      sign_up: 'open',
      trust_proxy: false,
      requests_per_minute: 3_000,
      sign_ins_per_minute: 10,
    });
  });

  it('are taken over when set, and an empty one counts as not set', () => {
    const environment = {
      TASKFLOW_DATA: '/srv/tasks',
      TASKFLOW_HOST: '0.0.0.0',
      TASKFLOW_PORT: '8080',
      TASKFLOW_PUBLIC_URL: 'https://tasks.example.org/',
      DATABASE_URL: 'postgres://ann:secret@db/tasks',
      TASKFLOW_LOG_LEVEL: 'debug',
      TASKFLOW_EVENT_RETENTION_DAYS: ' 7 ',
      TASKFLOW_SIGN_UP: '',
    };
    expect(read(environment)).toEqual({
      data_dir: '/srv/tasks',
      host: '0.0.0.0',
      port: 8080,
      public_url: 'https://tasks.example.org',
      database_url: 'postgres://ann:secret@db/tasks',
      log_level: 'debug',
      event_retention_days: 7,
      sign_up: 'open',
      trust_proxy: false,
      requests_per_minute: 3_000,
      sign_ins_per_minute: 10,
    });
  });

  it.each([
    ['TASKFLOW_PORT', '65536'],
    ['TASKFLOW_PORT', '80a'],
    ['TASKFLOW_PORT', '-1'],
    ['TASKFLOW_HOST', 'http://127.0.0.1'],
    ['TASKFLOW_PUBLIC_URL', 'tasks.example.org'],
    ['TASKFLOW_PUBLIC_URL', 'https://example.org/tasks'],
    ['TASKFLOW_PUBLIC_URL', 'ftp://example.org'],
    ['DATABASE_URL', 'mysql://db/tasks'],
    ['TASKFLOW_LOG_LEVEL', 'loud'],
    ['TASKFLOW_EVENT_RETENTION_DAYS', '0'],
    ['TASKFLOW_EVENT_RETENTION_DAYS', '1.5'],
    ['TASKFLOW_SIGN_UP', 'yes'],
    ['TASKFLOW_PROT', '4400'],
  ])('refuse %s=%s by name', (name, value) => {
    expect(() => read({ [name]: value })).toThrow(`${name}: `);
  });

  it('never repeat the password of a wrong DATABASE_URL', () => {
    expect(() => read({ DATABASE_URL: 'mysql://ann:secret@db/tasks' })).not.toThrow(/secret/);
  });

  it('follow the port that was chosen for port 0, unless a public address is set', () => {
    expect(withPort(read({ TASKFLOW_PORT: '0' }), 5123)).toMatchObject({
      port: 5123,
      public_url: 'http://localhost:5123',
    });
    const behind_proxy = read({ TASKFLOW_PORT: '0', TASKFLOW_PUBLIC_URL: 'https://tasks.example.org' });
    expect(withPort(behind_proxy, 5123)).toMatchObject({ port: 5123, public_url: 'https://tasks.example.org' });
  });

  it('are all listed by --help', () => {
    const text = describeSettings();
    for (const name of [
      'TASKFLOW_DATA',
      'TASKFLOW_HOST',
      'TASKFLOW_PORT',
      'TASKFLOW_PUBLIC_URL',
      'DATABASE_URL',
      'TASKFLOW_SIGN_UP',
    ]) {
      expect(text).toContain(name);
    }
    expect(text).toContain('default ./data');
  });
});
