import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import { memo } from 'react';
import type { Point, Run } from '../../api/wire';
import type { Actions } from '../actions';
import { Button, LinkButton } from '../button';
import { numberText } from '../format';
import { When } from '../when';
import { Spark } from './spark';
import { Status } from './status';
import { Progress, Warnings } from './warnings';

const FIRST = 3;

export interface RowProps {
  run: Run;
  /** Its place in the whole list, from 1 on; the head is row 1. */
  place: number;
  /** As in `metrics.loss`; empty: the first metrics. */
  columns: readonly string[];
  spark: Point[] | undefined;
  /** What the small line shows. */
  metric: string | null;
  marked: boolean;
  pinned: boolean;
  mark: (run: string, is: boolean) => void;
  pin: (run: Run, is: boolean) => void;
  actions: Actions;
  trans: TranslationBundle;
}

/** One run in the table. */
export const Row = memo(function Row(props: RowProps): ReactElement {
  const { run, place, marked, pinned, mark, pin, actions, trans } = props;
  return (
    <tr role="row" aria-rowindex={place + 1}>
      <th scope="row" role="rowheader">
        <p className="jp-HubRun-name">
          <input
            type="checkbox"
            checked={marked}
            aria-label={trans.__('Compare %1', run.name)}
            onChange={event => mark(run.id, event.target.checked)}
          />
          <LinkButton title={run.name} onClick={() => actions.openRun(run.id)}>
            {run.name}
          </LinkButton>
          <button
            type="button"
            className="jp-HubPin"
            aria-pressed={pinned}
            aria-label={trans.__('Pin %1 for everyone', run.name)}
            title={trans.__('Pin for everyone')}
            onClick={() => pin(run, !pinned)}
          >
            {pinned ? '★' : '☆'}
          </button>
        </p>
        <div className="jp-HubRun-about">
          <p className="jp-HubRun-state">
            <Status run={run} trans={trans} />{' '}
            <Progress run={run} trans={trans} />
            <span className="jp-HubModel-when">
              {' · '}
              {run.user} · <When at={run.startedAt} />
            </span>
          </p>
          <Warnings run={run} trans={trans} />
        </div>
      </th>
      <td role="cell">
        <Values {...props} />
        <p className="jp-HubRun-do">
          {run.hasModel && run.status !== 'running' && (
            <Button
              onClick={() => actions.publish(run)}
              label={trans.__('Publish %1…', run.name)}
            >
              {trans.__('Publish…')}
            </Button>
          )}
          {run.status === 'running' && run.kernel !== null && (
            <Button
              onClick={() => actions.stopRun(run)}
              label={trans.__('Stop %1…', run.name)}
            >
              {trans.__('Stop…')}
            </Button>
          )}
        </p>
      </td>
    </tr>
  );
});

function Values(props: RowProps): ReactElement {
  const { run, columns, spark, metric, trans } = props;
  const own = Object.keys(run.metrics).filter(
    name => !name.startsWith('system/')
  );
  const shown = columns.length
    ? columns
    : own.slice(0, FIRST).map(name => `metrics.${name}`);
  return (
    <ul className="jp-HubValues">
      {shown.map(column => {
        const [kind, ...rest] = column.split('.');
        const name = rest.join('.');
        const text =
          kind === 'metrics'
            ? numberText(run.metrics[name] ?? null)
            : (run.params[name] ?? '–');
        return (
          <li key={column}>
            <span title={name}>{name}</span>
            {name === metric && kind === 'metrics' && spark && (
              <Spark points={spark} />
            )}{' '}
            <b title={text}>{text}</b>
          </li>
        );
      })}
      {columns.length === 0 && own.length > FIRST && (
        <li>{trans.__('and %1 more', own.length - FIRST)}</li>
      )}
    </ul>
  );
}
