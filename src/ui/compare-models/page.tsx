import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement, ReactNode } from 'react';
import type { Compared, Hit } from '../../api/wire';
import type { CompareModelsModel } from '../../model/compare-models';
import { bestOf, metricLines } from '../../model/compare-models';
import type { Actions } from '../actions';
import { Answered } from '../answer';
import { Button, LinkButton } from '../button';
import { countText, numberText, sizeText, whenText } from '../format';

export interface CompareModelsProps {
  model: CompareModelsModel;
  actions: Actions;
  trans: TranslationBundle;
}

const LONGEST = 240;

type Shown = CompareModelsProps & { compared: Compared[] };

/** Two to five repos side by side. */
export function CompareModelsPage(props: CompareModelsProps): ReactElement {
  const { model, actions, trans } = props;
  const link = () => {
    const asked = new URLSearchParams({
      'hubcollab-compare': model.ids.join()
    });
    asked.set('hubcollab-kind', model.kind);
    return new URL(actions.link(`lab?${asked}`), location.href).href;
  };
  return (
    <article aria-label={trans.__('Comparison')}>
      <header className="jp-HubPage-title">
        <h1>{trans.__('Side by side')}</h1>
        <Button onClick={() => actions.copy(link())}>
          {trans.__('Copy link')}
        </Button>
      </header>
      <Answered
        asked={model.compared}
        label={trans.__('Loading what is compared')}
        retry={() => model.refresh()}
        trans={trans}
      >
        {({ compared }) => <Table {...props} compared={compared} />}
      </Answered>
    </article>
  );
}

function Table(props: Shown): ReactElement {
  const { compared, actions, trans } = props;
  return (
    <div
      className="jp-HubScroll"
      tabIndex={0}
      role="region"
      aria-label={trans.__('Facts')}
    >
      <table className="jp-HubSideBySide">
        <thead>
          <tr>
            <th scope="col">
              <span className="jp-HubHidden">{trans.__('Fact')}</span>
            </th>
            {compared.map(({ hit }) => (
              <th key={hit.model.id} scope="col">
                {hit.source === 'hub' ? (
                  <LinkButton
                    onClick={() =>
                      actions.openRepo({ kind: hit.kind, id: hit.model.id })
                    }
                  >
                    {hit.model.id}
                  </LinkButton>
                ) : (
                  <a
                    href={hit.url ?? undefined}
                    target="_blank"
                    rel="noreferrer"
                  >
                    {hit.model.id}
                  </a>
                )}
                {hit.source !== 'hub' && (
                  <span className="jp-HubBadge">{hit.source}</span>
                )}
                {hit.model.latest && (
                  <span className="jp-HubBadge">{hit.model.latest}</span>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <Facts {...props} />
          <Measured {...props} />
          {compared.some(({ hit }) => isLoadable(hit)) && (
            <tr>
              <th scope="row">{trans.__('Use it')}</th>
              {compared.map(({ hit }) => (
                <td key={hit.model.id}>
                  {isLoadable(hit) && (
                    <Button
                      label={trans.__('Load %1', hit.model.id)}
                      onClick={() => actions.loadModel(hit.model)}
                    >
                      {trans.__('Load')}
                    </Button>
                  )}
                </td>
              ))}
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}

/** One fact of each; a fact that nobody states is left out. */
function Row(props: {
  name: string;
  cells: ReactNode[];
  ids: string[];
  best?: number[];
  trans: TranslationBundle;
}): ReactElement | null {
  const { name, cells, ids, best = [], trans } = props;
  if (cells.every(cell => cell === null || cell === '')) {
    return null;
  }
  return (
    <tr>
      <th scope="row">{name}</th>
      {cells.map((cell, column) => (
        <td
          key={ids[column]}
          className={best.includes(column) ? 'jp-mod-best' : undefined}
        >
          {cell === null || cell === '' ? (
            <span className="jp-HubUnknown">{trans.__('not known')}</span>
          ) : (
            cell
          )}
          {best.includes(column) && (
            <span className="jp-HubHidden"> ({trans.__('best')})</span>
          )}
        </td>
      ))}
    </tr>
  );
}

function shortened(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

function Facts({ compared, trans }: Shown): ReactElement {
  const ids = compared.map(({ hit }) => hit.model.id);
  const sizes = compared.map(({ hit }) => hit.model.sizeBytes || null);
  const parameters = compared.map(({ hit }) => hit.model.parameters);
  const downloads = compared.map(({ hit }) => hit.model.downloads);
  const stars = compared.map(one => one.stars);
  const text = (
    name: string,
    fact: (one: Compared) => string | null
  ): ReactElement => (
    <Row name={name} cells={compared.map(fact)} ids={ids} trans={trans} />
  );
  return (
    <>
      {text(trans.__('What it is'), ({ hit }) => shortened(hit.model.summary))}
      {text(trans.__('Task'), ({ hit }) => hit.model.task)}
      {text(trans.__('License'), ({ hit }) => hit.model.license)}
      {text(trans.__('Library'), ({ hit }) => hit.model.library)}
      {text(trans.__('Languages'), one => one.languages.join(', '))}
      <Row
        name={trans.__('Size')}
        cells={sizes.map(size => size && sizeText(size))}
        ids={ids}
        best={bestOf(sizes, false)}
        trans={trans}
      />
      <Row
        name={trans.__('Parameters')}
        cells={parameters.map(count => count && countText(count))}
        ids={ids}
        best={bestOf(parameters, false)}
        trans={trans}
      />
      {text(trans.__('Numbers'), one => one.dtype)}
      {text(trans.__('Architecture'), one => one.architecture)}
      {text(trans.__('Made from'), one => one.baseModel)}
      {text(trans.__('Data'), one => one.datasets.join(', '))}
      <Row
        name={trans.__('Downloads')}
        cells={downloads.map(count => countText(count))}
        ids={ids}
        best={bestOf(downloads, true)}
        trans={trans}
      />
      {text(trans.__('Likes'), one => countText(one.likes))}
      <Row
        name={trans.__('Reviews')}
        cells={compared.map(one =>
          one.stars === null
            ? null
            : `★ ${one.stars.toFixed(1)} (${one.reviews})`
        )}
        ids={ids}
        best={bestOf(stars, true)}
        trans={trans}
      />
      {text(trans.__('Scan of the files'), one => one.safety)}
      {text(trans.__('Changed'), ({ hit }) =>
        hit.model.updatedAt.startsWith('1970')
          ? null
          : whenText(hit.model.updatedAt)
      )}
    </>
  );
}

function Measured({ compared, trans }: Shown): ReactElement {
  const ids = compared.map(({ hit }) => hit.model.id);
  return (
    <>
      {metricLines(compared).map(({ name, cells, best }) => (
        <Row
          key={name}
          name={name}
          cells={cells.map(cell =>
            typeof cell === 'number' ? numberText(cell) : cell
          )}
          ids={ids}
          best={best}
          trans={trans}
        />
      ))}
    </>
  );
}

function isLoadable({ source, kind }: Hit): boolean {
  return source === 'hub' && kind === 'model';
}
