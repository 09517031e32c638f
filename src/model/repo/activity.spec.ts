import type { Activity } from '../../api/wire';
import { activity } from '../../testing/around';
import { settled } from '../../testing/fakes';
import { ActivityModel } from './activity';

describe('the activity of a repo', () => {
  it('goes back page by page, and nothing stands there twice when something happens meanwhile', async () => {
    let all: Activity[] = ['e', 'd', 'c', 'b', 'a'].map(id => activity({ id }));
    const model = new ActivityModel({
      list: async offset => ({
        activities: all.slice(offset, offset + 2),
        hasMore: offset + 2 < all.length
      })
    });
    model.refresh();
    await settled();
    all = [activity({ id: 'f' }), ...all];

    model.more();
    await settled();

    const shown = () => model.list.value?.activities.map(({ id }) => id);
    expect(shown()).toEqual(['e', 'd', 'c']);
    model.refresh();
    await settled();
    expect(shown()).toEqual(['f', 'e', 'd', 'c']);
  });
});
