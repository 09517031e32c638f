import type { CollectionsModel } from './collections';
import { Store } from './store';
import type { TokensModel } from './tokens';
import type { OtherHubsModel } from './upstreams';
import type { WebhooksModel } from './webhooks';

export type AccountTab = 'collections' | 'hubs' | 'webhooks' | 'tokens';

const TABS: AccountTab[] = ['collections', 'hubs', 'webhooks', 'tokens'];

/** What is one's own on the hub and belongs to no single repo. */
export class AccountModel {
  constructor(
    readonly collections: CollectionsModel,
    readonly hubs: OtherHubsModel,
    readonly webhooks: WebhooksModel,
    readonly tokens: TokensModel
  ) {}

  readonly tab = new Store<AccountTab>('collections');

  /** Put the tab of this name in front, if there is one; *code*: of a program that waits to be allowed. */
  turnTo(name: string | null, code = ''): void {
    if (code) {
      this.tokens.code.set(code);
    }
    const found = TABS.find(tab => tab === name);
    if (found) {
      this.tab.set(found);
    }
  }

  dispose(): void {
    this.collections.dispose();
    this.hubs.dispose();
    this.webhooks.dispose();
    this.tokens.dispose();
  }
}
