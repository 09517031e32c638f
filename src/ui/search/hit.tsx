import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import { useEffect } from 'react';
import type { Hit } from '../../api/wire';
import type { ReadThrough } from '../../model/read-through';
import { isReadThrough } from '../../model/read-through';
import type { SearchModel } from '../../model/search';
import { MOST_COMPARED } from '../../model/search';
import type { Actions } from '../actions';
import { Button, LinkButton } from '../button';
import { Facts, Metrics } from '../facts';
import { useStore } from '../use-store';

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
      {reasons.join(' · ').replace(/✓ /g, '✓\u00a0')}
    </p>
  );
}

export interface HitProps {
  hit: Hit;
  model: SearchModel;
  through: ReadThrough;
  actions: Actions;
  trans: TranslationBundle;
}

/** A repo that was found, and why. */
export function HitView(props: HitProps): ReactElement {
  const { hit, actions, trans } = props;
  const { model, kind } = hit;
  const isOurs = hit.source === 'hub';
  return (
    <li className="jp-HubModel">
      <div className="jp-HubModel-head">
        <Title {...props} />
        {model.latest && <span className="jp-HubBadge">{model.latest}</span>}
        {model.deprecated && (
          <span className="jp-HubBadge jp-mod-closed" title={model.deprecated}>
            {trans.__('deprecated')}
          </span>
        )}
        {isOurs && kind === 'model' && (
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
      {!isOurs && <Origin hit={hit} trans={trans} />}
      <Metrics metrics={model.metrics} most={3} trans={trans} />
      <More {...props} />
    </li>
  );
}

/** Opens the page of the repo: ours, that of a hub which is read through, else the one of its makers. */
function Title(props: HitProps): ReactElement {
  const { hit, through, actions } = props;
  const { kind, model } = hit;
  const repo = { kind, id: model.id };
  const isOurs = hit.source === 'hub';
  const hubs = useStore(through.hubs);
  useEffect(() => {
    if (!isOurs) {
      void through.want();
    }
  }, [through, isOurs]);
  if (isOurs) {
    const open = () =>
      kind === 'model' ? actions.openModel(repo.id) : actions.openRepo(repo);
    return <LinkButton onClick={open}>{repo.id}</LinkButton>;
  }
  return isReadThrough(hit, hubs) ? (
    <LinkButton onClick={() => actions.openOther(repo)}>{repo.id}</LinkButton>
  ) : (
    <a href={hit.url ?? undefined} target="_blank" rel="noreferrer">
      {repo.id}
    </a>
  );
}

/** Where a repo is that is not on this hub. */
function Origin({
  hit,
  trans
}: {
  hit: Hit;
  trans: TranslationBundle;
}): ReactElement {
  const { url, source, model } = hit;
  return (
    <p className="jp-HubStatus">
      {url ? (
        <a
          href={url}
          target="_blank"
          rel="noreferrer"
          aria-label={trans.__('%1 on %2, in a new tab', model.id, source)}
        >
          {source} ↗
        </a>
      ) : (
        source
      )}
    </p>
  );
}

/** What else one can do with a hit. */
function More({ hit, model, trans }: HitProps): ReactElement {
  const chosen = useStore(model.chosen);
  const { id } = hit.model;
  const isChosen = chosen.includes(id);
  return (
    <div className="jp-HubModel-more">
      <label className="jp-HubCheck">
        <input
          type="checkbox"
          checked={isChosen}
          disabled={!isChosen && chosen.length >= MOST_COMPARED}
          aria-label={trans.__('Compare %1', id)}
          onChange={() => model.toggle(id)}
        />
        <span aria-hidden>{trans.__('Compare')}</span>
      </label>
      <LinkButton
        label={trans.__('More like %1', id)}
        onClick={() => model.like({ is: 'repo', id })}
      >
        {trans.__('More like this')}
      </LinkButton>
    </div>
  );
}
