import { Failure } from '@taskflow/core/domain/failure.ts';
import { describe, expect, it } from 'vitest';
import { etagOf, isKnown, parseIfMatch, versionOfJson } from './etag.ts';

const failureOf = (header: string): Failure | null => {
  try {
    parseIfMatch(header);
    return null;
  } catch (error) {
    return error instanceof Failure ? error : null;
  }
};

describe('If-Match', () => {
  it.each([
    [undefined, null],
    ['*', null],
    [' * ', null],
    ['"7"', 7],
    [etagOf(123_456_789), 123_456_789],
  ])('%s asks for version %s', (header, version) => {
    expect(parseIfMatch(header)).toBe(version);
  });

  it.each(['7', '"7', '"7", "8"', '', "'7'", '"7" ;', 'W/7', '"a b"'])('%s is malformed', (header) => {
    expect(failureOf(header)?.code).toBe('malformed');
    expect(failureOf(header)?.errors[0]?.field).toBe('If-Match');
  });

  it.each(['W/"7"', '"seven"', '"0"', '"07"', '"-1"', '""', '"1234567890"'])(
    '%s is well-formed, but none of ours: a strong comparison fails',
    (header) => {
      expect(failureOf(header)?.code).toBe('precondition_failed');
    },
  );
});

describe('If-None-Match', () => {
  it.each([
    ['"7"', true],
    ['W/"7"', true],
    ['"6", "7"', true],
    ['*', true],
    ['"6"', false],
    [undefined, false],
  ])('%s knows "7": %s', (header, known) => {
    expect(isKnown(header, '"7"')).toBe(known);
  });
});

describe('the version in a task’s JSON', () => {
  it('is not taken from text that looks like it', () => {
    const task = { title: 'a "version":9 trap', tags: ['version', '9'], description: '\\"version":8', version: 3 };
    expect(versionOfJson(JSON.stringify(task))).toBe(3);
    expect(versionOfJson(JSON.stringify(task, null, 1))).toBe(3);
  });
});
