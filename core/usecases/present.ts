/** What of a record is for clients to see. */
import type { Series } from '../contracts/model.ts';
import type { SeriesRecord } from '../domain/model.ts';

export { toTask } from '../domain/changes.ts';

export function toSeries(record: SeriesRecord): Series {
  const { latest_task_id: _task, occurrence_count: _count, template: _template, ...series } = record;
  return series;
}
