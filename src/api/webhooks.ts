import type { Server } from './request';
import { ask } from './request';
import type {
  Webhook,
  WebhookDeliveries,
  WebhookList,
  WebhookWish
} from './wire';

/** One's webhooks. */
export interface WebhooksApi {
  list: () => Promise<WebhookList>;
  create: (wish: WebhookWish) => Promise<Webhook>;
  change: (id: string, wish: WebhookWish) => Promise<Webhook>;
  remove: (id: string) => Promise<void>;
  deliveries: (id: string) => Promise<WebhookDeliveries>;
  replay: (id: string, delivery: string) => Promise<void>;
}

/** The webhooks of who is logged in at *server*. */
export function webhooksApi(server: Server): WebhooksApi {
  const one = (id: string) => `webhooks/${encodeURIComponent(id)}`;
  return {
    list: () => ask(server, 'webhooks'),
    create: body => ask(server, 'webhooks', { method: 'POST', body }),
    change: (id, body) => ask(server, one(id), { method: 'PATCH', body }),
    remove: id => ask(server, one(id), { method: 'DELETE' }),
    deliveries: id => ask(server, `${one(id)}/deliveries`),
    replay: (id, delivery) =>
      ask(
        server,
        `${one(id)}/deliveries/${encodeURIComponent(delivery)}/replay`,
        { method: 'POST' }
      )
  };
}
