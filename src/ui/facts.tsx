import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import type { Metric, ModelSummary } from '../api/wire';
import { changeOf, countText, numberText, sizeText } from './format';

/** Size, licence, task and library of a model in one line. */
export function Facts(props: {
  model: ModelSummary;
  trans: TranslationBundle;
}): ReactElement {
  const { model, trans } = props;
  const facts: [string, string | null][] = [
    [trans.__('Size'), model.sizeBytes ? sizeText(model.sizeBytes) : null],
    [
      trans.__('Parameters'),
      model.parameters === null
        ? null
        : trans.__('%1 parameters', countText(model.parameters))
    ],
    [trans.__('License'), model.license],
    [trans.__('Task'), model.task],
    [trans.__('Library'), model.library]
  ];
  return (
    <ul className="jp-HubFacts">
      {facts.map(([name, text]) =>
        text ? (
          <li key={name} title={name}>
            {text}
          </li>
        ) : null
      )}
    </ul>
  );
}

/** By how much a metric moved: arrow and number, so that colour says nothing alone. */
export function Change(props: {
  metric: Metric;
  trans: TranslationBundle;
}): ReactElement | null {
  const { metric, trans } = props;
  const change = changeOf(metric);
  if (!change) {
    return null;
  }
  const spoken = {
    better: trans.__('better than the version before'),
    worse: trans.__('worse than the version before'),
    same: trans.__('the same as the version before'),
    unknown: trans.__('against the version before')
  }[change.direction];
  return (
    <span className={`jp-HubChange jp-mod-${change.direction}`} title={spoken}>
      <span aria-hidden>{change.arrow}</span> {change.text}{' '}
      <span className="jp-HubHidden">{spoken}</span>
    </span>
  );
}

/** The first metrics of a version. */
export function Metrics(props: {
  metrics: Metric[];
  most: number;
  trans: TranslationBundle;
}): ReactElement | null {
  const { metrics, most, trans } = props;
  if (metrics.length === 0) {
    return null;
  }
  const title = (metric: Metric) =>
    [metric.dataset, metric.split].filter(Boolean).join(', ') || undefined;
  return (
    <ul className="jp-HubMetrics" aria-label={trans.__('Metrics')}>
      {metrics.slice(0, most).map((metric, index) => (
        <li key={index} title={title(metric)}>
          <span>{metric.name}</span> <b>{numberText(metric.value)}</b>{' '}
          <Change metric={metric} trans={trans} />
        </li>
      ))}
    </ul>
  );
}
