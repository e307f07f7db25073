/** What a repeating task has been and will be: the next dates, the streak, the last ones, and the pause. */

import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Occurrences } from '@taskflow/core/contracts/model.ts';
import type { Task } from '@taskflow/core/contracts/task.ts';
import { api, wordsOf } from '../../lib/api.ts';
import { addDays, dayWords, dueIn, dueWords, wallClock } from '../../lib/dates.ts';
import { useNow } from '../../lib/time-hooks.ts';
import { useApp } from '../app.tsx';
import { shownOf } from './shown-occurrences.ts';

const AHEAD_DAYS = 730;
const OUTCOMES: Record<Occurrences['history'][number]['outcome'], string> = {
  completed: 'Done',
  missed: 'Missed',
  skipped: 'Skipped',
  open: 'Open',
};

export function History({ task, series_id, zone }: { task: Task; series_id: string; zone: string }) {
  const today = wallClock(useNow(), zone).date;
  const { data } = useQuery({
    queryKey: ['occurrences', task.id, task.version, today],
    queryFn: () => api.occurrences(task.id, today, addDays(today, AHEAD_DAYS)),
    placeholderData: (previous) => previous,
  });
  const { next, past } = shownOf(data, task.occurrence);
  return (
    <section className="space-y-3 border-t border-line pt-5" aria-label="Repetition">
      <div className="flex items-center justify-between">
        <h3 className="label">Next</h3>
        <Pause series_id={series_id} />
      </div>
      <ul className="flex min-h-8 flex-wrap gap-1.5">
        {next.map((one) => (
          <li key={one.occurrence} className="chip">
            {dueWords(dueIn(zone, one.due_date), today)}
          </li>
        ))}
        {data && next.length === 0 && <li className="hint">No further date</li>}
      </ul>
      {past.length > 0 && (
        <div className="space-y-2">
          <h3 className="label">
            History <span className="font-normal text-muted">· {streakWords(data?.streak ?? 0)}</span>
          </h3>
          <ol className="flex flex-wrap gap-1">
            {past.map((one) => {
              const words = `${dayWords(one.occurrence.slice(0, 10), today)}: ${OUTCOMES[one.outcome]}`;
              return (
                <li key={one.occurrence} className="outcome" data-outcome={one.outcome} title={words}>
                  <span className="sr-only">{words}</span>
                </li>
              );
            })}
          </ol>
        </div>
      )}
    </section>
  );
}

function Pause({ series_id }: { series_id: string }) {
  const client = useQueryClient();
  const { toasts } = useApp();
  const { data: series } = useQuery({ queryKey: ['series', series_id], queryFn: () => api.series(series_id) });
  if (!series || series.ended_at !== null) return null;
  async function toggle(paused: boolean) {
    try {
      client.setQueryData(['series', series_id], await api.changeSeries(series_id, { paused }));
      void client.invalidateQueries({ queryKey: ['occurrences'] });
      toasts.show(paused ? 'Paused: nothing new appears until it is resumed' : 'Resumed');
    } catch (error) {
      toasts.show(wordsOf(error), { tone: 'danger' });
    }
  }
  return (
    <button type="button" className="chip chip-button" onClick={() => void toggle(!series.paused)}>
      {series.paused ? 'Resume' : 'Pause'}
    </button>
  );
}

const streakWords = (streak: number): string => (streak === 1 ? '1 in a row' : `${streak} in a row`);
