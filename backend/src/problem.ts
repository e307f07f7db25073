/** Every failure leaves as RFC 9457 problem+json, made here; what a client did not cause says nothing of the inside. */
import { STATUS_CODES } from 'node:http';
import type { Problem } from '@taskflow/core/contracts/common.ts';
import { Failure, type FailureCode, type FieldError } from '@taskflow/core/domain/failure.ts';
import { StaleWrite } from '@taskflow/core/ports.ts';

export interface ProblemAnswer {
  status: number;
  headers: Record<string, string>;
  body: Problem;
  /** Nobody's input explains it: worth a line in the log. */
  unexpected: boolean;
}

export const PROBLEM_TYPE = 'application/problem+json';

export const STATUS_OF: Record<FailureCode, number> = {
  malformed: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  precondition_failed: 412,
  payload_too_large: 413,
  unsupported_media_type: 415,
  invalid: 422,
  too_many_requests: 429,
  unavailable: 503,
};

const RETRY_AFTER_S = '2';
/** A problem stays readable, whatever was sent. */
const ERRORS_MAX = 20;
const FIELD_LENGTH_MAX = 200;

export function toProblem(error: unknown): ProblemAnswer {
  if (error instanceof Failure) return fromFailure(error);
  if (error instanceof StaleWrite) return problem(409, 'Somebody else changed this at the same time. Try again.');
  if (isDatabaseDown(error)) return problem(503, 'The database cannot be reached just now. Try again shortly.');
  const { statusCode: status, code, message } = shape(error);
  const field = FIELD_OF_CODE[code];
  if (field !== undefined) return problem(field.status, field.message, [field]);
  if (status !== undefined && status >= 400 && status < 500) return problem(status, String(message));
  return { ...problem(500, 'Something went wrong on our side.'), unexpected: true };
}

export function problem(status: number, detail: string, errors: readonly FieldError[] = []): ProblemAnswer {
  const title = STATUS_CODES[status] ?? 'Error';
  const body: Problem = { type: `urn:taskflow:problem:${slug(title)}`, title, status, detail: cut(detail, 1_000) };
  if (errors.length > 0) {
    body.errors = errors.slice(0, ERRORS_MAX).map(({ field, message }) => ({
      field: cut(field, FIELD_LENGTH_MAX),
      message: cut(message, 1_000),
    }));
  }
  const headers: Record<string, string> = {};
  if (status === 503 || status === 429) headers['retry-after'] = RETRY_AFTER_S;
  if (status === 401) headers['www-authenticate'] = 'Bearer realm="TaskFlow"';
  return { status, headers, body, unexpected: false };
}

/** What the framework refuses before a schema sees it; the field says which part of the request is meant. */
const FIELD_OF_CODE: Record<string, { status: number; field: string; message: string }> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { status: 413, field: 'body', message: 'The body is larger than is accepted here.' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    status: 415,
    field: 'Content-Type',
    message: 'The body has a media type that is not accepted here.',
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: { status: 400, field: 'Content-Length', message: 'It does not fit the body.' },
  FST_ERR_BAD_URL: { status: 400, field: 'path', message: 'The path is not a well-formed URL.' },
  FST_ERR_MAX_PARAM_LENGTH: { status: 404, field: 'path', message: 'A part of the path is too long to be an id.' },
};

function fromFailure(failure: Failure): ProblemAnswer {
  return problem(STATUS_OF[failure.code], failure.message, failure.errors);
}

interface Shape {
  statusCode: number | undefined;
  code: string;
  message: unknown;
}

function shape(error: unknown): Shape {
  if (typeof error !== 'object' || error === null) return { statusCode: undefined, code: '', message: '' };
  const { statusCode, code, message } = error as Record<string, unknown>;
  return {
    statusCode: typeof statusCode === 'number' ? statusCode : undefined,
    code: typeof code === 'string' ? code : '',
    message,
  };
}

const SOCKET_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOENT', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN']);
/** PostgreSQL, appendix A: class 08, insufficient resources, and a server that stops or starts. */
const SERVER_CODES = /^(?:08...|53...|57P0[1-4])$/;
const CONNECTION_LOST = /^Connection terminated|timeout exceeded when trying to connect|^Client has encountered/;

/** The connection failed, not the query: worth trying again. */
export function isDatabaseDown(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = shape(error);
  if (SOCKET_CODES.has(code) || SERVER_CODES.test(code) || CONNECTION_LOST.test(error.message)) return true;
  if (error instanceof AggregateError && error.errors.some(isDatabaseDown)) return true;
  return error.cause !== undefined && isDatabaseDown(error.cause);
}

const slug = (title: string): string => title.toLowerCase().replaceAll(/[^a-z]+/g, '-');

const cut = (value: string, length: number): string => (value.length > length ? `${value.slice(0, length)}…` : value);
