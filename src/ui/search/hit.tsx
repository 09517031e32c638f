import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import type { Hit } from '../../api/wire';
import type { Actions } from '../actions';
import { Button, LinkButton } from '../button';
import { Facts, Metrics } from '../facts';

/** The reasons; one that only quotes the summary says nothing new. */
function Why(props: {
  hit: Hit;
  trans: TranslationBundle;
}): ReactElement | null {
  const { hit, trans } = props;
  const quote = /^“(.*?)…?”$/;
  const reasons = hit.why.filter(reason => {
    const quoted = quote.exec(reason)?.[1];
    return quoted === undefined || !hit.model.summary.includes(quoted);
  });
  return reasons.length === 0 ? null : (
    <p className="jp-HubModel-why">
      <span className="jp-HubHidden">{trans.__('Found because:')}</span>{' '}
      {reasons.join(' · ')}
    </p>
  );
}

/** A model that was found, and why. */
export function HitView(props: {
  hit: Hit;
  actions: Actions;
  trans: TranslationBundle;
}): ReactElement {
  const { hit, actions, trans } = props;
  const { model } = hit;
  const isOurs = hit.source === 'hub';
  return (
    <li className="jp-HubModel">
      <div className="jp-HubModel-head">
        {isOurs ? (
          <LinkButton onClick={() => actions.openModel(model.id)}>
            {model.id}
          </LinkButton>
        ) : (
          <a href={hit.url ?? undefined} target="_blank" rel="noreferrer">
            {model.id}
          </a>
        )}
        {!isOurs && <span className="jp-HubBadge">{hit.source}</span>}
        {model.latest && <span className="jp-HubBadge">{model.latest}</span>}
        {isOurs && (
          <Button
            onClick={() => actions.loadModel(model)}
            label={trans.__('Load %1', model.id)}
          >
            {trans.__('Load')}
          </Button>
        )}
      </div>
      {model.summary && <p className="jp-HubModel-summary">{model.summary}</p>}
      <Why hit={hit} trans={trans} />
      <Facts model={model} trans={trans} />
      <Metrics metrics={model.metrics} most={3} trans={trans} />
    </li>
  );
}
