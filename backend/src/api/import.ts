/** POST /api/import: a file from another application becomes tasks; what could not be taken is reported line by line. */
import { isUtf8 } from 'node:buffer';
import { text } from '@taskflow/core/contracts/common.ts';
import { ImportReport } from '@taskflow/core/contracts/quick-add.ts';
import { invalid } from '@taskflow/core/domain/failure.ts';
import { importTasks } from '@taskflow/core/usecases/import-tasks.ts';
import { z } from 'zod';
import { change } from '../change.ts';
import { operation } from '../openapi.ts';
import type { Api, Backend } from '../parts.ts';
import { flag } from './queries.ts';

export const IMPORT_MAX_BYTES = 20 * 1_048_576;
const TYPES = ['text/csv', 'text/calendar', 'text/plain', 'application/octet-stream'] as const;

const ImportParameters = z.strictObject({
  project: text(100).min(1).optional().meta({ description: 'The name of the project for tasks that name none.' }),
  file_name: text(255).min(1).optional().meta({ description: 'Helps to tell the format.' }),
  dry_run: flag,
});
const File = z.string('is empty').min(1, 'is empty').meta({ description: 'The file as it is, in UTF-8.' });

/** A scope of its own: only here are bodies files. */
export async function importRoutes(app: Api, backend: Backend): Promise<void> {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser([...TYPES], { parseAs: 'buffer', bodyLimit: IMPORT_MAX_BYTES }, (_request, body, done) => {
    if (!isUtf8(body as Buffer)) done(invalid('body', 'is not text in UTF-8'));
    else done(null, body.toString('utf8').replace(/^\uFEFF/, ''));
  });
  app.post(
    '/api/import',
    {
      ...operation({
        id: 'importTasks',
        tag: 'Import',
        summary: 'Import tasks from Todoist CSV or iCalendar',
        description: `The body is the file, at most ${IMPORT_MAX_BYTES} bytes.`,
        query: ImportParameters,
        body: File,
        body_types: TYPES,
        headers: ['Idempotency-Key'],
        answers: {
          200: {
            description: 'What was taken, and what was not.',
            schema: ImportReport,
            headers: ['Idempotent-Replayed'],
          },
        },
        failures: [409],
      }),
      bodyLimit: IMPORT_MAX_BYTES,
    },
    (request, reply) => {
      const { project, file_name, dry_run } = request.query;
      const file = {
        text: request.body,
        dry_run,
        ...(project === undefined ? {} : { project }),
        ...(file_name === undefined ? {} : { file_name }),
      };
      return change(
        backend,
        request,
        reply,
        (context) => importTasks(backend.deps, context, file),
        (body) => ({ body }),
      );
    },
  );
}
