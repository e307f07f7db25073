/** An expected failure is a typed value with a code and a message a person can act on; one place turns it into HTTP. */

export type FailureCode =
  | 'malformed'
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'precondition_failed'
  | 'payload_too_large'
  | 'unsupported_media_type'
  | 'invalid'
  | 'too_many_requests'
  | 'unavailable';

/** What is wrong with one part of an input. `field` is a path in the request, such as `reminders.0.offset`. */
export interface FieldError {
  field: string;
  message: string;
}

export class Failure extends Error {
  readonly code: FailureCode;
  readonly errors: readonly FieldError[];

  constructor(code: FailureCode, message: string, errors: readonly FieldError[] = []) {
    super(message);
    this.name = 'Failure';
    this.code = code;
    this.errors = errors;
  }
}

/** One field of the input breaks a rule (HTTP 422). */
export const invalid = (field: string, message: string): Failure =>
  new Failure('invalid', `${field}: ${message}`, [{ field, message }]);

export const notFound = (what: string): Failure => new Failure('not_found', `No such ${what}.`);

export const conflict = (message: string): Failure => new Failure('conflict', message);
