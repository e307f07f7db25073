/** What can be done to the task as a whole: complete or reopen, skip, delete this one or the series. */
import type { Scope, Task } from '@taskflow/core/contracts/task.ts';
import { Icon } from '../../lib/icons.tsx';
import { useApp } from '../app.tsx';

interface ButtonsProps {
  task: Task;
  onClose: () => void;
}

export function TaskActions({ task, onClose }: ButtonsProps) {
  const { actions } = useApp();
  const pending = task.status === 'pending';

  function act(run: () => unknown) {
    onClose();
    void run();
  }

  return (
    <div className="flex flex-1 flex-wrap items-center gap-1.5">
      <button
        type="button"
        className="chip chip-button"
        onClick={() => act(() => (pending ? actions.complete(task) : actions.reopen(task)))}
      >
        <Icon name="completed" className="size-3.5" /> {pending ? 'Complete' : 'Reopen'}
      </button>
      {task.series_id !== null && pending && (
        <button type="button" className="chip chip-button" onClick={() => act(() => actions.skip(task))}>
          <Icon name="skip" className="size-3.5" /> Skip this one
        </button>
      )}
    </div>
  );
}

export function DeleteButtons({ task, onClose }: ButtonsProps) {
  const { actions } = useApp();
  const repeats = task.series_id !== null;

  function remove(scope: Scope) {
    onClose();
    actions.remove(task, scope);
  }

  return (
    <div className="mt-auto flex flex-wrap gap-1.5 border-t border-line pt-5">
      <button type="button" className="chip chip-button chip-danger" onClick={() => remove('occurrence')}>
        <Icon name="trash" className="size-3.5" /> {repeats ? 'Delete this one' : 'Delete'}
      </button>
      {repeats && (
        <button type="button" className="chip chip-button chip-danger" onClick={() => remove('series')}>
          <Icon name="trash" className="size-3.5" /> Delete the series
        </button>
      )}
    </div>
  );
}
