import { collectionsApi } from '../api/collections';
import type { Server } from '../api/request';
import { tokensApi } from '../api/tokens';
import { upstreamsApi } from '../api/upstreams';
import { webhooksApi } from '../api/webhooks';
import type { RepoKind } from '../api/wire';
import { AccountModel } from '../model/account';
import { CollectionsModel } from '../model/collections';
import { TokensModel } from '../model/tokens';
import { OtherHubsModel, OtherPageModel } from '../model/upstreams';
import { WebhooksModel } from '../model/webhooks';

/** All that only these pages need; loaded when the first one is opened. */
export { AccountWidget } from '../ui/account/widget';
export { OtherWidget } from '../ui/other/widget';

/** The state of the page with one's own things on *server*. */
export function accountModel(server: Server): AccountModel {
  return new AccountModel(
    new CollectionsModel(collectionsApi(server)),
    new OtherHubsModel(upstreamsApi(server)),
    new WebhooksModel(webhooksApi(server)),
    new TokensModel(tokensApi(server))
  );
}

/** The state of the page of a repo that is on another hub. */
export function otherPageModel(
  server: Server,
  kind: RepoKind,
  id: string
): OtherPageModel {
  return new OtherPageModel(kind, id, upstreamsApi(server));
}
