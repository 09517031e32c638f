import type { ActivityApi } from '../api/activity';
import type { ReviewsApi } from '../api/reviews';
import type { UsesApi } from '../api/uses';
import type { Activity, ReviewList } from '../api/wire';

/** Reviews of which there are none, until one is written. */
export function fakeReviews(list: Partial<ReviewList> = {}): ReviewsApi {
  const empty: ReviewList = {
    reviews: [],
    mean: null,
    counts: [0, 0, 0, 0, 0],
    mayReview: true,
    mayRemove: false,
    ...list
  };
  return {
    list: async () => empty,
    put: async () => empty,
    remove: async () => undefined
  };
}

/** A repo that nobody has used yet. */
export function fakeUses(): UsesApi {
  return {
    usage: () => Promise.resolve({ weeks: [], notebooks: [] }),
    lineage: () =>
      Promise.resolve({ id: 'team/digits', nodes: [], isCut: false }),
    linked: () => Promise.resolve({})
  };
}

/** Something that happened to a repo. */
export function activity(change: Partial<Activity> = {}): Activity {
  return {
    id: 'version v2',
    kind: 'version',
    at: '2026-01-02T03:04:05Z',
    by: { name: 'ada', displayName: 'Ada' },
    about: 'v2',
    text: '',
    number: null,
    before: null,
    after: 'v2',
    state: '',
    ...change
  };
}

/** What happened to a repo, all of it on one page. */
export function fakeActivity(activities: Activity[] = []): ActivityApi {
  return { list: () => Promise.resolve({ activities, hasMore: false }) };
}
