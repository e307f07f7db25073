/** One series of the user, as a whole. */
import type { Series } from '../contracts/model.ts';
import { notFound } from '../domain/failure.ts';
import type { Deps, RequestContext } from './context.ts';
import { toSeries } from './present.ts';

export async function getSeries(deps: Deps, context: RequestContext, id: string): Promise<Series> {
  const [series] = await deps.store.series(context.settings.owner_id, [id]);
  if (series === undefined) throw notFound('series');
  return toSeries(series);
}
