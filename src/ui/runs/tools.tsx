import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import type { RunColumns } from '../../api/wire';
import type { RunsModel } from '../../model/runs';
import { SelectField } from '../field';
import { useStore } from '../use-store';

interface Props {
  model: RunsModel;
  columns: RunColumns;
  trans: TranslationBundle;
}

const OWN = ['start_time', 'run_name', 'user', 'experiment', 'duration'];

function namesOf({ metrics, params }: RunColumns): string[] {
  return [
    ...metrics.map(name => `metrics.${name}`),
    ...params.map(name => `params.${name}`)
  ];
}

/** The search field of the runs. */
export function RunSearch(props: {
  model: RunsModel;
  trans: TranslationBundle;
}): ReactElement {
  const { model, trans } = props;
  const { text } = useStore(model.filter);
  return (
    <form
      role="search"
      onSubmit={event => {
        event.preventDefault();
        model.search();
      }}
    >
      <input
        type="search"
        className="jp-HubInput"
        aria-label={trans.__('Filter runs')}
        placeholder={trans.__('accuracy > 0.9, solver = sgd, ada …')}
        title={trans.__(
          "Words, or MLflow's filter language: metrics.accuracy > 0.9 AND params.solver = 'sgd'"
        )}
        value={text}
        onChange={event => model.show({ text: event.target.value })}
      />
    </form>
  );
}

/** In which order, put together by what, with which columns. */
export function RunTools(props: Props): ReactElement {
  const { model, columns, trans } = props;
  const { order, descending, group } = useStore(model.filter);
  const words: Record<string, string> = {
    start_time: trans.__('Start'),
    run_name: trans.__('Name'),
    user: trans.__('Person'),
    experiment: trans.__('Experiment'),
    duration: trans.__('Duration'),
    notebook: trans.__('Notebook'),
    status: trans.__('State')
  };
  const option = (value: string) => ({ value, label: words[value] ?? value });
  const orders = [...new Set([...OWN, ...namesOf(columns), order])];
  const groups = [
    ...['user', 'status', 'experiment', 'notebook'],
    ...columns.params.map(name => `params.${name}`)
  ];
  return (
    <div className="jp-HubRunTools">
      <SelectField
        label={trans.__('Sort by')}
        value={order}
        options={orders.map(option)}
        change={value => model.show({ order: value })}
      />
      <button
        type="button"
        className="jp-HubButton"
        aria-label={
          descending
            ? trans.__('Largest first; change to smallest first')
            : trans.__('Smallest first; change to largest first')
        }
        onClick={() => model.show({ descending: !descending })}
      >
        {descending ? '↓' : '↑'}
      </button>
      <SelectField
        label={trans.__('Group by')}
        value={group}
        options={[{ value: '', label: trans.__('nothing') }].concat(
          groups.map(option)
        )}
        change={value => model.show({ group: value })}
      />
      <Columns {...props} />
    </div>
  );
}

function Columns(props: Props): ReactElement {
  const { model, columns, trans } = props;
  const chosen = useStore(model.columns);
  // What was chosen for other runs can be taken away again.
  const names = [...new Set([...chosen, ...namesOf(columns)])];
  const toggle = (name: string, is: boolean) =>
    model.choose(is ? [...chosen, name] : chosen.filter(one => one !== name));
  return (
    <details className="jp-HubColumns">
      <summary>{trans.__('Columns')}</summary>
      <fieldset>
        <legend className="jp-HubHidden">{trans.__('Columns')}</legend>
        {names.map(name => (
          <label key={name} className="jp-HubCheck">
            <input
              type="checkbox"
              checked={chosen.includes(name)}
              onChange={event => toggle(name, event.target.checked)}
            />
            <span>{name}</span>
          </label>
        ))}
      </fieldset>
    </details>
  );
}

/** Runs put together by a value; a group becomes a filter. */
export function Groups(props: {
  model: RunsModel;
  trans: TranslationBundle;
  number: (value: number | null) => string;
}): ReactElement | null {
  const { model, trans, number } = props;
  const groups = useStore(model.groups);
  if (!groups) {
    return null;
  }
  const name = groups.by.replace(/^params\./, '');
  const only = (value: string | null) => {
    const key = groups.by.startsWith('params.')
      ? `params.\`${name}\``
      : groups.by;
    const condition = value === null ? `${key} IS NULL` : `${key} = '${value}'`;
    const { text } = model.filter.state;
    model.show({
      text: text ? `${text} AND ${condition}` : condition,
      group: ''
    });
  };
  return (
    <table className="jp-HubTable jp-HubGroups">
      <caption className="jp-HubHidden">{trans.__('Groups of runs')}</caption>
      <thead>
        <tr>
          <th scope="col">{name}</th>
          <th scope="col">{trans.__('Runs')}</th>
          <th scope="col">
            {groups.metric === null
              ? ''
              : trans.__('%1: mean (from, to)', groups.metric)}
          </th>
        </tr>
      </thead>
      <tbody>
        {groups.groups.map(({ value, runs, mean, low, high }) => (
          <tr key={value ?? ''}>
            <th scope="row">
              <button
                type="button"
                className="jp-HubLink"
                onClick={() => only(value)}
              >
                {value ?? trans.__('(none)')}
              </button>
            </th>
            <td className="jp-mod-number">{runs}</td>
            <td>
              {mean !== null &&
                `${number(mean)} (${number(low)}, ${number(high)})`}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
