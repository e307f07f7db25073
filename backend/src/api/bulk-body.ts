/** A bulk request is checked operation by operation and given up after the first faults: 1,000 bad ones cost no more than a few. */
import { BulkOperation, BulkRequest } from '@taskflow/core/contracts/bulk.ts';
import { Failure, type FieldError } from '@taskflow/core/domain/failure.ts';
import type { FastifySchemaCompiler } from 'fastify';
import type { z } from 'zod';
import { fieldErrors, tooLarge, validatorCompiler } from '../validate.ts';

const FAULTS_MAX = 20;

export const validateOperations: FastifySchemaCompiler<unknown> = (route) => {
  const whole = validatorCompiler({ ...route, schema: route.schema as z.ZodType });
  return (value: unknown) => {
    if (route.httpPart !== 'body' || !hasOperations(value)) return whole(value);
    const faults = firstFaults(value.operations);
    if (faults.length > 0) return { error: new Failure('invalid', 'Some operations are wrong.', faults) };
    return whole(value);
  };
};

function firstFaults(operations: readonly unknown[]): FieldError[] {
  const { operations: schema } = BulkRequest.shape;
  const max = tooLarge(operations);
  if (max !== null) return [{ ...max, field: max.field === 'body' ? 'operations' : `operations.${max.field}` }];
  if (operations.length === 0) return fieldErrors(schema.safeParse(operations).error?.issues ?? [], 'operations');
  const faults: FieldError[] = [];
  for (const [index, operation] of operations.entries()) {
    const result = BulkOperation.safeParse(operation);
    if (!result.success) faults.push(...fieldErrors(result.error.issues, 'body', ['operations', index]));
    if (faults.length >= FAULTS_MAX) break;
  }
  return faults;
}

const hasOperations = (value: unknown): value is { operations: unknown[] } =>
  typeof value === 'object' && value !== null && 'operations' in value && Array.isArray(value.operations);
