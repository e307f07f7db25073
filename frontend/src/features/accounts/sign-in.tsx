'use client';
/** Sign in or make an account; faults are said at their field, and the way back is kept. */
import { type FormEvent, useId, useState, useSyncExternalStore } from 'react';
import { api, fieldError, wordsOf } from '../../lib/api.ts';
import { safeReturn } from './to-sign-in.ts';

type Mode = 'sign-in' | 'sign-up';

export function SignIn({ next }: { next: string }) {
  const [mode, setMode] = useState<Mode>('sign-in');
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const isLive = useSyncExternalStore(noChange, yes, no);
  const fresh = mode === 'sign-up';

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const text = (name: string) => String(new FormData(event.currentTarget).get(name) ?? '');
    const email = text('email').trim();
    const password = text('password');
    setBusy(true);
    setError(null);
    try {
      if (fresh) await signUp(text('name').trim() || email.split('@')[0]!, email, password);
      else await api.signIn({ email, password });
      location.assign(safeReturn(next, location.origin));
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  }

  function switchMode() {
    setMode(fresh ? 'sign-in' : 'sign-up');
    setError(null);
  }

  const named = ['name', 'email', 'password'].some((field) => fieldError(error, field));
  return (
    <main className="mx-auto flex min-h-dvh max-w-sm flex-col justify-center gap-8 px-6 py-12">
      <header className="space-y-2">
        <p className="brand text-2xl">TaskFlow</p>
        <h1 className="text-muted">{fresh ? 'Make an account' : 'Sign in to your tasks'}</h1>
      </header>
      {/* What is sent before the script is there would be sent by the browser itself: not with a password in the address. */}
      <form method="post" onSubmit={submit} className="space-y-4" aria-busy={busy}>
        {fresh && (
          <Field name="name" label="Name" autoComplete="name" required={false} error={fieldError(error, 'name')} />
        )}
        <Field name="email" label="E-mail" type="email" autoComplete="email" error={fieldError(error, 'email')} />
        <Field
          name="password"
          label="Password"
          type="password"
          autoComplete={fresh ? 'new-password' : 'current-password'}
          minLength={fresh ? 8 : undefined}
          hint={fresh ? 'At least 8 characters' : undefined}
          error={fieldError(error, 'password')}
        />
        <p role="alert" className="error empty:hidden">
          {error && !named ? wordsOf(error) : ''}
        </p>
        <button type="submit" className="button button-accent w-full" disabled={busy || !isLive}>
          {fresh ? 'Create account' : 'Sign in'}
        </button>
      </form>
      <p className="text-sm text-muted">
        {fresh ? 'You have one already?' : 'New here?'}{' '}
        <button type="button" className="link" onClick={switchMode}>
          {fresh ? 'Sign in instead' : 'Create an account'}
        </button>
      </p>
    </main>
  );
}

const noChange = () => () => {};
const yes = () => true;
const no = () => false;

async function signUp(name: string, email: string, password: string): Promise<void> {
  await api.signUp({ name, email, password });
  const time_zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  // An account without its zone still works, in the default one: not a reason to stop at the door.
  await api.changeSettings({ time_zone }).catch(() => null);
}

interface FieldProps {
  name: string;
  label: string;
  autoComplete: string;
  type?: string;
  required?: boolean;
  minLength?: number | undefined;
  hint?: string | undefined;
  error: string | null;
}

function Field({ name, label, hint, error, type = 'text', required = true, ...more }: FieldProps) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className="space-y-1.5">
      <label htmlFor={id} className="label">
        {label}
      </label>
      <input
        id={id}
        name={name}
        type={type}
        required={required}
        className="field"
        aria-invalid={error ? true : undefined}
        aria-describedby={note ? `${id}-note` : undefined}
        {...more}
      />
      {note && (
        <p id={`${id}-note`} className={error ? 'error' : 'hint'} role={error ? 'alert' : undefined}>
          {note}
        </p>
      )}
    </div>
  );
}
