/** A schema's verdict on a part of a request: the parsed value, or a Failure that names each wrong field. Rejecting is cheap. */
import { Failure, type FieldError } from '@taskflow/core/domain/failure.ts';
import type { FastifySchemaCompiler } from 'fastify';
import type { z } from 'zod';

const ERRORS_MAX = 20;
const DEPTH_MAX = 20;
const KEYS_MAX = 100;
const ITEMS_MAX = 1_000;
/** Within an item of an array. */
const NESTED_ITEMS_MAX = 100;

type Issue = z.core.$ZodIssue;

export const validatorCompiler: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  const part = httpPart ?? 'body';
  return (value) => {
    const fault = part === 'body' ? tooLarge(value) : null;
    if (fault !== null) return { error: refuse(part, [fault]) };
    const result = schema.safeParse(value);
    return result.success ? { value: result.data } : { error: refuse(part, fieldErrors(result.error.issues, part)) };
  };
};

/** A path that cannot be an id names nothing that exists. */
function refuse(part: string, errors: FieldError[]): Failure {
  const first = errors[0];
  const detail = first === undefined ? 'The request is invalid.' : `${first.field}: ${first.message}`;
  return new Failure(part === 'params' ? 'not_found' : 'invalid', detail, errors);
}

/** One error per wrong field, with the path a client would look for: `reminders.0.offset`. */
export function fieldErrors(issues: readonly Issue[], whole: string, path: readonly PropertyKey[] = []): FieldError[] {
  const errors: FieldError[] = [];
  for (const issue of issues) {
    const at = [...path, ...issue.path];
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys.slice(0, ERRORS_MAX)) {
        errors.push({ field: [...at, key].join('.'), message: 'is not a known field' });
      }
    } else if (issue.code === 'invalid_union' && issue.errors.length > 0) {
      errors.push(...fieldErrors(closest(issue.errors), whole, at));
    } else {
      errors.push({ field: at.length === 0 ? whole : at.join('.'), message: issue.message });
    }
    if (errors.length >= ERRORS_MAX) break;
  }
  return errors;
}

/** Of the shapes that were possible, the one that the value comes closest to says best what is wrong. */
function closest(branches: readonly (readonly Issue[])[]): readonly Issue[] {
  const faults = (issues: readonly Issue[]) =>
    issues.reduce((sum, issue) => sum + (issue.code === 'unrecognized_keys' ? issue.keys.length : 1), 0);
  return branches.reduce((best, branch) => (faults(branch) < faults(best) ? branch : best));
}

/**
 * Stops hostile bodies before a schema looks at each of their parts: 1 MiB holds 500,000 wrong array items, which would
 * cost seconds to report one by one.
 */
export function tooLarge(root: unknown): FieldError | null {
  const stack: { value: unknown; path: string; depth: number; in_array: boolean }[] = [
    { value: root, path: '', depth: 0, in_array: false },
  ];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { value, path, depth, in_array } = next;
    if (typeof value !== 'object' || value === null) continue;
    const field = path === '' ? 'body' : path.slice(1);
    if (depth > DEPTH_MAX) {
      const outermost = Array.isArray(root) ? 'body' : (path.split('.')[1] ?? 'body');
      return { field: outermost, message: `is nested deeper than ${DEPTH_MAX} levels` };
    }
    const items_max = in_array ? NESTED_ITEMS_MAX : ITEMS_MAX;
    if (Array.isArray(value) && value.length > items_max) {
      return { field, message: `holds more than ${items_max} items` };
    }
    const keys = Object.keys(value);
    if (!Array.isArray(value) && keys.length > KEYS_MAX)
      return { field, message: `holds more than ${KEYS_MAX} fields` };
    for (const key of keys) {
      const inner = (value as Record<string, unknown>)[key];
      if (typeof inner !== 'object' || inner === null) continue;
      stack.push({
        value: inner,
        path: `${path}.${key}`,
        depth: depth + 1,
        in_array: in_array || Array.isArray(value),
      });
    }
  }
  return null;
}
