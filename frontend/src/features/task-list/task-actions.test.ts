import { beforeEach, expect, test } from 'vitest';
import { ApiProblem } from '../../lib/api.ts';
import { aTask } from '../../testing/a-task.ts';
import { createToasts } from '../feedback/toasts.ts';
import { createTaskActions } from './task-actions.ts';
import { createTaskStore } from './task-store.ts';

let calls: string[];
let refuse: ApiProblem | null;
let timers: Set<() => void>;
let store: ReturnType<typeof createTaskStore>;
let toasts: ReturnType<typeof createToasts>;
let actions: ReturnType<typeof createTaskActions>;

const answer = async <T>(call: string, value: T): Promise<T> => {
  calls.push(call);
  if (refuse) throw refuse;
  return value;
};
const statusOf = (id = 'task-1') => store.snapshot().get(id)?.status;
const messages = () => toasts.snapshot().map((one) => one.message);
const pause = () => {
  for (const run of [...timers]) run();
};

beforeEach(() => {
  calls = [];
  refuse = null;
  timers = new Set();
  store = createTaskStore();
  toasts = createToasts();
  store.put([aTask()]);
  actions = createTaskActions({
    store,
    toasts,
    changed: () => {},
    later: (run) => {
      timers.add(run);
      return () => void timers.delete(run);
    },
    api: {
      complete: (id) =>
        answer(`complete ${id}`, {
          task: aTask({ status: 'completed', version: 2 }),
          next: aTask({ id: 'task-2' }),
        }),
      reopen: (id) => answer(`reopen ${id}`, aTask({ version: 3 })),
      skip: (id) => answer(`skip ${id}`, { task: aTask({ version: 2 }), next: null }),
      changeTask: (task) => answer(`change ${task.id}`, aTask({ version: 2 })),
      deleteTask: (id, scope, keepalive) => answer(`delete ${id} ${scope} ${keepalive}`, null),
    },
  });
});

test('a completed task is done at once, and its next occurrence appears with the answer', async () => {
  const done = actions.complete(aTask());
  expect(statusOf()).toBe('completed');
  await done;
  expect(statusOf('task-2')).toBe('pending');
});

test('a completion that the server refuses is taken back and said, and leaves nothing to undo', async () => {
  refuse = new ApiProblem(503, 'Try again later');
  await actions.complete(aTask());
  expect(statusOf()).toBe('pending');
  expect(messages()).toEqual(['“Pay rent” was not completed: Try again later']);
  actions.undoLast();
  expect(calls).toEqual(['complete task-1']);
});

test('one key undoes a completion, also before its answer has come', async () => {
  const done = actions.complete(aTask());
  actions.undoLast();
  await done;
  await new Promise((resolve) => setTimeout(resolve));
  expect(calls).toEqual(['complete task-1', 'reopen task-1']);
  expect(statusOf()).toBe('pending');
});

test('a deletion reaches the server only when its time to undo has passed', async () => {
  actions.remove(aTask(), 'series');
  expect(store.snapshot().size).toBe(0);
  expect(calls).toEqual([]);
  pause();
  await actions.flush();
  expect(calls).toEqual(['delete task-1 series false']);
});

test('an undone deletion never reaches the server', async () => {
  actions.remove(aTask(), 'occurrence');
  actions.undoLast();
  pause();
  await actions.flush();
  expect(calls).toEqual([]);
  expect(statusOf()).toBe('pending');
});

test('a deletion that waits is carried out when the page goes, by a request that outlives it', async () => {
  actions.remove(aTask(), 'occurrence');
  await actions.flush();
  pause();
  expect(calls).toEqual(['delete task-1 occurrence true']);
});
