/** Who asks, when, and on what terms: what every use case is given. */
import { Failure } from '../domain/failure.ts';
import type { TaskRecord, UserSettings } from '../domain/model.ts';
import { type Clock, type Ids, type QueryStore, StaleWrite, type StoredAnswer, type TaskStore } from '../ports.ts';
import { Workspace } from './workspace.ts';

export interface Deps {
  store: TaskStore & QueryStore;
  clock: Clock;
  ids: Ids;
}

/** What a use case that only writes needs; ring and import have no request behind them. */
export interface WriteDeps {
  store: TaskStore;
  clock: Clock;
  ids: Ids;
}

export interface RequestContext {
  settings: UserSettings;
  traceparent: string | null;
  /** The version a client says it has seen (If-Match). */
  if_match: number | null;
  /** Idempotency-Key: the answer to keep, made inside the transaction from what the use case returns. */
  answer: ((result: unknown) => StoredAnswer) | null;
}

/** Each try starts from what is there; beyond this many somebody is changing the same task without pause. */
const TRIES_MAX = 8;

/**
 * Runs `work` on a fresh workspace and commits what it did, once. When somebody else was faster it is done again from
 * what is there now; a client that named a version then gets its 412 from the work itself.
 */
export async function inWorkspace<T>(
  deps: WriteDeps,
  context: RequestContext,
  work: (workspace: Workspace) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const workspace = new Workspace(deps, context);
    const result = await work(workspace);
    const answer = context.answer?.(result) ?? null;
    try {
      await workspace.commit(answer);
      return result;
    } catch (error) {
      if (!(error instanceof StaleWrite)) throw error;
      if (answer !== null && (await deps.store.storedAnswer(context.settings.owner_id, answer.key)) !== null)
        throw error;
      if (attempt >= TRIES_MAX)
        throw new Failure('conflict', 'This was being changed at the same time; please try again.');
    }
  }
}

/** If-Match: nothing happens to a task that is not at the version the client has seen. */
export function checkVersion(record: Pick<TaskRecord, 'version'>, if_match: number | null): void {
  if (if_match !== null && if_match !== record.version) {
    throw new Failure('precondition_failed', `It is at version ${record.version}, not ${if_match}.`);
  }
}
