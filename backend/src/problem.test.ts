import { Problem } from '@taskflow/core/contracts/common.ts';
import { Failure, invalid } from '@taskflow/core/domain/failure.ts';
import { StaleWrite } from '@taskflow/core/ports.ts';
import { describe, expect, it } from 'vitest';
import { problem, STATUS_OF, toProblem } from './problem.ts';

const systemError = (code: string, message = 'x') => Object.assign(new Error(message), { code });

describe('a problem', () => {
  it('says which field of the input is wrong', () => {
    const { status, body } = toProblem(invalid('reminders.0.offset', 'is not a duration'));
    expect(status).toBe(422);
    expect(body.errors).toEqual([{ field: 'reminders.0.offset', message: 'is not a duration' }]);
    expect(Problem.parse(body)).toEqual(body);
  });

  it('has the status that belongs to each failure', () => {
    for (const [code, status] of Object.entries(STATUS_OF)) {
      expect(toProblem(new Failure(code as keyof typeof STATUS_OF, 'x'))).toMatchObject({ status, unexpected: false });
    }
  });

  it.each([
    systemError('ECONNREFUSED'),
    systemError('57P03', 'the database system is starting up'),
    systemError('08006'),
    systemError('', 'Connection terminated unexpectedly'),
    systemError('', 'timeout exceeded when trying to connect'),
    new AggregateError([systemError('ECONNREFUSED')]),
    new Error('wrapped', { cause: systemError('ENOENT') }),
  ])('asks to come again while the database is away (%s)', (error) => {
    const { status, headers } = toProblem(error);
    expect(status).toBe(503);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
  });

  it('says nothing of the inside when it was our fault', () => {
    const answer = toProblem(new TypeError("cannot read 'password' of undefined at /srv/app.ts"));
    expect(answer).toMatchObject({ status: 500, unexpected: true });
    expect(JSON.stringify(answer.body)).not.toMatch(/password|srv/);
    expect(toProblem('a thrown string').status).toBe(500);
    expect(toProblem(undefined).status).toBe(500);
  });

  it('is a conflict when somebody else was faster again and again', () => {
    expect(toProblem(new StaleWrite()).status).toBe(409);
  });

  it('stays small, whatever was sent', () => {
    const errors = Array.from({ length: 5_000 }, () => ({ field: 'x'.repeat(10_000), message: 'y'.repeat(10_000) }));
    expect(JSON.stringify(problem(422, 'z'.repeat(100_000), errors).body).length).toBeLessThan(30_000);
  });
});
