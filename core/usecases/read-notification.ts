/** A notification that has been read is no longer shown; reading it twice is reading it once. */
import type { Notification } from '../contracts/model.ts';
import { instantText } from '../domain/due-date.ts';
import { notFound } from '../domain/failure.ts';
import { type Deps, inWorkspace, type RequestContext } from './context.ts';
import type { Workspace } from './workspace.ts';

export const readNotification = (
  deps: Deps,
  context: RequestContext,
  id: string,
  read: boolean,
): Promise<Notification> =>
  inWorkspace(deps, context, async (workspace) => {
    const notification = await findNotification(workspace, id);
    if ((notification.read_at !== null) === read) return notification;
    const updated = { ...notification, read_at: read ? instantText(workspace.now) : null };
    workspace.also('notifications_updated', updated);
    return updated;
  });

export async function findNotification(workspace: Workspace, id: string): Promise<Notification> {
  const [notification] = await workspace.store.notifications(workspace.owner_id, [id]);
  if (notification === undefined) throw notFound('notification');
  return notification;
}
