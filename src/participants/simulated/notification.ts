/** The simulated notification service: takes a message and sends it nowhere. A message can't be undone, only followed by another. */

import * as z from 'zod';
import { route, type Route } from './service.ts';

const notificationSchema = z.object({
  order_id: z.string(),
  user_id: z.string(),
  channel: z.enum(['email', 'push']),
  template: z.string().min(1),
  data: z.record(z.string(), z.unknown()),
});

export const notification: readonly Route[] = [
  route('/notifications', notificationSchema, ({ channel, template }, books) => {
    books.record({ kind: 'notified', channel, template });
    return { status: 202, body: {} };
  }),
];
