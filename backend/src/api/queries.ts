/** Query parameters: text on the wire, values inside; a wrong one is named, an unknown one is refused. */
import { Id } from '@taskflow/core/contracts/common.ts';
import { z } from 'zod';

/** A whole number in decimal digits, and nothing else that JavaScript would read as one. */
export const integer = (min: number, max: number, fallback: number) =>
  z
    .preprocess(
      (value) =>
        value === undefined ? fallback : typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value,
      z.int('is not a whole number').min(min, `is less than ${min}`).max(max, `is more than ${max}`),
    )
    .optional()
    .transform((value) => value ?? fallback)
    .meta({ type: 'integer', minimum: min, maximum: max, default: fallback });

export const flag = z
  .enum(['true', 'false'], 'is neither true nor false')
  .optional()
  .transform((value) => value === 'true')
  .meta({ type: 'boolean', enum: undefined, default: false });

export const cursor = z
  .string()
  .min(1)
  .max(2_000)
  .regex(/^[\w=+/.~-]+$/, 'is not a cursor of this list')
  .optional()
  .meta({ description: 'The `next_cursor` of the page before.' });

export const limit = integer(1, 200, 50);

export const PageParameters = z.strictObject({ cursor, limit });

export const ById = z.strictObject({ id: Id });
