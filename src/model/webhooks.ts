import type { WebhooksApi } from '../api/webhooks';
import type { Webhook, WebhookDelivery, WebhookWish } from '../api/wire';
import { Asked } from './asked';
import { Deed } from './deed';
import { Store } from './store';

/** One's webhooks, and what the one that is looked at was told. */
export class WebhooksModel {
  constructor(private readonly api: WebhooksApi) {}

  readonly webhooks = new Asked<Webhook[]>();
  readonly deliveries = new Asked<WebhookDelivery[]>();
  /** The id of the webhook whose deliveries are shown. */
  readonly shown = new Store<string | null>(null);
  readonly deed = new Deed();

  refresh(): void {
    void this.webhooks.ask(async () => (await this.api.list()).webhooks);
  }

  /** Show what a webhook was told; null: of none. */
  show(id: string | null): void {
    if (id !== this.shown.state) {
      this.deliveries.clear();
    }
    this.shown.set(id);
    if (id) {
      void this.deliveries.ask(
        async () => (await this.api.deliveries(id)).deliveries
      );
    }
  }

  async create(wish: WebhookWish): Promise<boolean> {
    return this.done(() => this.api.create(wish));
  }

  async change(id: string, wish: WebhookWish): Promise<boolean> {
    return this.done(() => this.api.change(id, wish));
  }

  async remove(id: string): Promise<boolean> {
    if (this.shown.state === id) {
      this.show(null);
    }
    return this.done(() => this.api.remove(id));
  }

  /** Tell it once more. */
  async replay(id: string, delivery: string): Promise<boolean> {
    const done = await this.deed.run(() => this.api.replay(id, delivery));
    this.show(id);
    return done;
  }

  dispose(): void {
    this.webhooks.dispose();
    this.deliveries.dispose();
  }

  private async done(work: () => Promise<unknown>): Promise<boolean> {
    const done = await this.deed.run(work);
    this.refresh();
    return done;
  }
}
