import {
  RenderMimeRegistry,
  standardRendererFactories
} from '@jupyterlab/rendermime';
import { nullTranslator } from '@jupyterlab/translation';
import { act, fireEvent, render, screen, within } from '@testing-library/react';
import type { ModelPage } from '../../api/wire';
import { PageModel } from '../../model/page';
import { fakeActions, fakeConnection, settled } from '../../testing/fakes';
import { metric, page, version } from '../../testing/samples';
import { Page } from './page';

const trans = nullTranslator.load('');

async function shown(answer: ModelPage | Error = page()) {
  const asked: (string | null)[] = [];
  const { connection } = fakeConnection();
  const ask = async (_: string, revision: string | null) => {
    asked.push(revision);
    if (answer instanceof Error) {
      throw answer;
    }
    return answer;
  };
  const model = new PageModel('team/digits', ask, connection);
  const rendermime = new RenderMimeRegistry({
    initialFactories: standardRendererFactories,
    markdownParser: { render: async source => source }
  });
  const { actions, done } = fakeActions();
  render(
    <Page
      model={model}
      rendermime={rendermime}
      actions={actions}
      trans={trans}
    />
  );
  await act(async () => {
    model.show(null);
    await settled();
  });
  return { asked, done };
}

describe('the model page', () => {
  it('inserts or copies the code that loads the model', async () => {
    const { done } = await shown();

    fireEvent.click(screen.getByRole('button', { name: 'Load' }));
    fireEvent.click(screen.getByRole('button', { name: 'Copy code' }));

    const code = 'model = hub.load("team/digits")';
    expect(done).toEqual([
      ['insert', code],
      ['copy', code]
    ]);
  });

  it('says of each file how large and how safe it is, and where it comes from', async () => {
    await shown();

    const link = screen.getByRole('link', { name: 'model.pkl' });
    const row = link.closest('tr')!;
    expect(link.getAttribute('href')).toBe(
      'http://lab/hubcollab/api/models/team/digits/resolve/abc/model.pkl'
    );
    expect(within(row).getByText('1.2 kB')).toBeTruthy();
    expect(within(row).getByText(/Caution/)).toBeTruthy();
    expect(within(row).getByText('imports numpy')).toBeTruthy();
  });

  it('tells in words how a metric moved', async () => {
    const newer = version({
      tag: 'v2',
      commit: 'def',
      metrics: [metric({ change: 0.02 })]
    });
    await shown(page({ versions: [newer, version()] }));

    const row = screen
      .getByRole('button', { name: 'Show version v2' })
      .closest('tr')!;
    expect(row.textContent).toContain('▲ +0.02');
    expect(row.textContent).toContain('better than the version before');
    expect(
      screen.getByRole('img', { name: 'accuracy from v1 to v2' })
    ).toBeTruthy();
  });

  it('shows another version when it is chosen', async () => {
    const { asked } = await shown(
      page({ versions: [version({ tag: 'v2', commit: 'x' }), version()] })
    );

    await act(async () => {
      fireEvent.change(screen.getByRole('combobox', { name: 'Version' }), {
        target: { value: 'v2' }
      });
    });

    expect(asked).toEqual([null, 'v2']);
  });

  it('leads from provenance to the run and to the cell', async () => {
    const { done } = await shown(
      page({
        provenance: {
          runId: 'r1',
          notebook: 'a.ipynb',
          cell: 'c1',
          git: { commit: '0123456789abcdef', branch: 'main', dirty: true },
          python: '3.11.7',
          packages: { numpy: '2.0' }
        }
      })
    );

    fireEvent.click(screen.getByRole('button', { name: 'a.ipynb' }));
    fireEvent.click(screen.getByRole('button', { name: 'r1' }));

    expect(done).toEqual([
      ['openNotebook', 'a.ipynb', 'c1'],
      ['openRun', 'r1']
    ]);
    expect(screen.getByText(/with uncommitted changes/)).toBeTruthy();
  });

  it('draws the card without what could run', async () => {
    const markdown =
      '<p>hello</p><img src="x" onerror="alert(1)"><script>1</script>';
    await shown(page({ card: { revision: 'main', markdown, metadata: {} } }));

    await act(settled);
    await screen.findByText('hello');

    const card = screen.getByRole('region', { name: 'Model card' });
    expect(card.querySelector('script')).toBeNull();
    expect(card.innerHTML).not.toContain('onerror');
  });

  it('says why a model cannot be shown', async () => {
    await shown(new Error('there is no model team/digits'));

    expect(screen.getByRole('alert').textContent).toContain(
      'there is no model team/digits'
    );
  });
});
