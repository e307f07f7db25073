import { Failure } from '@taskflow/core/domain/failure.ts';
import { describe, expect, it } from 'vitest';
import { readIdempotencyKey, replayOf, requestHash, toStored } from './idempotency.ts';

const answer = { status: 201, headers: { etag: '"1"' }, body: '{"id":1}' };

describe('an idempotent request', () => {
  it('is given the same answer again, marked as such', () => {
    const hash = requestHash('POST', '/api/tasks', { title: 'x' });
    const again = requestHash('POST', '/api/tasks', { title: 'x' });
    expect(replayOf(toStored('k', hash, answer), again)).toEqual({
      ...answer,
      headers: { etag: '"1"', 'idempotent-replayed': 'true' },
    });
  });

  it.each([
    ['POST', '/api/tasks', { title: 'y' }],
    ['POST', '/api/tasks?x=1', { title: 'x' }],
    ['POST', '/api/tags', { title: 'x' }],
    ['POST', '/api/tasks', undefined],
  ])('with the key of another one (%s %s %o) is refused', (method, url, body) => {
    const stored = toStored('k', requestHash('POST', '/api/tasks', { title: 'x' }), answer);
    expect(() => replayOf(stored, requestHash(method, url, body))).toThrow(Failure);
  });

  it('has a key of 1 to 255 printable characters', () => {
    expect(readIdempotencyKey('POST', 'a-key:1~')).toBe('a-key:1~');
    expect(readIdempotencyKey('POST', 'k'.repeat(255))).toHaveLength(255);
    for (const bad of ['', 'two words', 'k'.repeat(256), 'ключ', 'a\u0000', ['a', 'b']]) {
      expect(() => readIdempotencyKey('POST', bad)).toThrow(Failure);
    }
  });

  it('is a POST: other methods are idempotent by themselves, or have If-Match', () => {
    expect(readIdempotencyKey('PATCH', 'a')).toBeNull();
    expect(readIdempotencyKey('POST', undefined)).toBeNull();
  });
});
