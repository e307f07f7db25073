/** Whether and how it repeats: the usual rules in words, every other one as RFC 5545 writes it. */
import type { MissedPolicy, RepeatFrom } from '@taskflow/core/contracts/task.ts';
import { useState } from 'react';
import { ruleInWords, rulePresets } from '../../lib/rule-in-words.ts';
import type { FieldsProps } from './editor-form.tsx';
import { Labelled } from './field.tsx';

const CUSTOM = 'custom';

export function RepeatField({ form, set, error }: FieldsProps) {
  const presets = form.date === '' ? [] : rulePresets(form.date);
  const preset = presets.some((one) => one.rule === form.recurrence_rule);
  const [custom, setCustom] = useState(form.recurrence_rule !== '' && !preset);
  const repeats = form.recurrence_rule !== '' || custom;

  function choose(value: string) {
    setCustom(value === CUSTOM);
    if (value !== CUSTOM) set({ recurrence_rule: value });
    else if (form.recurrence_rule === '') set({ recurrence_rule: 'FREQ=WEEKLY;INTERVAL=3' });
  }

  return (
    <div className="space-y-3">
      <Labelled
        label="Repeat"
        name={custom ? '-' : 'recurrence_rule'}
        error={error}
        hint={form.date === '' ? 'Needs a due date' : undefined}
      >
        {(id, aria) => (
          <select
            id={id}
            className="field"
            disabled={form.date === ''}
            value={custom || (form.recurrence_rule !== '' && !preset) ? CUSTOM : form.recurrence_rule}
            onChange={(event) => choose(event.target.value)}
            {...aria}
          >
            <option value="">Never</option>
            {presets.map(({ rule, words }) => (
              <option key={rule} value={rule}>
                {words[0]!.toUpperCase() + words.slice(1)}
              </option>
            ))}
            <option value={CUSTOM}>Another rule…</option>
          </select>
        )}
      </Labelled>
      {form.date !== '' && (custom || (form.recurrence_rule !== '' && !preset)) && (
        <Labelled label="Rule" name="recurrence_rule" error={error} hint={ruleInWords(form.recurrence_rule)}>
          {(id, aria) => (
            <input
              id={id}
              className="field font-mono text-sm"
              value={form.recurrence_rule}
              spellCheck={false}
              autoComplete="off"
              onChange={(event) => set({ recurrence_rule: event.target.value })}
              {...aria}
            />
          )}
        </Labelled>
      )}
      {form.date !== '' && repeats && <Policies form={form} set={set} error={error} />}
    </div>
  );
}

function Policies({ form, set, error }: FieldsProps) {
  return (
    <div className="grid grid-cols-2 gap-3">
      <Labelled label="Count from" name="repeat_from" error={error}>
        {(id, aria) => (
          <select
            id={id}
            className="field"
            value={form.repeat_from}
            onChange={(event) => set({ repeat_from: event.target.value as RepeatFrom })}
            {...aria}
          >
            <option value="due">The due date</option>
            <option value="completion">Completion</option>
          </select>
        )}
      </Labelled>
      <Labelled label="If missed" name="missed_policy" error={error}>
        {(id, aria) => (
          <select
            id={id}
            className="field"
            value={form.missed_policy}
            onChange={(event) => set({ missed_policy: event.target.value as MissedPolicy })}
            {...aria}
          >
            <option value="keep">Keep it open</option>
            <option value="roll">Move on</option>
          </select>
        )}
      </Labelled>
    </div>
  );
}
