/** Every task the page knows, from lists, answers and events alike: the newest version wins, whatever order they come in. */
import type { Task } from '@taskflow/core/contracts/task.ts';

export type Tasks = ReadonlyMap<string, Task>;
export type TaskStore = ReturnType<typeof createTaskStore>;

export function createTaskStore() {
  let tasks: Tasks = new Map();
  /** Deleted ids with the version that went, so that a late event does not bring a task back. */
  const gone = new Map<string, number>();
  /** The reading in which a task was last seen, to find out which ones a complete reading no longer holds. */
  const seen = new Map<string, number>();
  /** Tasks out of sight while their deletion can still be undone. */
  const hidden = new Map<string, Task>();
  const listeners = new Set<() => void>();
  let reading = 0;

  function replace(next: Map<string, Task>) {
    tasks = next;
    for (const listener of listeners) listener();
  }

  return {
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    snapshot: () => tasks,

    /** Takes what is newer than what is known. */
    put(incoming: readonly Task[]) {
      const next = new Map(tasks);
      let changed = false;
      for (const task of incoming) {
        seen.set(task.id, reading);
        if (task.version <= (gone.get(task.id) ?? 0)) continue;
        const known = hidden.get(task.id) ?? tasks.get(task.id);
        if (task.version <= (known?.version ?? 0)) continue;
        if (hidden.has(task.id)) {
          hidden.set(task.id, task);
          continue;
        }
        next.set(task.id, task);
        changed = true;
      }
      if (changed) replace(next);
    },

    /** Shows a change before the server has confirmed it; the version stays, so the answer replaces it. Returns the way back. */
    assume(id: string, change: Partial<Task>): () => void {
      const before = tasks.get(id);
      if (!before) return () => {};
      const assumed = { ...before, ...change };
      replace(changed(tasks, id, assumed));
      return () => {
        if (tasks.get(id) === assumed) replace(changed(tasks, id, before));
      };
    },

    /** Takes a task out of sight, whatever is read meanwhile. Returns the way back. */
    hide(id: string): () => void {
      const task = tasks.get(id);
      if (!task) return () => {};
      hidden.set(id, task);
      replace(changed(tasks, id, null));
      return () => {
        const kept = hidden.get(id);
        hidden.delete(id);
        if (kept) replace(changed(tasks, id, kept));
      };
    },

    remove(deleted: readonly Pick<Task, 'id' | 'version'>[]) {
      const next = new Map(tasks);
      for (const { id, version } of deleted) {
        gone.set(id, Math.max(version, gone.get(id) ?? 0));
        hidden.delete(id);
        next.delete(id);
      }
      if (next.size < tasks.size) replace(next);
    },

    /** A complete reading of the pending tasks starts; what is put from now on counts as seen in it. */
    begin: () => ++reading,

    /** The reading has come to its end: pending tasks that it did not bring are no longer there. */
    settle(which: number) {
      if (which !== reading) return;
      const stale = [...tasks.values()].filter((one) => one.status === 'pending' && (seen.get(one.id) ?? 0) < which);
      if (stale.length === 0) return;
      const next = new Map(tasks);
      for (const { id } of stale) next.delete(id);
      replace(next);
    },
  };
}

function changed(tasks: Tasks, id: string, task: Task | null): Map<string, Task> {
  const next = new Map(tasks);
  if (task) next.set(id, task);
  else next.delete(id);
  return next;
}
