/** A series is steered as a whole: pause, resume, policy, exceptions. */
import type { Series, SeriesPatch } from '../contracts/model.ts';
import { readDueDate } from '../domain/due-date.ts';
import { invalid, notFound } from '../domain/failure.ts';
import type { SeriesRecord } from '../domain/model.ts';
import { resumed, withNext } from '../domain/series.ts';
import { anchorOf } from '../domain/task.ts';
import { checkVersion, type Deps, inWorkspace, type RequestContext } from './context.ts';
import { toSeries } from './present.ts';
import { bringNext } from './repeat.ts';
import type { Workspace } from './workspace.ts';

export const updateSeries = (deps: Deps, context: RequestContext, id: string, patch: SeriesPatch): Promise<Series> =>
  inWorkspace(deps, context, async (workspace) => {
    const series = await workspace.findSeries(id);
    if (series === null) throw notFound('series');
    checkVersion(series, context.if_match);
    const changed: SeriesRecord = {
      ...series,
      missed_policy: patch.missed_policy ?? series.missed_policy,
      exceptions: patch.exceptions === undefined ? series.exceptions : readExceptions(patch.exceptions, series),
    };
    if (changed.missed_policy !== series.missed_policy) {
      for (const task of await workspace.pendingOccurrences(id))
        workspace.putTask({ ...task, missed_policy: changed.missed_policy });
    }
    return toSeries(await pauseOrResume(workspace, changed, patch.paused));
  });

/** While it is paused nothing appears, not even what a completion would bring; that comes when it is resumed. */
async function pauseOrResume(
  workspace: Workspace,
  series: SeriesRecord,
  paused: boolean | undefined,
): Promise<SeriesRecord> {
  const { settings, now } = workspace;
  if (paused !== false || !series.paused) {
    return workspace.putSeries(withNext({ ...series, paused: paused ?? series.paused }, settings, now));
  }
  const going = workspace.putSeries(resumed(series, settings, now));
  const pending = await workspace.pendingOccurrences(series.id);
  if (pending.length === 0) await bringNext(workspace, going, true);
  return (await workspace.findSeries(series.id)) ?? going;
}

function readExceptions(input: readonly string[], series: SeriesRecord): string[] {
  const exceptions = input.map((exception, index) => {
    const read = anchorOf(readDueDate(exception, series.time_zone, `exceptions.${index}`));
    if (read.length !== series.anchor.length)
      throw invalid(`exceptions.${index}`, `must have the form of the anchor, ${series.anchor}`);
    return read;
  });
  return [...new Set(exceptions)].sort();
}
