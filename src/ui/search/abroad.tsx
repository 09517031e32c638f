import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import type { Hit } from '../../api/wire';
import type { SearchModel } from '../../model/search';
import type { Actions } from '../actions';
import { LinkButton } from '../button';
import { Facts } from '../facts';
import { countText } from '../format';
import { Busy, Problem } from '../problem';
import { useStore } from '../use-store';

export interface AbroadProps {
  model: SearchModel;
  /** What was found without them; it is not shown twice. */
  here: Hit[];
  actions: Actions;
  trans: TranslationBundle;
}

/** What other hubs have; nobody waits for it. */
export function Abroad(props: AbroadProps): ReactElement | null {
  const { model, here, trans } = props;
  const state = useStore(model.abroad);
  if (state.is === 'idle') {
    return null;
  }
  const known = new Set(here.map(hit => hit.model.id));
  const hits =
    state.is === 'found'
      ? state.hits.filter(hit => !known.has(hit.model.id))
      : [];
  return (
    <section
      className="jp-HubAbroad"
      aria-label={trans.__('On other hubs')}
      aria-busy={
        state.is === 'busy' ||
        (state.is === 'found' && state.waiting.length > 0)
      }
    >
      <h3>{trans.__('On other hubs')}</h3>
      {state.is === 'busy' && (
        <Busy label={trans.__('Asking other hubs')} lines={2} />
      )}
      {state.is === 'failed' && <Problem why={state.why} trans={trans} />}
      {state.is === 'found' && (
        <>
          {(hits.length > 0 || state.waiting.length === 0) && (
            <p className="jp-HubStatus" role="status">
              {trans._n('%1 more', '%1 more', hits.length)}
            </p>
          )}
          {state.silent.map(why => (
            <p key={why} className="jp-HubStatus">
              {why}
            </p>
          ))}
          {state.waiting.map(hub => (
            <p key={hub} className="jp-HubStatus">
              {trans.__('%1 has not answered yet', hub)}
            </p>
          ))}
          <ul className="jp-HubList">
            {hits.map(hit => (
              <Row key={`${hit.source}:${hit.model.id}`} {...props} hit={hit} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Row({
  hit,
  actions,
  trans
}: AbroadProps & { hit: Hit }): ReactElement {
  const { model, kind } = hit;
  const { downloads } = model;
  return (
    <li className="jp-HubModel">
      <div className="jp-HubModel-head">
        <LinkButton onClick={() => actions.openOther({ kind, id: model.id })}>
          {model.id}
        </LinkButton>
        <span className="jp-HubBadge">{hit.source}</span>
      </div>
      {model.summary && <p className="jp-HubModel-summary">{model.summary}</p>}
      <p className="jp-HubModel-why">
        {[
          ...hit.why,
          ...(downloads ? [trans.__('%1 downloads', countText(downloads))] : [])
        ].join(' · ')}
      </p>
      <Facts model={model} trans={trans} />
    </li>
  );
}
