import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import type { SearchModel } from '../../model/search';
import type { Actions } from '../actions';
import { Button, LinkButton } from '../button';
import { useStore } from '../use-store';

/** The hits that are chosen to be compared. */
export function Chosen(props: {
  model: SearchModel;
  actions: Actions;
  trans: TranslationBundle;
}): ReactElement | null {
  const { model, actions, trans } = props;
  const chosen = useStore(model.chosen);
  const kind = useStore(model.kind);
  if (chosen.length === 0) {
    return null;
  }
  return (
    <div
      className="jp-HubChosen"
      role="group"
      aria-label={trans.__('Chosen to compare')}
    >
      <span className="jp-HubChosen-names">{chosen.join(', ')}</span>
      <LinkButton
        onClick={() => chosen.forEach(id => model.toggle(id))}
        label={trans.__('Choose none')}
      >
        {trans.__('None')}
      </LinkButton>
      <Button
        primary
        disabled={chosen.length < 2}
        onClick={() => actions.compareModels(kind, chosen)}
      >
        {trans.__('Compare %1', chosen.length)}
      </Button>
    </div>
  );
}
