import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import { useState } from 'react';
import type { SavedSearch } from '../../api/wire';
import type { SavedModel } from '../../model/saved';
import type { SearchModel } from '../../model/search';
import { Refusal } from '../answer';
import { LinkButton } from '../button';
import { useStore } from '../use-store';

export interface SavedProps {
  model: SearchModel;
  saved: SavedModel;
  trans: TranslationBundle;
}

/** Keeps the search that is shown. */
export function SaveSearch(props: SavedProps): ReactElement | null {
  const { model, saved, trans } = props;
  const query = useStore(model.query);
  const [kept, setKept] = useState('');
  if (!query.trim()) {
    return null;
  }
  const save = async () => {
    const { q, kind, without } = model.asked;
    const name = query.trim();
    if (await saved.save({ query: q, name, kind, source: null, without })) {
      setKept(query);
    }
  };
  return (
    <p className="jp-HubStatus jp-HubSaveSearch" role="status">
      {kept === query ? (
        trans.__('Saved: you are told when something new matches.')
      ) : (
        <LinkButton onClick={() => void save()}>
          {trans.__('Save this search')}
        </LinkButton>
      )}
      <Refusal deed={saved.deed} trans={trans} />
    </p>
  );
}

/** The searches that one keeps, and how much is new in each. */
export function SavedSearches(props: SavedProps): ReactElement | null {
  const { saved, trans } = props;
  const state = useStore(saved.list.store);
  if (state.is !== 'shown' || state.value.searches.length === 0) {
    return null;
  }
  return (
    <section className="jp-HubSaved" aria-label={trans.__('Saved searches')}>
      <h3>{trans.__('Saved searches')}</h3>
      <ul>
        {state.value.searches.map(search => (
          <Row key={search.id} {...props} search={search} />
        ))}
      </ul>
    </section>
  );
}

function Row(props: SavedProps & { search: SavedSearch }): ReactElement {
  const { model, saved, search, trans } = props;
  const { name, fresh } = search;
  const news = fresh.map(hit => hit.model.id).join(', ');
  return (
    <li>
      <LinkButton
        title={news ? trans.__('New: %1', news) : search.query}
        onClick={() => {
          model.recall(search);
          void saved.see(search);
        }}
      >
        {name}
      </LinkButton>
      {fresh.length > 0 && (
        <span className="jp-HubBadge jp-mod-new">
          {trans._n('%1 new', '%1 new', fresh.length)}
        </span>
      )}
      <button
        type="button"
        className="jp-HubSaved-remove"
        aria-label={trans.__('Delete the search “%1”', name)}
        title={trans.__('Delete')}
        onClick={() => void saved.remove(search)}
      >
        ×
      </button>
    </li>
  );
}
