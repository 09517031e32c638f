import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import type { MetricDiff } from '../../api/wire';
import { numberText } from '../format';

function whereOf(metric: MetricDiff): string {
  return [metric.dataset, metric.split].filter(Boolean).join(', ');
}

/** The numbers of both sides. */
export function Metrics(props: {
  metrics: MetricDiff[];
  trans: TranslationBundle;
}): ReactElement {
  const { metrics, trans } = props;
  return (
    <div className="jp-HubScroll" tabIndex={0} role="group">
      <table className="jp-HubTable">
        <caption className="jp-HubHidden">{trans.__('Metrics')}</caption>
        <thead>
          <tr>
            <th scope="col">{trans.__('Metric')}</th>
            <th scope="col">{trans.__('Measured on')}</th>
            <th scope="col" className="jp-mod-number">
              {trans.__('Before')}
            </th>
            <th scope="col" className="jp-mod-number">
              {trans.__('After')}
            </th>
            <th scope="col" className="jp-mod-number">
              {trans.__('Change')}
            </th>
            <th scope="col">{trans.__('By example')}</th>
          </tr>
        </thead>
        <tbody>
          {metrics.map((metric, index) => (
            <tr key={index}>
              <th scope="row">
                {metric.name}
                {metric.unit && ` (${metric.unit})`}
                <p className="jp-HubModel-when">
                  {directionText(metric, trans)}
                </p>
              </th>
              <td>{whereOf(metric) || '–'}</td>
              <td className="jp-mod-number">{numberText(metric.before)}</td>
              <td className="jp-mod-number">{numberText(metric.after)}</td>
              <td className="jp-mod-number">
                <Moved metric={metric} trans={trans} />
              </td>
              <td>
                <ByExample metric={metric} trans={trans} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function directionText(metric: MetricDiff, trans: TranslationBundle): string {
  if (metric.higherIsBetter === null) {
    return '';
  }
  return metric.higherIsBetter
    ? trans.__('higher is better')
    : trans.__('lower is better');
}

function Moved(props: {
  metric: MetricDiff;
  trans: TranslationBundle;
}): ReactElement {
  const { metric, trans } = props;
  const { change, verdict } = metric;
  if (change === null) {
    return <>–</>;
  }
  const spoken = {
    better: trans.__('better'),
    worse: trans.__('worse'),
    same: trans.__('the same'),
    unclear: trans.__('may be chance'),
    unknown: ''
  }[verdict];
  const arrow = change > 0 ? '▲' : change < 0 ? '▼' : '=';
  const sign = change > 0 ? '+' : change < 0 ? '−' : '';
  return (
    <span className={`jp-HubChange jp-mod-${verdict}`} title={spoken}>
      <span aria-hidden>{arrow}</span> {sign}
      {numberText(Math.abs(change))} {spoken && <small>{spoken}</small>}
    </span>
  );
}

function ByExample(props: {
  metric: MetricDiff;
  trans: TranslationBundle;
}): ReactElement | null {
  const { metric, trans } = props;
  const { interval } = metric;
  if (!interval) {
    return (
      <span className="jp-HubStatus">{trans.__('no results by example')}</span>
    );
  }
  return (
    <>
      {metric.isRegression && (
        <span className="jp-HubBadge jp-mod-closed">
          {trans.__('regression')}
        </span>
      )}{' '}
      {trans.__(
        '%1 to %2 (%3 %)',
        numberText(interval.low),
        numberText(interval.high),
        Math.round(interval.confidence * 100)
      )}
      <p className="jp-HubModel-when">
        {trans.__(
          '%1 examples: %2 rose, %3 fell',
          interval.examples,
          interval.better,
          interval.worse
        )}
      </p>
    </>
  );
}
