import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import type { ModelSummary } from '../../api/wire';
import type { ModelsModel, ModelsState, News } from '../../model/models';
import type { Actions } from '../actions';
import { Button, LinkButton } from '../button';
import { Facts, Metrics } from '../facts';
import { exactText, whenText } from '../format';
import { Busy, Empty, Problem } from '../problem';
import { useStore } from '../use-store';

export interface ModelsProps {
  model: ModelsModel;
  actions: Actions;
  trans: TranslationBundle;
}

const PUBLISH =
  'import jupyter_hubcollab as hub\nhub.publish(model, "team/name")';

/** The models of the hub, mine or all, newest first. */
export function Models(props: ModelsProps): ReactElement {
  const { model, trans } = props;
  const mine = useStore(model.mine);
  const state = useStore(model.store);
  const news = useStore(model.news);
  return (
    <>
      <fieldset className="jp-HubChoice">
        <legend className="jp-HubHidden">{trans.__('Which models')}</legend>
        {[false, true].map(value => (
          <label key={String(value)}>
            <input
              type="radio"
              name="jp-hub-mine"
              checked={mine === value}
              onChange={() => model.show({ mine: value })}
            />
            <span>{value ? trans.__('Mine') : trans.__('All')}</span>
          </label>
        ))}
      </fieldset>
      <p className="jp-HubStatus" role="status" aria-live="polite">
        {statusOf(state, news, trans)}
      </p>
      <Listed {...props} state={state} />
    </>
  );
}

function statusOf(
  state: ModelsState,
  news: News | null,
  trans: TranslationBundle
): string {
  const count =
    state.is === 'listed'
      ? trans._n('%1 model', '%1 models', state.total)
      : trans.__('Loading…');
  if (!news) {
    return state.is === 'failed' ? '' : count;
  }
  const told = news.tag
    ? trans.__('%1 published %2 %3', news.by, news.id, news.tag)
    : trans.__('%1 changed %2', news.by, news.id);
  return `${count} · ${told}`;
}

function Listed(props: ModelsProps & { state: ModelsState }): ReactElement {
  const { model, state, actions, trans } = props;
  if (state.is === 'busy') {
    return <Busy label={trans.__('Loading models')} />;
  }
  if (state.is === 'failed') {
    return (
      <Problem why={state.why} trans={trans} retry={() => model.refresh()} />
    );
  }
  if (state.models.length === 0) {
    return <NoModels trans={trans} />;
  }
  return (
    <>
      <ul className="jp-HubList" aria-label={trans.__('Models')}>
        {state.models.map(summary => (
          <Row
            key={summary.id}
            model={summary}
            actions={actions}
            trans={trans}
          />
        ))}
      </ul>
      {state.total > state.models.length && (
        <Button onClick={() => model.more()}>{trans.__('Show more')}</Button>
      )}
    </>
  );
}

function NoModels(props: { trans: TranslationBundle }): ReactElement {
  const { trans } = props;
  return (
    <Empty title={trans.__('No models yet.')}>
      <p>{trans.__('Publish one from a cell:')}</p>
      <pre>
        <code>{PUBLISH}</code>
      </pre>
      <p>{trans.__('or with Publish… on a run.')}</p>
    </Empty>
  );
}

function Row(props: {
  model: ModelSummary;
  actions: Actions;
  trans: TranslationBundle;
}): ReactElement {
  const { model, actions, trans } = props;
  return (
    <li className="jp-HubModel">
      <div className="jp-HubModel-head">
        <LinkButton onClick={() => actions.openModel(model.id)}>
          {model.id}
        </LinkButton>
        {model.latest && <span className="jp-HubBadge">{model.latest}</span>}
        {model.visibility === 'private' && (
          <span className="jp-HubBadge">{trans.__('private')}</span>
        )}
        <Button
          onClick={() => actions.loadModel(model)}
          label={trans.__('Load %1', model.id)}
        >
          {trans.__('Load')}
        </Button>
      </div>
      {model.summary && <p className="jp-HubModel-summary">{model.summary}</p>}
      <Facts model={model} trans={trans} />
      <Metrics metrics={model.metrics} most={3} trans={trans} />
      <p className="jp-HubModel-when">
        <time dateTime={model.updatedAt} title={exactText(model.updatedAt)}>
          {whenText(model.updatedAt)}
        </time>
      </p>
    </li>
  );
}
