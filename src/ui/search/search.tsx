import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement, RefObject } from 'react';
import type { RepoKind, SearchReply } from '../../api/wire';
import type { MeaningModel } from '../../model/meaning';
import type { ReadThrough } from '../../model/read-through';
import type { SavedModel } from '../../model/saved';
import type { SearchModel } from '../../model/search';
import type { Actions } from '../actions';
import { Button, LinkButton } from '../button';
import { KindField } from '../kind-field';
import { Busy, Empty, Problem } from '../problem';
import { useStore } from '../use-store';
import { Abroad } from './abroad';
import { Chosen } from './chosen';
import { Constraints } from './constraints';
import { HitView } from './hit';
import { Meaning } from './meaning';
import { SaveSearch, SavedSearches } from './saved';
import { Sentence } from './sentence';

export interface SearchProps {
  model: SearchModel;
  saved: SavedModel;
  through: ReadThrough;
  meaning: MeaningModel;
  field: RefObject<HTMLTextAreaElement>;
  actions: Actions;
  trans: TranslationBundle;
}

/** Search as you type. */
export function Search(props: SearchProps): ReactElement {
  const { model, field, trans } = props;
  const query = useStore(model.query);
  const kind = useStore(model.kind);
  const words = wordsOf(kind, trans);
  return (
    <>
      <form
        role="search"
        className="jp-HubSearch"
        onSubmit={event => {
          event.preventDefault();
          model.submit();
        }}
      >
        <Sentence
          field={field}
          value={query}
          label={words.label}
          placeholder={words.placeholder}
          change={text => model.type(text)}
          trans={trans}
        />
        <KindField
          label={trans.__('What to find')}
          value={kind}
          change={next => model.show(next)}
          trans={trans}
        />
      </form>
      <Like model={model} trans={trans} />
      <Results {...props} />
    </>
  );
}

interface Words {
  label: string;
  placeholder: string;
  found: string;
  none: string;
}

/** How the search speaks of what it looks for. */
function wordsOf(kind: RepoKind, trans: TranslationBundle): Words {
  return {
    model: {
      label: trans.__('Search models'),
      placeholder: trans.__('Describe the model you need'),
      found: trans.__('Found models'),
      none: trans.__('No model fits.')
    },
    dataset: {
      label: trans.__('Search datasets'),
      placeholder: trans.__('Describe the data you need'),
      found: trans.__('Found datasets'),
      none: trans.__('No dataset fits.')
    },
    space: {
      label: trans.__('Search spaces'),
      placeholder: trans.__('Describe what you want to try'),
      found: trans.__('Found spaces'),
      none: trans.__('No space fits.')
    }
  }[kind];
}

/** What the hits are like, if not only what the sentence says. */
function Like(props: {
  model: SearchModel;
  trans: TranslationBundle;
}): ReactElement | null {
  const { model, trans } = props;
  const likeness = useStore(model.likeness);
  if (!likeness) {
    return null;
  }
  const text =
    likeness.is === 'repo'
      ? trans.__('Like %1', likeness.id)
      : likeness.form === 'code'
        ? trans.__('Fits %1', likeness.name)
        : trans.__('Like %1', likeness.name);
  return (
    <ul className="jp-HubChips" aria-label={trans.__('Goes by')}>
      <li>
        {text}
        <button
          type="button"
          aria-label={trans.__('Leave out “%1”', text)}
          title={trans.__('Leave out')}
          onClick={() => model.like(null)}
        >
          ×
        </button>
      </li>
    </ul>
  );
}

function Results(props: SearchProps): ReactElement {
  const { model, trans } = props;
  const state = useStore(model.store);
  const kind = useStore(model.kind);
  const reply =
    state.is === 'found'
      ? state.reply
      : state.is === 'busy'
        ? state.before
        : null;
  return (
    <>
      <p className="jp-HubStatus" role="status" aria-live="polite">
        {state.is === 'found' && countOf(state.reply, kind, trans)}
        {state.is === 'busy' && trans.__('Searching…')}
      </p>
      <Meaning {...props} />
      {state.is === 'idle' && (
        <>
          <SavedSearches {...props} />
          <Examples {...props} />
        </>
      )}
      {state.is === 'failed' && (
        <Problem why={state.why} trans={trans} retry={() => model.submit()} />
      )}
      {state.is === 'busy' && !reply && <Busy label={trans.__('Searching')} />}
      {reply && <Found {...props} reply={reply} busy={state.is === 'busy'} />}
      {reply && <Abroad {...props} here={reply.hits} />}
      <Chosen {...props} />
    </>
  );
}

function countOf(
  { total, hits }: SearchReply,
  kind: RepoKind,
  trans: TranslationBundle
): string {
  const count = hits.length;
  if (total > count) {
    return {
      model: trans.__('The best %1 of %2 models', count, total),
      dataset: trans.__('The best %1 of %2 datasets', count, total),
      space: trans.__('The best %1 of %2 spaces', count, total)
    }[kind];
  }
  return {
    model: trans._n('%1 model', '%1 models', count),
    dataset: trans._n('%1 dataset', '%1 datasets', count),
    space: trans._n('%1 space', '%1 spaces', count)
  }[kind];
}

function Found(
  props: SearchProps & { reply: SearchReply; busy: boolean }
): ReactElement {
  const { reply, model, saved, through, trans, actions, busy } = props;
  const likeness = useStore(model.likeness);
  const words = wordsOf(useStore(model.kind), trans);
  return (
    <div aria-busy={busy}>
      <Constraints
        constraints={reply.constraints}
        model={model}
        trans={trans}
      />
      {!likeness && <SaveSearch model={model} saved={saved} trans={trans} />}
      {reply.hits.length === 0 && (
        <Empty title={words.none}>
          <p>
            {trans.__(
              'Use fewer or other words, or leave out a limit such as the size.'
            )}
          </p>
        </Empty>
      )}
      <ul className="jp-HubList" aria-label={words.found}>
        {reply.hits.map(hit => (
          <HitView
            key={`${hit.source}:${hit.model.id}`}
            hit={hit}
            model={model}
            through={through}
            actions={actions}
            trans={trans}
          />
        ))}
      </ul>
    </div>
  );
}

function Examples(props: SearchProps): ReactElement | null {
  const { model, actions, trans } = props;
  if (useStore(model.kind) !== 'model') {
    return null;
  }
  const examples = [
    trans.__('handwritten digit classifier under 1 MB'),
    trans.__('sentiment of short texts, permissive license'),
    trans.__('small image captioning model')
  ];
  return (
    <Empty title={trans.__('Say what the model should do.')}>
      <p>
        {trans.__('Size, license, language and library may be part of it:')}
      </p>
      <ul className="jp-HubExamples">
        {examples.map(example => (
          <li key={example}>
            <LinkButton onClick={() => model.submit(example)}>
              {example}
            </LinkButton>
          </li>
        ))}
      </ul>
      <p>
        <Button onClick={actions.fitNotebook}>
          {trans.__('What fits this notebook?')}
        </Button>
      </p>
    </Empty>
  );
}
