/** What SQL does a use case run? Its real statements, taken down as they go to the database, for the floor to do the same. */

import type { TaskCreate } from '@taskflow/core/contracts/task.ts';
import type { RequestContext } from '@taskflow/core/usecases/context.ts';
import { createTask } from '@taskflow/core/usecases/create-task.ts';
import { type ListParams, listTasks } from '@taskflow/core/usecases/list-tasks.ts';
import { toTask } from '@taskflow/core/usecases/present.ts';
import type { Application } from './application.ts';
import type { FloorRoute, FloorStatement } from './floor.ts';

export async function capturePage(
  application: Application,
  context: RequestContext,
  params: ListParams,
): Promise<FloorRoute> {
  const { statements } = await capture(application, () => listTasks(application.deps, context, params));
  return { kind: 'page', statements };
}

export async function captureCreate(
  application: Application,
  context: RequestContext,
  input: TaskCreate,
): Promise<FloorRoute> {
  const { statements, result } = await capture(application, () => createTask(application.deps, context, input));
  const [statement] = statements;
  if (statement === undefined || statements.length !== 1)
    throw new Error(`One statement was expected: ${statements.map(({ text }) => text).join('; ')}`);
  const fresh_ids = idsIn(statement, context);
  return { kind: 'change', statement, answer: JSON.stringify(toTask(result)), fresh_ids };
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** Every id that came to be with the change: those drawn, and those derived from them; not the owner's or the project's. */
function idsIn({ values }: FloorStatement, { settings }: RequestContext): string[] {
  const given = new Set([settings.owner_id, settings.inbox_id]);
  const found = values.flatMap((value) => (typeof value === 'string' ? (value.match(UUID) ?? []) : []));
  return [...new Set(found)].filter((id) => !given.has(id));
}

/** Run twice: the first time may do what later ones need not. */
async function capture<T>(
  { pool }: Application,
  work: () => Promise<T>,
): Promise<{ statements: FloorStatement[]; result: T }> {
  await work();
  const statements: FloorStatement[] = [];
  const query = pool.query.bind(pool) as (...args: unknown[]) => unknown;
  Object.assign(pool, {
    query: (config: string | FloorStatement, values: unknown[] = []) => {
      statements.push(
        typeof config === 'string' ? { text: config, values } : { ...config, values: config.values ?? [] },
      );
      return query(config, ...(typeof config === 'string' ? [values] : []));
    },
  });
  try {
    return { statements, result: await work() };
  } finally {
    Object.assign(pool, { query });
  }
}
