/** The list by keyboard alone: the focused row is the chosen one. */
import { useEffect } from 'react';
import { useApp } from '../app.tsx';
import { openTask } from '../navigation/go-to.ts';
import { QUICK_ADD_ID } from '../quick-add/draft.ts';

export function useListKeys({ onHelp }: { onHelp: () => void }): void {
  const { actions, store } = useApp();
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent) {
      if (event.ctrlKey || event.metaKey || event.altKey || isBusy(event)) return;
      const row = document.activeElement?.closest<HTMLElement>('[data-task]') ?? null;
      const task = row ? store.snapshot().get(row.dataset.task ?? '') : undefined;
      const on_title = document.activeElement?.matches('[data-task-open]') ?? false;
      const run = commands[event.key];
      if (!run) return;
      if (event.key === ' ' && !on_title) return;
      if (run(row, task?.id ?? null) !== false) event.preventDefault();
    }

    const commands: Record<string, (row: HTMLElement | null, id: string | null) => unknown> = {
      q: () => document.getElementById(QUICK_ADD_ID)?.focus(),
      j: (row) => step(row, 1),
      ArrowDown: (row) => step(row, 1),
      k: (row) => step(row, -1),
      ArrowUp: (row) => step(row, -1),
      x: (row) => tick(row),
      ' ': (row) => tick(row),
      e: (_, id) => (id ? openTask(id) : false),
      Delete: (row, id) => remove(row, id),
      Backspace: (row, id) => remove(row, id),
      z: () => actions.undoLast(),
      '?': () => onHelp(),
    };
    function remove(row: HTMLElement | null, id: string | null) {
      const task = id ? store.snapshot().get(id) : undefined;
      if (!task) return false;
      stepAway(row);
      actions.remove(task, 'occurrence');
    }

    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [actions, store, onHelp]);
}

/** Someone is typing, or something lies over the list. */
function isBusy(event: KeyboardEvent): boolean {
  const target = event.target instanceof HTMLElement ? event.target : null;
  if (target?.matches('input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]')) return true;
  return document.querySelector('dialog[open], [popover]:popover-open') !== null;
}

function titles(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('[data-task] [data-task-open]')];
}

function step(row: HTMLElement | null, by: 1 | -1): void {
  const all = titles();
  const at = all.findIndex((one) => row?.contains(one));
  const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1);
  all[next]?.focus();
  all[next]?.scrollIntoView({ block: 'nearest' });
}

/** Before its row goes, the focus moves to the neighbour, so that the next key has a task to work on. */
function stepAway(row: HTMLElement | null): void {
  const all = titles();
  const at = all.findIndex((one) => row?.contains(one));
  (all[at + 1] ?? all[at - 1] ?? document.getElementById(QUICK_ADD_ID))?.focus();
}

function tick(row: HTMLElement | null): void {
  const box = row?.querySelector<HTMLInputElement>('input[type=checkbox]');
  if (!box) return;
  stepAway(row);
  box.click();
}
