import { nullTranslator } from '@jupyterlab/translation';
import { act, fireEvent, render, screen } from '@testing-library/react';
import type { Review, ReviewText } from '../../api/wire';
import { ReviewsModel } from '../../model/repo/reviews';
import { settled } from '../../testing/fakes';
import { fakeReviews } from '../../testing/around';
import { Reviews } from './reviews';

const trans = nullTranslator.load('');

function review(change: Partial<Review> = {}): Review {
  return {
    version: 'v1',
    author: { name: 'bob', displayName: 'Bob' },
    mine: false,
    stars: 4,
    text: '<b>Well</b>',
    task: 'text-classification',
    createdAt: '2026-01-02T03:04:05Z',
    updatedAt: '2026-01-02T03:04:05Z',
    ...change
  };
}

async function shown(reviews: Review[], mayRemove = false) {
  const said: (ReviewText | [string, string | null])[] = [];
  const api = fakeReviews({
    reviews,
    mean: reviews.length ? 4 : null,
    counts: [0, 0, 0, reviews.length, 0],
    mayRemove
  });
  const model = new ReviewsModel({
    ...api,
    put: async given => {
      said.push(given);
      return api.list();
    },
    remove: async (version, user) => {
      said.push([version, user]);
    }
  });
  model.refresh();
  render(
    <Reviews
      model={model}
      versions={['v2', 'v1']}
      task="text-classification"
      trans={trans}
    />
  );
  await act(settled);
  return said;
}

describe('Reviews', () => {
  it('are written with stars, a version and what it was used for', async () => {
    const said = await shown([]);

    fireEvent.click(screen.getByRole('button', { name: 'Write a review…' }));
    const publish = screen.getByRole<HTMLButtonElement>('button', {
      name: 'Publish review'
    });
    expect(publish.disabled).toBe(true);
    fireEvent.click(screen.getByRole('radio', { name: '5 of 5 stars' }));
    fireEvent.change(screen.getByLabelText('What was good, what was not?'), {
      target: { value: 'Does it.' }
    });
    await act(async () => {
      fireEvent.click(publish);
      await settled();
    });

    expect(said).toEqual([
      { stars: 5, text: 'Does it.', version: 'v2', task: 'text-classification' }
    ]);
  });

  it('show what people wrote as text, and admins remove it', async () => {
    const said = await shown([review()], true);
    expect(screen.getByText('<b>Well</b>')).toBeTruthy();

    await act(async () => {
      fireEvent.click(
        screen.getByRole('button', { name: 'Delete the review of Bob' })
      );
      await settled();
    });

    expect(said).toEqual([['v1', 'bob']]);
  });

  it('of one’s own is edited, not written twice', async () => {
    await shown([review({ mine: true, version: 'v2' })]);

    fireEvent.click(screen.getByRole('button', { name: 'Edit your review…' }));

    expect(
      screen.getByRole<HTMLInputElement>('radio', { name: '4 of 5 stars' })
        .checked
    ).toBe(true);
    expect(screen.getByDisplayValue('<b>Well</b>')).toBeTruthy();
  });
});
