/** The first time a user comes, the Inbox and the settings are made; ever after they are only read. */
import { instantText, readTimeZone } from '../domain/due-date.ts';
import type { UserSettings } from '../domain/model.ts';
import { positionAtEnd } from '../domain/position.ts';
import type { WriteDeps } from './context.ts';

export async function ensureAccount(deps: WriteDeps, user_id: string, time_zone = 'UTC'): Promise<UserSettings> {
  const known = await deps.store.settings(user_id);
  if (known !== null) return known;
  const now = deps.clock.now();
  const at = instantText(now);
  const inbox_id = deps.ids.next();
  const settings: UserSettings = {
    owner_id: user_id,
    time_zone: readTimeZone(time_zone),
    day_start: '09:00',
    week_start: 'MO',
    default_reminders: [{ offset: 'PT0S' }],
    inbox_id,
  };
  return await deps.store.ensureSettings(settings, {
    id: inbox_id,
    owner_id: user_id,
    name: 'Inbox',
    color: null,
    is_inbox: true,
    position: positionAtEnd(now, 0),
    version: 1,
    created_at: at,
    updated_at: at,
  });
}
