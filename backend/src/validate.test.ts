import { BulkRequest } from '@taskflow/core/contracts/bulk.ts';
import { TaskCreate } from '@taskflow/core/contracts/task.ts';
import type { Failure } from '@taskflow/core/domain/failure.ts';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { validateOperations } from './api/bulk-body.ts';
import { validatorCompiler } from './validate.ts';

type Verdict = { value?: unknown; error?: Failure };
const route = { method: 'POST', url: '/', httpPart: 'body' };
const check = (schema: z.ZodType, value: unknown) => validatorCompiler({ ...route, schema })(value) as Verdict;
const checkBulk = (value: unknown) => validateOperations({ ...route, schema: BulkRequest })(value) as Verdict;
const fieldsOf = ({ error }: Verdict) => error?.errors.map(({ field }) => field);

describe('a rejected body', () => {
  it('names each unknown field', () => {
    expect(fieldsOf(check(TaskCreate, { title: 'x', colour: 1, shape: 2 }))).toEqual(['colour', 'shape']);
  });

  it('names the field inside the shape that was meant', () => {
    const verdict = check(TaskCreate, { title: 'x', reminders: [{ offset: 'PT1M' }, { offset: 'soon' }] });
    expect(fieldsOf(verdict)).toEqual(['reminders.1.offset']);
  });

  it('is named as a whole when it is no object', () => {
    expect(fieldsOf(check(TaskCreate, [1]))).toEqual(['body']);
    expect(fieldsOf(check(TaskCreate, null))).toEqual(['body']);
  });

  it('does not let a prototype through', () => {
    expect(fieldsOf(check(TaskCreate, JSON.parse('{"title":"x","__proto__":{"version":9}}')))).toEqual(['__proto__']);
  });

  it('names the operation of a bulk', () => {
    const operations = [
      { op: 'create', task: { title: 'x' } },
      { op: 'create', task: { title: '' } },
      { op: 'explode' },
    ];
    expect(fieldsOf(checkBulk({ operations }))).toEqual(
      expect.arrayContaining(['operations.1.task.title', 'operations.2.op']),
    );
    expect(fieldsOf(checkBulk({ operations: [] }))).toEqual(['operations']);
    expect(fieldsOf(checkBulk({ operations: [], more: 1 }))).toBeDefined();
  });
});

describe('a megabyte of faults', () => {
  const many = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item);
  const nested = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
  it.each([
    ['wrong tags', { title: 'x', tags: many(500_000, 1) }, 'tags'],
    ['wrong reminders', { title: 'x', reminders: many(500_000, 1) }, 'reminders'],
    ['deep nesting', { title: 'x', description: nested }, 'description'],
    ['deep nesting as a whole', nested, 'body'],
    ['unknown fields', Object.fromEntries(many(50_000, 0).map((_, index) => [`field${index}`, 1])), 'body'],
    ['one huge title', { title: ' '.repeat(1_000_000) }, 'title'],
    ['a huge field name', { title: 'x', ['y'.repeat(1_000_000)]: 1 }, 'y'.repeat(1_000_000)],
  ])('of %s is answered with one field', (_, value, field) => {
    expect(new Set(fieldsOf(check(TaskCreate, value)))).toEqual(new Set([field]));
  });

  it('in a bulk is answered with its first twenty', () => {
    expect(fieldsOf(checkBulk({ operations: many(500_000, 1) }))).toEqual(['operations']);
    const reminders = many(100, 1);
    const each = many(1_000, { op: 'create', task: { title: 'x', reminders } });
    expect(fieldsOf(checkBulk({ operations: each }))?.length).toBeLessThanOrEqual(20);
  });
});
