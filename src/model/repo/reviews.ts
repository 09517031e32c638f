import type { ReviewsApi } from '../../api/reviews';
import type { Review, ReviewList, ReviewText } from '../../api/wire';
import { Asked } from '../asked';
import { Deed } from '../deed';

/** What people say of the versions of a repo. */
export class ReviewsModel {
  constructor(private readonly api: ReviewsApi) {}

  readonly reviews = new Asked<ReviewList>();
  readonly deed = new Deed();

  refresh(): void {
    void this.reviews.ask(() => this.api.list());
  }

  /** Say what one thinks of a version; true if the hub took it. */
  async put(review: ReviewText): Promise<boolean> {
    return this.deed.run(async () => {
      this.reviews.show(await this.api.put(review));
    });
  }

  async remove({ version, author, mine }: Review): Promise<void> {
    await this.deed.run(() =>
      this.api.remove(version, mine ? null : author.name)
    );
    this.refresh();
  }

  dispose(): void {
    this.reviews.dispose();
  }
}
