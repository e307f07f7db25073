/** What a person can do to a task: shown at once, undone by one key, put back when the server refuses. */
import type { Scope, Task, TaskPatch } from '@taskflow/core/contracts/task.ts';
import { type api as Api, ApiProblem, wordsOf } from '../../lib/api.ts';
import type { Toasts } from '../feedback/toasts.ts';
import { createUndo, UNDO_MS } from '../feedback/undo.ts';
import type { TaskStore } from './task-store.ts';

interface Parts {
  api: Pick<typeof Api, 'complete' | 'reopen' | 'skip' | 'changeTask' | 'deleteTask'>;
  store: TaskStore;
  toasts: Toasts;
  /** Called after a change that numbers and histories depend on. */
  changed: () => void;
  /** Runs something after a pause; what it returns calls that off. */
  later: (run: () => void, delay_ms: number) => () => void;
}
export type TaskActions = ReturnType<typeof createTaskActions>;

export function createTaskActions(parts: Parts) {
  const { api, store, toasts, changed } = parts;
  const undo = createUndo(toasts);
  const failed = (what: string) => (error: unknown) =>
    void toasts.show(`${what}: ${wordsOf(error)}`, { tone: 'danger', duration_ms: UNDO_MS });

  async function reopen(task: Task) {
    const back = store.assume(task.id, { status: 'pending', completed_at: null });
    await api.reopen(task.id).then(
      (now) => store.put([now]),
      (error) => {
        back();
        failed(`“${task.title}” was not reopened`)(error);
      },
    );
    changed();
  }

  return {
    ...createRemoval(parts, undo, failed),
    reopen,
    undoLast: undo.last,
    async complete(task: Task) {
      const back = store.assume(task.id, { status: 'completed' });
      const done = api.complete(task.id);
      const withdraw = undo.offer(
        `Completed “${task.title}”`,
        // Undone before the answer is there: the second request must not overtake the first.
        () => void done.then(() => reopen(task)).catch(() => {}),
      );
      await done.then(
        (answer) => store.put(answer.next ? [answer.task, answer.next] : [answer.task]),
        (error) => {
          back();
          withdraw();
          failed(`“${task.title}” was not completed`)(error);
        },
      );
      changed();
    },
    async skip(task: Task) {
      await api.skip(task.id).then(
        (answer) => {
          store.remove([answer.task]);
          if (answer.next) store.put([answer.next]);
          toasts.show(`Skipped “${task.title}”`);
        },
        failed(`“${task.title}” was not skipped`),
      );
      changed();
    },
    /** Throws what the server refuses: the editor shows it at the field. */
    async change(task: Task, patch: TaskPatch, scope: Scope): Promise<Task> {
      const now = await api.changeTask(task, patch, scope);
      store.put([now]);
      changed();
      return now;
    },
  };
}

/** A deleted task goes from the page at once, from the server when the time to undo has passed. */
function createRemoval(
  { api, store, changed, later }: Parts,
  undo: ReturnType<typeof createUndo>,
  failed: (what: string) => (error: unknown) => void,
) {
  const waiting = new Map<string, (keepalive: boolean) => Promise<void>>();

  return {
    remove(task: Task, scope: Scope) {
      const back = store.hide(task.id);
      const commit = async (keepalive: boolean) => {
        cancel();
        waiting.delete(task.id);
        withdraw();
        await api.deleteTask(task.id, scope, keepalive).then(
          () => store.remove([{ id: task.id, version: Number.MAX_SAFE_INTEGER }]),
          (error) => {
            if (error instanceof ApiProblem && error.status === 404) return;
            back();
            failed(`“${task.title}” was not deleted`)(error);
          },
        );
        changed();
      };
      const cancel = later(() => void commit(false), UNDO_MS);
      const withdraw = undo.offer(`Deleted “${task.title}”`, () => {
        cancel();
        waiting.delete(task.id);
        back();
      });
      waiting.set(task.id, commit);
    },
    /** The page is going: what waits for its undo is carried out now. */
    flush: () => Promise.all([...waiting.values()].map((commit) => commit(true))),
  };
}
