import { accessApi } from '../api/access';
import { activityApi } from '../api/activity';
import { blobsApi } from '../api/blobs';
import { collectionsApi } from '../api/collections';
import { conflictsApi } from '../api/conflicts';
import { discussionsApi } from '../api/discussions';
import { gatesApi } from '../api/gates';
import { hashInWorker } from '../api/hash';
import type { RepoName } from '../api/repos';
import { repoApi } from '../api/repos';
import { reviewsApi } from '../api/reviews';
import type { Server } from '../api/request';
import { usesApi } from '../api/uses';
import { variantsApi } from '../api/variants';
import { versionsApi } from '../api/versions';
import type { Connection } from '../model/connection';
import { PageModel } from '../model/page';

/** All that only pages need; loaded when the first one is opened. */
export { PageWidget } from '../ui/page/widget';

/** The state of the page of *repo*. */
export function pageModel(
  server: Server,
  repo: RepoName,
  connection: Connection
): PageModel {
  return new PageModel(
    repo,
    {
      repo: repoApi(server, repo),
      discussions: discussionsApi(server, repo),
      access: accessApi(server, repo),
      gates: gatesApi(server, repo),
      blobs: blobsApi(server, repo),
      reviews: reviewsApi(server, repo),
      uses: usesApi(server, repo),
      activity: activityApi(server, repo),
      variants: variantsApi(server, repo),
      versions: versionsApi(server, repo.id),
      conflicts: conflictsApi(server, repo),
      collections: collectionsApi(server),
      hash: hashInWorker
    },
    connection
  );
}
