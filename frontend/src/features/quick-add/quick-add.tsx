/** One line becomes a task: what is understood is marked in the text and said below it; Enter adds. */
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { ApiProblem, api, fieldError, newKey, type Parsed, type QuickAddLine, wordsOf } from '../../lib/api.ts';
import { Icon } from '../../lib/icons.tsx';
import { useApp } from '../app.tsx';
import type { View } from '../task-list/views.ts';
import { carrySpans, piecesOf } from './carry-spans.ts';
import { dropDraft, QUICK_ADD_ID, readDraft } from './draft.ts';
import { Understood } from './understood.tsx';

const PAUSE_MS = 120;

export function QuickAdd({ zone, view }: { zone: string; view: View }) {
  const { store, toasts, refreshNumbers } = useApp();
  const [text, setText] = useState(readDraft);
  useEffect(dropDraft, []);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const key = useRef('');
  const added = useRef(0);
  const note = useId();
  const line = (words: string): QuickAddLine =>
    view.kind === 'project' ? { text: words, project_id: view.project_id } : { text: words };
  const reading = useReading(text, line);

  async function add(event?: FormEvent) {
    event?.preventDefault();
    if (text.trim() === '' || busy) return;
    setBusy(true);
    setError(null);
    key.current ||= newKey();
    try {
      const { task } = await api.quickAdd(line(text), key.current);
      store.put([task]);
      // Whoever goes on typing meanwhile has begun the next line, mostly behind this one.
      setText((now) => (now.startsWith(text) ? now.slice(text.length).trimStart() : now));
      key.current = '';
      // One message is enough, however fast they are added.
      toasts.close(added.current);
      added.current = toasts.show(`Added “${task.title}”`);
      refreshNumbers();
    } catch (problem) {
      // Only a line that got no answer may be sent again under the same key.
      if (problem instanceof ApiProblem && problem.status > 0) key.current = '';
      setError(problem);
    }
    setBusy(false);
  }

  function onKeyDown(event: KeyboardEvent<HTMLTextAreaElement>) {
    if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      event.preventDefault();
      void add();
    }
    if (event.key === 'Escape') event.currentTarget.blur();
  }

  const spans = reading ? carrySpans(reading.text, text, reading.parsed.spans) : [];
  const fault = error ? (fieldError(error, 'text') ?? wordsOf(error)) : null;
  return (
    <form onSubmit={add} className="mt-4" aria-label="New task">
      <div className="quick-add" data-filled={text !== '' || undefined}>
        <Icon name="plus" className="mt-3.5 ml-4 size-5 text-accent" />
        <div className="quick-add-text">
          <div className="quick-add-marks" aria-hidden="true">
            {piecesOf(text, spans).map((piece) =>
              piece.kind ? <mark key={piece.start}>{piece.text}</mark> : <span key={piece.start}>{piece.text}</span>,
            )}
            {'\u200b'}
          </div>
          <textarea
            id={QUICK_ADD_ID}
            rows={1}
            value={text}
            maxLength={1_000}
            placeholder="Add a task"
            aria-label="Add a task"
            aria-describedby={note}
            aria-invalid={fault ? true : undefined}
            enterKeyHint="done"
            autoComplete="off"
            spellCheck={false}
            onKeyDown={onKeyDown}
            onChange={(event) => {
              setText(event.target.value.replace(/\n/g, ' '));
              setError(null);
              key.current = '';
            }}
          />
        </div>
        <button type="submit" className="quick-add-button" disabled={busy} hidden={text.trim() === ''}>
          Add
        </button>
      </div>
      <div id={note} className="mt-2 min-h-6 px-1 text-sm text-muted">
        {fault ? (
          <p role="alert" className="error">
            {fault}
          </p>
        ) : (
          <Understood parsed={text.trim() === '' ? null : (reading?.parsed ?? null)} zone={zone} />
        )}
      </div>
    </form>
  );
}

/** The latest reading of the line, a moment behind the typing. Null while there is none. */
function useReading(text: string, line: (words: string) => QuickAddLine): { text: string; parsed: Parsed } | null {
  const [settled, setSettled] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), text.trim() === '' ? 0 : PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const { data } = useQuery({
    queryKey: ['parse', settled],
    queryFn: async ({ signal }) => ({ text: settled, parsed: (await api.parse(line(settled), signal)).parsed }),
    enabled: settled.trim() !== '',
    placeholderData: (previous) => previous,
    retry: false,
    gcTime: 10_000,
  });
  return settled.trim() === '' ? null : (data ?? null);
}
