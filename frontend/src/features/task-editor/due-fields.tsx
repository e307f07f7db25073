/** When it is due: a day, and a time if it has one, in the task's own zone. */
import { addDays, wallClock } from '../../lib/dates.ts';
import { useNow } from '../../lib/time-hooks.ts';
import type { FieldsProps } from './editor-form.tsx';
import { Labelled } from './field.tsx';

export function DueFields({ form, set, error, zone }: FieldsProps & { zone: string }) {
  const today = wallClock(useNow(), form.time_zone).date;
  const hint = form.time_zone === zone && form.time === '' ? undefined : form.time_zone.replaceAll('_', ' ');
  return (
    <div className="space-y-2">
      <div className="grid grid-cols-[3fr_2fr] gap-3">
        <Labelled label="Due date" name="due_date" error={error}>
          {(id, aria) => (
            <input
              id={id}
              type="date"
              className="field"
              value={form.date}
              onChange={({ target: { value } }) => set(value === '' ? { date: '', time: '' } : { date: value })}
              {...aria}
            />
          )}
        </Labelled>
        <Labelled label="Time" name="time_zone" error={error} hint={hint}>
          {(id, aria) => (
            <input
              id={id}
              type="time"
              className="field"
              value={form.time}
              disabled={form.date === ''}
              onChange={(event) => set({ time: event.target.value })}
              {...aria}
            />
          )}
        </Labelled>
      </div>
      <div className="flex flex-wrap gap-1.5">
        <button type="button" className="chip chip-button" onClick={() => set({ date: today })}>
          Today
        </button>
        <button type="button" className="chip chip-button" onClick={() => set({ date: addDays(today, 1) })}>
          Tomorrow
        </button>
        <button type="button" className="chip chip-button" onClick={() => set({ date: addDays(today, 7) })}>
          In a week
        </button>
        {form.date !== '' && (
          <button type="button" className="chip chip-button" onClick={() => set({ date: '', time: '' })}>
            No date
          </button>
        )}
        {form.time !== '' && (
          <button type="button" className="chip chip-button" onClick={() => set({ time: '' })}>
            All day
          </button>
        )}
      </div>
    </div>
  );
}
