/** /api/settings: the zone, the day and the reminders a person lives by. */
import { Settings, SettingsPatch } from '@taskflow/core/contracts/model.ts';
import type { UserSettings } from '@taskflow/core/domain/model.ts';
import { updateSettings } from '@taskflow/core/usecases/update-settings.ts';
import { change, settingsOf } from '../change.ts';
import { operation } from '../openapi.ts';
import type { Api, Backend } from '../parts.ts';

const toSettings = ({ owner_id: _, ...settings }: UserSettings): Settings => settings;

export function settingsRoutes(app: Api, backend: Backend): void {
  const { deps, principals } = backend;
  app.get(
    '/api/settings',
    operation({
      id: 'getSettings',
      tag: 'Settings',
      summary: 'The settings',
      answers: { 200: { description: 'As they are.', schema: Settings } },
    }),
    async (request) => toSettings(settingsOf(request)),
  );
  app.patch(
    '/api/settings',
    operation({
      id: 'updateSettings',
      tag: 'Settings',
      summary: 'Change settings',
      body: SettingsPatch,
      body_types: ['application/merge-patch+json', 'application/json'],
      answers: { 200: { description: 'As they are now.', schema: Settings } },
      failures: [409],
    }),
    (request, reply) =>
      change(
        backend,
        request,
        reply,
        async (context) => {
          const settings = await updateSettings(deps, context, request.body);
          principals.forget(settings.owner_id);
          return settings;
        },
        (settings) => ({ body: toSettings(settings) }),
      ),
  );
}
