import { describe, expect, test } from 'vitest';
import { aTask } from '../../testing/a-task.ts';
import { createTaskStore } from './task-store.ts';

const titleIn = (store: ReturnType<typeof createTaskStore>) => store.snapshot().get('task-1')?.title;

describe('the newest version wins', () => {
  test('whatever order answers and events come in', () => {
    const store = createTaskStore();
    store.put([aTask({ version: 3, title: 'three' })]);
    store.put([aTask({ version: 2, title: 'two' })]);
    expect(titleIn(store)).toBe('three');
    store.put([aTask({ version: 4, title: 'four' })]);
    expect(titleIn(store)).toBe('four');
  });

  test('and a deleted task does not come back with a late event', () => {
    const store = createTaskStore();
    store.put([aTask({ version: 2 })]);
    store.remove([{ id: 'task-1', version: 3 }]);
    store.put([aTask({ version: 2 }), aTask({ version: 3 })]);
    expect(store.snapshot().size).toBe(0);
  });

  test('and nobody is told of what changes nothing', () => {
    const store = createTaskStore();
    store.put([aTask()]);
    let told = 0;
    store.subscribe(() => told++);
    store.put([aTask()]);
    expect(told).toBe(0);
  });
});

describe('what is assumed', () => {
  test('goes back when the server refuses', () => {
    const store = createTaskStore();
    store.put([aTask()]);
    const back = store.assume('task-1', { status: 'completed' });
    expect(store.snapshot().get('task-1')?.status).toBe('completed');
    back();
    expect(store.snapshot().get('task-1')?.status).toBe('pending');
  });

  test('does not go back over what the server has said meanwhile', () => {
    const store = createTaskStore();
    store.put([aTask()]);
    const back = store.assume('task-1', { status: 'completed' });
    store.put([aTask({ version: 2, title: 'renamed' })]);
    back();
    expect(titleIn(store)).toBe('renamed');
  });
});

describe('a hidden task', () => {
  test('stays hidden when it is read again, and comes back as it is by then', () => {
    const store = createTaskStore();
    store.put([aTask()]);
    const back = store.hide('task-1');
    store.put([aTask(), aTask({ version: 2, title: 'renamed' })]);
    expect(store.snapshot().size).toBe(0);
    back();
    expect(titleIn(store)).toBe('renamed');
  });

  test('does not come back once it is deleted', () => {
    const store = createTaskStore();
    store.put([aTask()]);
    const back = store.hide('task-1');
    store.remove([{ id: 'task-1', version: 2 }]);
    back();
    expect(store.snapshot().size).toBe(0);
  });
});

describe('a complete reading', () => {
  test('drops pending tasks it did not bring, keeps those it did, those that came meanwhile and those done', () => {
    const store = createTaskStore();
    store.put([aTask({ id: 'gone' }), aTask({ id: 'kept' }), aTask({ id: 'done', status: 'completed' })]);
    const reading = store.begin();
    store.put([aTask({ id: 'new' })]);
    store.put([aTask({ id: 'kept' })]);
    store.settle(reading);
    expect([...store.snapshot().keys()].sort()).toEqual(['done', 'kept', 'new']);
  });

  test('that another one has overtaken drops nothing', () => {
    const store = createTaskStore();
    store.put([aTask()]);
    const first = store.begin();
    store.begin();
    store.settle(first);
    expect(store.snapshot().size).toBe(1);
  });
});
