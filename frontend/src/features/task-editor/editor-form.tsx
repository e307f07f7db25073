/** The fields of a task, saved together; for a repeating one it is said whether this one or all from here on are meant. */
import type { Scope, Task } from '@taskflow/core/contracts/task.ts';
import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { ApiProblem, api, wordsOf } from '../../lib/api.ts';
import { Icon } from '../../lib/icons.tsx';
import { useApp } from '../app.tsx';
import { DetailFields, TitleField } from './detail-fields.tsx';
import { DueFields } from './due-fields.tsx';
import { concernsSeries, type Form, formOf, patchOf, rebase } from './form-state.ts';
import { History } from './history.tsx';
import { RemindersField } from './reminders-field.tsx';
import { RepeatField } from './repeat-field.tsx';
import { DeleteButtons, TaskActions } from './task-buttons.tsx';

export interface FieldsProps {
  form: Form;
  set: (change: Partial<Form>) => void;
  error: unknown;
}

export function EditorForm({ task, zone, onClose }: { task: Task; zone: string; onClose: () => void }) {
  const { form, set, base, error, busy, save } = useEditing(task, onClose);
  const [scope, setScope] = useState<Scope>('occurrence');
  const patch = patchOf(form, base);
  const dirty = Object.keys(patch).length > 0;
  const only_series = concernsSeries(patch);
  const chosen: Scope = base.series_id === null ? 'occurrence' : only_series ? 'series' : scope;

  const body = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (error !== null) body.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus();
  }, [error]);

  function submit(event?: FormEvent) {
    event?.preventDefault();
    void save(patch, chosen);
  }
  function onKeyDown(event: KeyboardEvent) {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit();
  }

  return (
    <form className="editor" onSubmit={submit} onKeyDown={onKeyDown} noValidate>
      <header className="editor-head">
        <TaskActions task={task} onClose={onClose} />
        <button type="button" className="icon-button" aria-label="Close" onClick={onClose}>
          <Icon name="close" className="size-5" />
        </button>
      </header>
      <div ref={body} className="editor-body">
        <TitleField form={form} set={set} error={error} />
        <DueFields form={form} set={set} error={error} zone={zone} />
        <RepeatField form={form} set={set} error={error} />
        <RemindersField form={form} set={set} error={error} />
        <DetailFields form={form} set={set} error={error} />
        {base.series_id !== null && <History task={task} series_id={base.series_id} zone={zone} />}
        <DeleteButtons task={task} onClose={onClose} />
      </div>
      <footer className="editor-foot">
        {error !== null && (
          <p role="alert" className="error">
            {saidAtField(error) ? 'Something needs another look above.' : wordsOf(error)}
          </p>
        )}
        {base.series_id !== null && dirty && <ScopeChoice scope={chosen} only_series={only_series} set={setScope} />}
        <div className="flex gap-2">
          <button
            type="submit"
            className="button button-accent min-w-24"
            disabled={busy || !dirty || form.title.trim() === ''}
          >
            Save
          </button>
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
        </div>
      </footer>
    </form>
  );
}

/** `base` is what the form started from: its version is what the server compares. */
function useEditing(task: Task, onClose: () => void) {
  const { actions, store, toasts } = useApp();
  const [base, setBase] = useState(task);
  const [form, setForm] = useState(() => formOf(task));
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  // A change from elsewhere is taken over as long as nothing was typed here.
  if (task.version > base.version && Object.keys(patchOf(form, base)).length === 0) {
    setBase(task);
    setForm(formOf(task));
  }

  async function save(patch: ReturnType<typeof patchOf>, scope: Scope) {
    setBusy(true);
    setError(null);
    try {
      await actions.change(base, patch, scope);
      toasts.show('Saved');
      onClose();
    } catch (problem) {
      setError(problem);
      if (problem instanceof ApiProblem && problem.status === 412) {
        const now = await api.task(base.id).catch(() => null);
        if (now) {
          store.put([now]);
          setBase(now);
          setForm((form) => rebase(form, base, now));
          setError(new Error('The task was changed elsewhere meanwhile. Save again to put your changes over it.'));
        }
      }
      setBusy(false);
    }
  }
  return { form, base, error, busy, save, set: (change: Partial<Form>) => setForm((now) => ({ ...now, ...change })) };
}

const saidAtField = (error: unknown): boolean =>
  error instanceof ApiProblem && error.errors.some((one) => FIELDS.some((field) => one.field.startsWith(field)));
const FIELDS = ['title', 'description', 'due_date', 'time_zone', 'recurrence_rule', 'reminders', 'tags', 'priority'];

function ScopeChoice({ scope, only_series, set }: { scope: Scope; only_series: boolean; set: (scope: Scope) => void }) {
  const choices: { value: Scope; words: string }[] = [
    { value: 'occurrence', words: 'This one' },
    { value: 'series', words: 'From here on' },
  ];
  return (
    <fieldset className="segments">
      <legend className="sr-only">Change which ones</legend>
      {choices.map(({ value, words }) => (
        <label key={value}>
          <input
            type="radio"
            name="scope"
            className="sr-only"
            checked={scope === value}
            disabled={only_series && value === 'occurrence'}
            onChange={() => set(value)}
          />
          {words}
        </label>
      ))}
    </fieldset>
  );
}
