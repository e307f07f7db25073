/** What the task is: its title, and below what is changed less often: priority, project, tags, description. */

import { useQuery } from '@tanstack/react-query';
import type { Priority } from '@taskflow/core/contracts/task.ts';
import { api } from '../../lib/api.ts';
import type { FieldsProps } from './editor-form.tsx';
import { Labelled } from './field.tsx';

/** Written here, since importing the list from the contracts would bring the schema library along. */
const PRIORITIES: readonly Priority[] = ['none', 'low', 'medium', 'high', 'urgent'];

export function TitleField({ form, set, error }: FieldsProps) {
  return (
    <Labelled label="Title" name="title" error={error}>
      {(id, aria) => (
        <textarea
          id={id}
          rows={1}
          className="field grow-with-text text-lg font-medium"
          data-first-focus
          value={form.title}
          maxLength={500}
          onChange={(event) => set({ title: event.target.value.replace(/\n/g, ' ') })}
          {...aria}
        />
      )}
    </Labelled>
  );
}

export function DetailFields({ form, set, error }: FieldsProps) {
  const { data: projects } = useQuery({ queryKey: ['projects'], queryFn: api.projects });
  return (
    <>
      <div className="grid grid-cols-2 gap-3">
        <Labelled label="Priority" name="priority" error={error}>
          {(id, aria) => (
            <select
              id={id}
              className="field"
              value={form.priority}
              onChange={(event) => set({ priority: event.target.value as Priority })}
              {...aria}
            >
              {PRIORITIES.map((one) => (
                <option key={one} value={one}>
                  {one[0]!.toUpperCase() + one.slice(1)}
                </option>
              ))}
            </select>
          )}
        </Labelled>
        <Labelled label="Project" name="project_id" error={error}>
          {(id, aria) => (
            <select
              id={id}
              className="field"
              value={form.project_id}
              onChange={(event) => set({ project_id: event.target.value })}
              {...aria}
            >
              {projects?.items.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.name}
                </option>
              ))}
            </select>
          )}
        </Labelled>
      </div>
      <Labelled label="Tags" name="tags" error={error} hint="With commas between them">
        {(id, aria) => (
          <input
            id={id}
            className="field"
            value={form.tags}
            autoComplete="off"
            onChange={(event) => set({ tags: event.target.value })}
            {...aria}
          />
        )}
      </Labelled>
      <Labelled label="Description" name="description" error={error}>
        {(id, aria) => (
          <textarea
            id={id}
            rows={3}
            className="field grow-with-text min-h-24"
            value={form.description}
            maxLength={50_000}
            onChange={(event) => set({ description: event.target.value })}
            {...aria}
          />
        )}
      </Labelled>
    </>
  );
}
