/** Any number of reminders: so long before or after the due time, or at a moment of their own. */
import { fieldError } from '../../lib/api.ts';
import { addDays, wallClock } from '../../lib/dates.ts';
import { Icon } from '../../lib/icons.tsx';
import { leadOf, offsetOf, offsetWords, UNITS, type Unit } from '../../lib/offsets.ts';
import { useNow } from '../../lib/time-hooks.ts';
import type { FieldsProps } from './editor-form.tsx';
import type { ReminderRow } from './form-state.ts';

const REMINDERS_MAX = 20;
const AMOUNT_MAX = 9_999;

export function RemindersField({ form, set, error }: FieldsProps) {
  const now_ms = useNow();
  const fault = fieldError(error, 'reminders');
  const replace = (key: string, row: ReminderRow | null) =>
    set({ reminders: form.reminders.flatMap((one) => (one.key === key ? (row ?? []) : one)) });
  const add = (row: Omit<ReminderRow, 'key'>) =>
    set({ reminders: [...form.reminders, { ...row, key: freshKey(form.reminders) } as ReminderRow] });
  const full = form.reminders.length >= REMINDERS_MAX;
  const tomorrow = addDays(wallClock(now_ms, form.time_zone).date, 1);
  return (
    <fieldset className="space-y-2">
      <legend className="label mb-1.5">Reminders</legend>
      {form.reminders.length > 0 && (
        <ul className="space-y-2">
          {form.reminders.map((row, at) => (
            <li key={row.key} className="flex items-center gap-2">
              {row.kind === 'offset' ? (
                <OffsetFields name={`Reminder ${at + 1}`} row={row} set={(now) => replace(row.key, now)} />
              ) : (
                <MomentField name={`Reminder ${at + 1}`} row={row} set={(now) => replace(row.key, now)} />
              )}
              <button
                type="button"
                className="icon-button -mr-2"
                aria-label={`Remove reminder ${at + 1}`}
                onClick={() => replace(row.key, null)}
              >
                <Icon name="close" />
              </button>
            </li>
          ))}
        </ul>
      )}
      {fault && (
        <p role="alert" className="error">
          {fault}
        </p>
      )}
      <div className="flex flex-wrap gap-1.5">
        {form.date !== '' && (
          <button
            type="button"
            className="chip chip-button"
            disabled={full}
            onClick={() =>
              add({ kind: 'offset', offset: form.reminders.length === 0 ? 'PT0S' : '-PT15M' } as ReminderRow)
            }
          >
            <Icon name="plus" className="size-3.5" /> Add reminder
          </button>
        )}
        <button
          type="button"
          className="chip chip-button"
          disabled={full}
          onClick={() => add({ kind: 'at', date: form.date || tomorrow, time: '09:00' } as ReminderRow)}
        >
          <Icon name="plus" className="size-3.5" /> At a time
        </button>
      </div>
    </fieldset>
  );
}

type OffsetRow = Extract<ReminderRow, { kind: 'offset' }>;
type MomentRow = Extract<ReminderRow, { kind: 'at' }>;

function OffsetFields({ name, row, set }: { name: string; row: OffsetRow; set: (row: ReminderRow) => void }) {
  const lead = leadOf(row.offset);
  // An offset of several units is kept as it is: it can be removed, not turned into something else by accident.
  if (!lead) return <span className="flex-1">{offsetWords(row.offset)}</span>;
  const change = (part: Partial<typeof lead>) => set({ ...row, offset: offsetOf({ ...lead, ...part }) });
  const when_due = lead.amount === 0;
  return (
    <span className={`grid flex-1 gap-2 ${when_due ? '' : 'grid-cols-[4.5rem_1fr_1fr]'}`}>
      {!when_due && (
        <>
          <input
            type="number"
            className="field"
            min={1}
            max={AMOUNT_MAX}
            inputMode="numeric"
            aria-label={`${name}: how many`}
            value={lead.amount}
            onChange={({ target }) =>
              change({ amount: Math.min(Math.max(Math.trunc(target.valueAsNumber) || 1, 1), AMOUNT_MAX) })
            }
          />
          <select
            className="field"
            aria-label={`${name}: unit`}
            value={lead.unit}
            onChange={({ target }) => change({ unit: target.value as Unit })}
          >
            {UNITS.map((unit) => (
              <option key={unit} value={unit}>
                {lead.amount === 1 ? unit.slice(0, -1) : unit}
              </option>
            ))}
          </select>
        </>
      )}
      <select
        className="field"
        aria-label={`${name}: before or after`}
        value={when_due ? WHEN_DUE : lead.side}
        onChange={({ target: { value } }) => {
          if (value === WHEN_DUE) change({ amount: 0 });
          else if (when_due) change({ ...AFRESH, side: value as 'before' | 'after' });
          else change({ side: value as 'before' | 'after' });
        }}
      >
        <option>before</option>
        <option>after</option>
        <option>{WHEN_DUE}</option>
      </select>
    </span>
  );
}

const WHEN_DUE = 'when due';
/** What a reminder becomes that is no longer at the due time itself. */
const AFRESH = { amount: 15, unit: 'minutes' } as const;

function MomentField({ name, row, set }: { name: string; row: MomentRow; set: (row: ReminderRow) => void }) {
  return (
    <input
      type="datetime-local"
      className="field flex-1"
      aria-label={`${name}: when`}
      value={`${row.date}T${row.time}`}
      onChange={({ target: { value } }) => {
        if (value === '') return;
        const { instant: _, ...rest } = row;
        set({ ...rest, date: value.slice(0, 10), time: value.slice(11, 16) });
      }}
    />
  );
}

function freshKey(rows: readonly ReminderRow[]): string {
  const numbers = rows.map((one) => (one.key.startsWith('new ') ? Number(one.key.slice(4)) : 0));
  return `new ${Math.max(0, ...numbers) + 1}`;
}
