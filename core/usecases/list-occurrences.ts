/** What a repeating task will bring, what has become of what it brought, and how long the streak is. */
import type { Occurrences } from '../contracts/model.ts';
import { localDate, readDueDate } from '../domain/due-date.ts';
import { invalid, notFound } from '../domain/failure.ts';
import type { OccurrenceRecord, SeriesRecord } from '../domain/model.ts';
import { countOf, occurrencesBetween, type Schedule } from '../domain/recurrence.ts';
import { dueDateOf, scheduleOf } from '../domain/series.ts';
import type { Deps, RequestContext } from './context.ts';

const PREVIEW_MAX = 1_000;
const HISTORY_MAX = 1_000;

/**
 * `from` and `to` are local dates, `to` excluded; without them, a year from today. A rule that counts from completion
 * is previewed as if each were completed on its day.
 */
export async function listOccurrences(
  deps: Deps,
  context: RequestContext,
  task_id: string,
  range: { from?: string | undefined; to?: string | undefined },
): Promise<Occurrences> {
  const { owner_id } = context.settings;
  const [task] = await deps.store.tasks(owner_id, [task_id]);
  if (task === undefined) throw notFound('task');
  if (task.series_id === null) return { upcoming: [], history: [], streak: 0 };
  const [series] = await deps.store.series(owner_id, [task.series_id]);
  if (series === undefined) throw notFound('series');
  const today = localDate(deps.clock.now(), series.time_zone);
  const from = range.from === undefined ? today : readDueDate(range.from, series.time_zone, 'from').slice(0, 10);
  const to =
    range.to === undefined
      ? Temporal.PlainDate.from(from).add({ years: 1 }).toString()
      : readDueDate(range.to, series.time_zone, 'to').slice(0, 10);
  if (to < from) throw invalid('to', 'lies before from');
  const history = await deps.store.occurrences(owner_id, series.id, HISTORY_MAX);
  return {
    upcoming: upcoming(series, from, to),
    history: history.map(({ occurrence, outcome, task_id: id, at }) => ({ occurrence, outcome, task_id: id, at })),
    streak: streakOf(history, series.latest_occurrence),
  };
}

function upcoming(series: SeriesRecord, from: string, to: string): Occurrences['upcoming'] {
  if (series.ended_at !== null) return [];
  const time = series.anchor.slice(10) === '' ? '' : 'T00:00:00';
  const by_completion = series.repeat_from === 'completion';
  const schedule = by_completion ? fromLatest(series) : scheduleOf(series);
  const found = occurrencesBetween(schedule, `${from}${time}`, `${to}${time}`, PREVIEW_MAX);
  // What is completed brings nothing more on the same day.
  const coming = by_completion ? found.filter((one, index) => dayOf(one) !== dayOf(found[index - 1])) : found;
  return coming.map((occurrence) => ({ occurrence, due_date: dueDateOf(occurrence, series.time_zone) }));
}

const dayOf = (occurrence: string | undefined) => occurrence?.slice(0, 10);

/** Wherever completion has moved the latest occurrence to, the rule goes on from there, and COUNT with what is left of it. */
function fromLatest(series: SeriesRecord): Schedule {
  const count = countOf(series.recurrence_rule);
  const left = count === null ? '' : `COUNT=${Math.max(1, count - series.occurrence_count + 1)}`;
  const rule = series.recurrence_rule.replace(/COUNT=\d+/, left);
  return { ...scheduleOf(series), rule, anchor: series.latest_occurrence };
}

/** Newest first: completed ones count, skipped ones do not break it, and neither does the one that is still open now. */
export function streakOf(history: readonly OccurrenceRecord[], latest_occurrence: string): number {
  let streak = 0;
  for (const { occurrence, outcome } of [...history].sort((a, b) => (a.occurrence < b.occurrence ? 1 : -1))) {
    if (outcome === 'completed') streak += 1;
    else if (outcome === 'missed' || (outcome === 'open' && occurrence !== latest_occurrence)) break;
  }
  return streak;
}
