import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import type { RepoKind } from '../../api/wire';
import type { MeaningModel } from '../../model/meaning';
import type { SearchModel } from '../../model/search';
import { LinkButton } from '../button';
import { useStore } from '../use-store';

/** Says that some repos are found by their words alone, while the hub reads what they mean. */
export function Meaning(props: {
  meaning: MeaningModel;
  model: SearchModel;
  trans: TranslationBundle;
}): ReactElement | null {
  const { meaning, model, trans } = props;
  const state = useStore(meaning.store);
  const kind = useStore(model.kind);
  if (state.is === 'all') {
    return null;
  }
  if (state.is === 'done') {
    return (
      <p className="jp-HubNote" role="status">
        {trans.__('The meaning of all is read now.')}{' '}
        <LinkButton onClick={() => model.submit()}>
          {trans.__('Search again')}
        </LinkButton>
      </p>
    );
  }
  const { unread, total, stopped } = state.left;
  if (stopped) {
    return (
      <p className="jp-HubNote" role="status">
        {trans.__(
          'Words alone answer: the embedding model cannot be used. The log of the server says why.'
        )}
      </p>
    );
  }
  return (
    <p className="jp-HubNote">
      <progress
        value={total - unread}
        max={total}
        aria-label={trans.__('How much of the meaning is read')}
      />{' '}
      {unreadText(kind, unread, total, trans)}
    </p>
  );
}

function unreadText(
  kind: RepoKind,
  unread: number,
  total: number,
  trans: TranslationBundle
): string {
  const [left, all] = [unread.toLocaleString(), total.toLocaleString()];
  return {
    model: trans.__(
      'The meaning of %1 of %2 models is still being read; words answer until then.',
      left,
      all
    ),
    dataset: trans.__(
      'The meaning of %1 of %2 datasets is still being read; words answer until then.',
      left,
      all
    ),
    space: trans.__(
      'The meaning of %1 of %2 spaces is still being read; words answer until then.',
      left,
      all
    )
  }[kind];
}
