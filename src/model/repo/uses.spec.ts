import { fakeUses } from '../../testing/around';
import { settled } from '../../testing/fakes';
import { UsesModel } from './uses';

describe('the uses of a repo', () => {
  it('tell programs of the revision that is shown, not of the newest', async () => {
    const linked = async (revision: string | null) => ({ version: revision });
    const model = new UsesModel({ ...fakeUses(), linked }, () => 'v1');

    model.refresh();
    await settled();

    expect(model.linked.value).toEqual({ version: 'v1' });
  });
});
