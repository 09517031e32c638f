import {
  RenderMimeRegistry,
  standardRendererFactories
} from '@jupyterlab/rendermime';
import { nullTranslator } from '@jupyterlab/translation';
import { act, fireEvent, render, screen, within } from '@testing-library/react';
import type { GatesApi } from '../../api/gates';
import type { RefEntry, RepoPage } from '../../api/wire';
import { PageModel } from '../../model/page';
import { fakeActions, fakeConnection, settled } from '../../testing/fakes';
import { fakeGates, gateRun } from '../../testing/gates';
import { fakeApis, repoAccess, repoHead, repoPage } from '../../testing/repos';
import { activity } from '../../testing/around';
import { metric, version } from '../../testing/samples';
import { Page } from './page';

const trans = nullTranslator.load('');

async function shown(
  answer: RepoPage | Error = repoPage(),
  gates: Partial<GatesApi> = {}
) {
  const asked: (string | null)[] = [];
  const { connection } = fakeConnection();
  const apis = fakeApis({
    page: async revision => {
      asked.push(revision);
      if (answer instanceof Error) {
        throw answer;
      }
      return answer;
    },
    refs: async () => ({ branches: [], tags: [ref('v1'), ref('v2')] })
  });
  apis.gates = fakeGates(gates);
  const repo = { kind: 'model', id: 'team/digits' } as const;
  const model = new PageModel(repo, apis, connection);
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
  return { asked, done, model };
}

function ref(name: string): RefEntry {
  const at = '2026-01-02T03:04:05Z';
  const about = { commit: 'abc', message: '', author: 'ada', at };
  return { name, kind: 'tag', isProtected: false, ...about };
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

    await act(async () => {
      fireEvent.click(screen.getByRole('tab', { name: 'Files' }));
      await settled();
    });

    const row = screen
      .getByRole('button', { name: 'model.pkl' })
      .closest('tr')!;
    const link = within(row).getByRole('link', { name: 'Download model.pkl' });
    expect(link.getAttribute('href')).toBe(
      'http://lab/hubcollab/api/repos/models/team/digits/resolve/abc/model.pkl'
    );
    expect(within(row).getByText('1.2 kB')).toBeTruthy();
    expect(within(row).getByText('LFS')).toBeTruthy();
    expect(within(row).getByText(/Caution/)).toBeTruthy();
    expect(within(row).getByText('imports numpy')).toBeTruthy();
  });

  it('tells in words how a metric moved', async () => {
    const newer = version({
      tag: 'v2',
      commit: 'def',
      metrics: [metric({ change: 0.02 })]
    });
    await shown(repoPage({}, { versions: [newer, version()] }));

    const row = screen
      .getByRole('button', { name: 'Show version v2' })
      .closest('tr')!;
    expect(row.textContent).toContain('▲ +0.02');
    expect(row.textContent).toContain('better than the version before');
    expect(
      screen.getByRole('img', { name: 'accuracy from v1 to v2' })
    ).toBeTruthy();
  });

  it('runs the notebook of a version again, and shows what comes of it', async () => {
    const run = gateRun({ what: 'reproduction', state: 'queued' });
    const asked: unknown[] = [];
    await shown(repoPage({}, { versions: [version()] }), {
      reproduce: async given => {
        asked.push(given);
        return run;
      },
      gates: async () => ({
        hasRules: false,
        mistakes: [],
        protected: [],
        mayRun: true,
        mayOverride: true,
        runs: asked.length > 0 ? [run] : []
      }),
      log: async () => ({ text: 'cell 1', next: 6, state: 'queued' })
    });

    await act(async () => {
      fireEvent.click(
        screen.getByRole('button', { name: 'Reproduce version v1' })
      );
      await settled();
    });

    expect(asked).toEqual([{ revision: 'v1' }]);
    expect(
      screen.getByRole('button', { name: 'Reproduction of v1' })
    ).toBeTruthy();
    expect(screen.getByRole('log').textContent).toContain('cell 1');
  });

  it('tells what happened, who did it, and leads to it', async () => {
    const { model, asked } = await shown();
    const by = { name: 'bob', displayName: 'Bob' };
    const list = [
      activity({ id: 'a', kind: 'alias', about: 'champion', before: 'v1', by }),
      activity({
        id: 's',
        kind: 'status',
        about: 'Odd',
        number: 3,
        state: 'merged'
      }),
      activity({ id: 'g', kind: 'gate', state: 'failed', text: 'failed: card' })
    ];
    await act(async () => {
      model.open('activity');
      await settled();
      model.activity.list.show({ activities: list, hasMore: false });
    });

    const rows = within(screen.getByRole('list', { name: 'Activity' }))
      .getAllByRole('listitem')
      .map(row => row.firstElementChild?.textContent);
    fireEvent.click(screen.getAllByRole('button', { name: 'v2' })[0]!);
    await act(settled);

    expect(rows).toEqual([
      'Bob moved champion from v1 to v2 ',
      'Ada merged #3 Odd ',
      'Ada had the gates judge v2 – failedfailed: card'
    ]);
    expect(asked.at(-1)).toBe('v2');
  });

  it('shows another version when it is chosen', async () => {
    const { asked } = await shown();

    await act(async () => {
      fireEvent.change(screen.getByRole('combobox', { name: 'Revision' }), {
        target: { value: 'v2' }
      });
    });

    expect(asked).toEqual([null, 'v2']);
  });

  it('leads from provenance to the run and to the cell', async () => {
    const { done } = await shown(
      repoPage(
        {},
        {
          provenance: {
            runId: 'r1',
            notebook: 'a.ipynb',
            cell: 'c1',
            git: { commit: '0123456789abcdef', branch: 'main', dirty: true },
            python: '3.11.7',
            packages: { numpy: '2.0' }
          }
        }
      )
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
    await shown(
      repoPage({ card: { revision: 'main', markdown, metadata: {} } })
    );

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

  it('offers the way in where files are gated', async () => {
    const repo = repoHead({ gated: 'manual', may: 'read' });
    const { model } = await shown(repoPage({ repo }));

    await act(async () => model.settings.access.show(repoAccess()));

    expect(screen.getByRole('form', { name: 'Ask for access' })).toBeTruthy();
  });
});
