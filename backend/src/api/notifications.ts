/** /api/notifications: what came of reminders; read them, or be told again later. */
import {
  Notification,
  NotificationPage,
  NotificationPatch,
  Snooze,
  SnoozeResult,
} from '@taskflow/core/contracts/model.ts';
import { toTask } from '@taskflow/core/usecases/present.ts';
import { readNotification } from '@taskflow/core/usecases/read-notification.ts';
import { snoozeNotification } from '@taskflow/core/usecases/snooze-notification.ts';
import { z } from 'zod';
import { change, principalOf, sendJson } from '../change.ts';
import { operation } from '../openapi.ts';
import type { Api, Backend } from '../parts.ts';
import { ById, cursor, flag, limit } from './queries.ts';

const tag = 'Notifications';
const NotificationListParameters = z.strictObject({ cursor, limit, unread: flag });

export function notificationRoutes(app: Api, backend: Backend): void {
  const { deps } = backend;
  app.get(
    '/api/notifications',
    operation({
      id: 'listNotifications',
      tag,
      summary: 'List notifications, newest first',
      query: NotificationListParameters,
      answers: { 200: { description: 'A page.', schema: NotificationPage } },
    }),
    async (request, reply) => {
      const { cursor = null, limit, unread } = request.query;
      const owner_id = principalOf(request).user_id;
      const page = await deps.store.listNotifications({ owner_id, cursor, limit, unread });
      return sendJson(reply, `{"items":${page.items_json},"next_cursor":${JSON.stringify(page.next_cursor)}}`);
    },
  );
  app.patch(
    '/api/notifications/:id',
    operation({
      id: 'readNotification',
      tag,
      summary: 'Mark as read, or as not read',
      params: ById,
      body: NotificationPatch,
      body_types: ['application/merge-patch+json', 'application/json'],
      answers: { 200: { description: 'As it is now.', schema: Notification } },
      failures: [409],
    }),
    (request, reply) =>
      change(
        backend,
        request,
        reply,
        (context) => readNotification(deps, context, request.params.id, request.body.read),
        (body) => ({ body }),
      ),
  );
  app.post(
    '/api/notifications/:id/snooze',
    operation({
      id: 'snoozeNotification',
      tag,
      summary: 'Be reminded again, at a moment or after a while',
      params: ById,
      body: Snooze,
      headers: ['Idempotency-Key'],
      answers: {
        200: { description: 'The notification and its task.', schema: SnoozeResult, headers: ['Idempotent-Replayed'] },
      },
      failures: [409],
    }),
    (request, reply) =>
      change(
        backend,
        request,
        reply,
        (context) => snoozeNotification(deps, context, request.params.id, request.body),
        ({ notification, task }) => ({ body: { notification, task: toTask(task) } }),
      ),
  );
}
