/** What comes from a file or a line of text passes the same schema as what comes from a request. */
import { TaskCreate } from '../contracts/task.ts';
import { Failure } from '../domain/failure.ts';

/** Throws a Failure whose messages name the parts of the task that are wrong. */
export function checkTaskInput(input: unknown): TaskCreate {
  const parsed = TaskCreate.safeParse(input);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map((issue) => ({ field: issue.path.join('.'), message: issue.message }));
  throw new Failure('invalid', errors.map(({ field, message }) => `${field}: ${message}`).join('; '), errors);
}
