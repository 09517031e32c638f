import type { ReviewsApi } from '../api/reviews';
import type { UsesApi } from '../api/uses';
import type { ReviewList } from '../api/wire';

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
