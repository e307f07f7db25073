/** /api/series/{id}: the recurrence behind repeating tasks; pause, resume, exceptions. */
import { Series, SeriesPatch } from '@taskflow/core/contracts/model.ts';
import { getSeries } from '@taskflow/core/usecases/get-series.ts';
import { updateSeries } from '@taskflow/core/usecases/update-series.ts';
import { change, settingsOf, versioned } from '../change.ts';
import { etagOf, isKnown } from '../etag.ts';
import { operation } from '../openapi.ts';
import type { Api, Backend } from '../parts.ts';
import { ById } from './queries.ts';

export function seriesRoutes(app: Api, backend: Backend): void {
  const { deps } = backend;
  app.get(
    '/api/series/:id',
    operation({
      id: 'getSeries',
      tag: 'Series',
      summary: 'One series',
      params: ById,
      headers: ['If-None-Match'],
      answers: {
        200: { description: 'As it is.', schema: Series, headers: ['ETag'] },
        304: { description: 'It is still the version that is known.', headers: ['ETag'] },
      },
    }),
    async (request, reply) => {
      const context = { settings: settingsOf(request), traceparent: null, if_match: null, answer: null };
      const series = await getSeries(deps, context, request.params.id);
      reply.header('etag', etagOf(series.version));
      return isKnown(request.headers['if-none-match'], etagOf(series.version)) ? reply.code(304).send() : series;
    },
  );
  app.patch(
    '/api/series/:id',
    operation({
      id: 'updateSeries',
      tag: 'Series',
      summary: 'Pause, resume, or change the exceptions',
      params: ById,
      body: SeriesPatch,
      body_types: ['application/merge-patch+json', 'application/json'],
      headers: ['If-Match'],
      answers: { 200: { description: 'As it is now.', schema: Series, headers: ['ETag'] } },
      failures: [409],
    }),
    (request, reply) =>
      change(
        backend,
        request,
        reply,
        (context) => updateSeries(deps, context, request.params.id, request.body),
        versioned,
      ),
  );
}
