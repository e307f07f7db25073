/** A field of the editor: its label, and what is wrong with it right below. */
import { type ReactNode, useId } from 'react';
import { fieldError } from '../../lib/api.ts';

interface LabelledProps {
  label: string;
  name: string;
  error: unknown;
  className?: string;
  hint?: string | undefined;
  children: (id: string, aria: { 'aria-invalid'?: true; 'aria-describedby'?: string }) => ReactNode;
}

export function Labelled({ label, name, error, hint, className = '', children }: LabelledProps) {
  const id = useId();
  const fault = fieldError(error, name);
  const note = fault ?? hint;
  return (
    <div className={`space-y-1.5 ${className}`}>
      <label htmlFor={id} className="label">
        {label}
      </label>
      {children(id, {
        ...(fault ? { 'aria-invalid': true as const } : {}),
        ...(note ? { 'aria-describedby': `${id}-note` } : {}),
      })}
      {note && (
        <p id={`${id}-note`} className={fault ? 'error' : 'hint'}>
          {note}
        </p>
      )}
    </div>
  );
}
