import { nullTranslator } from '@jupyterlab/translation';
import { RenderMimeRegistry } from '@jupyterlab/rendermime';
import { act, render, screen } from '@testing-library/react';
import type { UpstreamsApi } from '../../api/upstreams';
import type { OtherRepoPage } from '../../api/wire';
import { OtherPageModel } from '../../model/upstreams';
import { fakeActions } from '../../testing/fakes';
import { OtherPage } from './page';

const trans = nullTranslator.load('jupyter_hubcollab');

const page: OtherRepoPage = {
  about: {
    kind: 'dataset',
    id: 'carol/rows',
    task: null,
    library: null,
    downloads: 1200,
    likes: null,
    updatedAt: null,
    private: true,
    gated: false,
    tags: ['license:mit']
  },
  hub: 'https://far.example',
  commit: 'a'.repeat(40),
  files: [
    { path: 'data/ü.csv', sizeBytes: 1200 },
    { path: 'odd', sizeBytes: null }
  ],
  readme: '',
  loadCode: 'data = load_dataset("carol/rows")'
};

async function shown(answer: () => Promise<OtherRepoPage>) {
  const unexpected = async () => {
    throw new Error('nobody asks this');
  };
  const api: UpstreamsApi = {
    hubs: unexpected,
    keepToken: unexpected,
    forgetToken: unexpected,
    page: answer
  };
  const model = new OtherPageModel('dataset', 'carol/rows', api);
  const { actions, done } = fakeActions();
  const rendermime = new RenderMimeRegistry();
  await act(async () => {
    render(<OtherPage {...{ model, actions, rendermime, trans }} />);
  });
  return done;
}

describe('the page of a repo of another hub', () => {
  it('tells where it is from, what is in it, and how to get it', async () => {
    const done = await shown(async () => page);

    expect(screen.getByText('from far.example')).toBeTruthy();
    expect(screen.getByText('for you alone')).toBeTruthy();
    expect(screen.getByText('mit · 1.2K downloads')).toBeTruthy();
    const file = screen.getByRole('link', { name: 'data/ü.csv' });
    expect(file.getAttribute('href')).toBe(
      `http://lab/hubcollab/hf/datasets/carol/rows/resolve/${page.commit}/data/%C3%BC.csv`
    );
    act(() => screen.getByRole('button', { name: 'Load' }).click());
    expect(done).toEqual([['insert', page.loadCode]]);
  });

  it('says which hub was asked where nothing is found', async () => {
    await shown(async () => {
      throw new Error('https://far.example has no such dataset');
    });

    expect(screen.getByRole('alert').textContent).toContain(
      'https://far.example has no such dataset'
    );
  });
});
