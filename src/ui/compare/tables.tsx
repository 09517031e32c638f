import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import type { Run } from '../../api/wire';
import { differences, labelsOf, metricsOf, swatchOf } from '../../model/charts';
import type { CompareModel } from '../../model/compare';
import { numberText } from '../format';
import { useStore } from '../use-store';

interface Shown {
  model: CompareModel;
  runs: Run[];
  trans: TranslationBundle;
}

function Head(props: { runs: Run[]; trans: TranslationBundle }): ReactElement {
  const labels = labelsOf(props.runs);
  return (
    <thead>
      <tr>
        <th scope="col">{props.trans.__('Name')}</th>
        {props.runs.map((run, index) => (
          <th scope="col" key={run.id}>
            <span
              className="jp-HubSwatch"
              style={{ background: swatchOf(index) }}
              aria-hidden
            />
            {labels.get(run.id)}
          </th>
        ))}
      </tr>
    </thead>
  );
}

/** The metrics of the runs, side by side. */
export function Metrics(props: Shown): ReactElement {
  const { runs, trans } = props;
  return (
    <section aria-label={trans.__('Metrics')}>
      <h2>{trans.__('Metrics')}</h2>
      <div className="jp-HubScroll">
        <table className="jp-HubTable">
          <caption className="jp-HubHidden">{trans.__('Metrics')}</caption>
          <Head runs={runs} trans={trans} />
          <tbody>
            {metricsOf(runs).map(name => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {runs.map(run => (
                  <td key={run.id} className="jp-mod-number">
                    {numberText(run.metrics[name] ?? null)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** The parameters of the runs; those that differ stand out. */
export function Params(props: Shown): ReactElement {
  const { model, runs, trans } = props;
  const { allParams } = useStore(model.drawn);
  const all = differences(runs);
  const shown = allParams ? all : all.filter(({ differs }) => differs);
  return (
    <section aria-label={trans.__('Parameters')}>
      <h2>{trans.__('Parameters')}</h2>
      <label className="jp-HubCheck">
        <input
          type="checkbox"
          checked={allParams}
          onChange={event => model.draw({ allParams: event.target.checked })}
        />
        <span>
          {trans.__(
            'Also those that are the same (%1)',
            all.length - shown.length
          )}
        </span>
      </label>
      <div className="jp-HubScroll">
        <table className="jp-HubTable">
          <caption className="jp-HubHidden">{trans.__('Parameters')}</caption>
          <Head runs={runs} trans={trans} />
          <tbody>
            {shown.map(({ name, values, differs }) => (
              <tr key={name} className={differs ? 'jp-mod-differs' : undefined}>
                <th scope="row">{name}</th>
                {values.map((value, index) => (
                  <td key={runs[index]?.id ?? index}>{value ?? '–'}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
