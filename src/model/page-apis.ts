import type { AccessApi } from '../api/access';
import type { ActivityApi } from '../api/activity';
import type { BlobsApi } from '../api/blobs';
import type { CollectionsApi } from '../api/collections';
import type { ConflictsApi } from '../api/conflicts';
import type { DiscussionsApi } from '../api/discussions';
import type { GatesApi } from '../api/gates';
import type { RepoApi } from '../api/repos';
import type { ReviewsApi } from '../api/reviews';
import type { UsesApi } from '../api/uses';
import type { VariantsApi } from '../api/variants';
import type { VersionsApi } from '../api/versions';
import type { Hash } from './repo/upload';

/** What the page of a repo asks the hub. */
export interface PageApis {
  repo: RepoApi;
  discussions: DiscussionsApi;
  access: AccessApi;
  gates: GatesApi;
  blobs: BlobsApi;
  reviews: ReviewsApi;
  versions: VersionsApi;
  uses: UsesApi;
  activity: ActivityApi;
  variants: VariantsApi;
  conflicts: ConflictsApi;
  collections: CollectionsApi;
  hash: Hash;
}
