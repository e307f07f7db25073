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

describe('rejecting a megabyte costs less than 100 ms', () => {
  const many = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item);
  const nested = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
  it.each([
    ['wrong tags', { title: 'x', tags: many(500_000, 1) }],
    ['wrong reminders', { title: 'x', reminders: many(500_000, 1) }],
    ['deep nesting', { title: 'x', description: nested }],
    ['deep nesting as a whole', nested],
    ['unknown fields', Object.fromEntries(many(50_000, 0).map((_, index) => [`field${index}`, 1]))],
    ['one huge title', { title: ' '.repeat(1_000_000) }],
    ['a huge field name', { title: 'x', ['y'.repeat(1_000_000)]: 1 }],
  ])('%s', (_, value) => {
    check(TaskCreate, { title: 1 });
    const before = process.cpuUsage();
    expect(check(TaskCreate, value).error).toBeDefined();
    const { user } = process.cpuUsage(before);
    expect(user / 1_000).toBeLessThan(100);
  });

  it.each([
    ['wrong operations', many(500_000, 1)],
    ['wrong reminders in each', many(1_000, { op: 'create', task: { title: 'x', reminders: many(100, 1) } })],
  ])('a bulk of %s', (_, operations) => {
    checkBulk({ operations: [1] });
    const before = process.cpuUsage();
    expect(checkBulk({ operations }).error).toBeDefined();
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(100);
  });
});
