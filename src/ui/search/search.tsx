import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement, RefObject } from 'react';
import type { Constraint, SearchReply } from '../../api/wire';
import type { SearchModel } from '../../model/search';
import type { Actions } from '../actions';
import { LinkButton } from '../button';
import { Busy, Empty, Problem } from '../problem';
import { useStore } from '../use-store';
import { HitView } from './hit';

export interface SearchProps {
  model: SearchModel;
  field: RefObject<HTMLInputElement>;
  actions: Actions;
  trans: TranslationBundle;
}

/** Search as you type. */
export function Search(props: SearchProps): ReactElement {
  const { model, field, trans } = props;
  const query = useStore(model.query);
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
        <input
          ref={field}
          type="search"
          className="jp-HubInput"
          value={query}
          aria-label={trans.__('Search models')}
          placeholder={trans.__('Describe the model you need')}
          autoComplete="off"
          spellCheck={false}
          onChange={event => model.type(event.target.value)}
        />
      </form>
      <Results {...props} />
    </>
  );
}

function Results(props: SearchProps): ReactElement {
  const { model, trans } = props;
  const state = useStore(model.store);
  const reply =
    state.is === 'found'
      ? state.reply
      : state.is === 'busy'
        ? state.before
        : null;
  return (
    <>
      <p className="jp-HubStatus" role="status" aria-live="polite">
        {state.is === 'found' && countOf(state.reply, trans)}
        {state.is === 'busy' && trans.__('Searching…')}
      </p>
      {state.is === 'idle' && <Examples model={model} trans={trans} />}
      {state.is === 'failed' && (
        <Problem why={state.why} trans={trans} retry={() => model.submit()} />
      )}
      {state.is === 'busy' && !reply && <Busy label={trans.__('Searching')} />}
      {reply && <Found {...props} reply={reply} busy={state.is === 'busy'} />}
    </>
  );
}

function countOf(reply: SearchReply, trans: TranslationBundle): string {
  const { total, hits } = reply;
  return total > hits.length
    ? trans.__('The best %1 of %2 models', hits.length, total)
    : trans._n('%1 model', '%1 models', hits.length);
}

function Found(
  props: SearchProps & { reply: SearchReply; busy: boolean }
): ReactElement {
  const { reply, model, trans, actions, busy } = props;
  return (
    <div aria-busy={busy}>
      <Constraints
        constraints={reply.constraints}
        model={model}
        trans={trans}
      />
      {reply.hits.length === 0 && (
        <Empty title={trans.__('No model fits.')}>
          <p>
            {trans.__(
              'Use fewer or other words, or leave out a limit such as the size.'
            )}
          </p>
        </Empty>
      )}
      <ul className="jp-HubList" aria-label={trans.__('Found models')}>
        {reply.hits.map(hit => (
          <HitView
            key={`${hit.source}:${hit.model.id}`}
            hit={hit}
            actions={actions}
            trans={trans}
          />
        ))}
      </ul>
    </div>
  );
}

/** What was understood as a condition; each can be left out. */
function Constraints(props: {
  constraints: Constraint[];
  model: SearchModel;
  trans: TranslationBundle;
}): ReactElement | null {
  const { constraints, model, trans } = props;
  const without = useStore(model.without);
  const swaps = useStore(model.swaps);
  if (constraints.length + without.length === 0) {
    return null;
  }
  return (
    <div className="jp-HubUnderstood">
      {constraints.length > 0 && (
        <ul className="jp-HubChips" aria-label={trans.__('Understood as')}>
          {constraints.map(constraint => (
            <Chip
              key={constraint.key}
              constraint={constraint}
              among={
                swaps.find(({ chosen }) => chosen === constraint.key)
                  ?.among ?? [constraint.key, ...constraint.alternatives]
              }
              leaveOut={() => model.leaveOut(constraint.key)}
              choose={(key, among) => model.choose(constraint.key, key, among)}
              trans={trans}
            />
          ))}
        </ul>
      )}
      {without.length > 0 && (
        <LinkButton onClick={() => model.putBack()}>
          {trans._n(
            'Put %1 condition back',
            'Put %1 conditions back',
            without.length
          )}
        </LinkButton>
      )}
    </div>
  );
}

interface ChipProps {
  constraint: Constraint;
  /** What it could mean, in the filter language, itself included. */
  among: string[];
  leaveOut: () => void;
  choose: (key: string, among: string[]) => void;
  trans: TranslationBundle;
}

function Chip(props: ChipProps): ReactElement {
  const { constraint, among, leaveOut, trans } = props;
  const { text, met } = constraint;
  return (
    <li className={met ? '' : 'jp-mod-unmet'}>
      {among.length > 1 ? <Choice {...props} /> : said(constraint, trans)}
      {!met && ` – ${trans.__('none fits')}`}
      <button
        type="button"
        aria-label={trans.__('Leave out “%1”', text)}
        title={trans.__('Leave out')}
        onClick={leaveOut}
      >
        ×
      </button>
    </li>
  );
}

function said(constraint: Constraint, trans: TranslationBundle): string {
  const { text, guessed } = constraint;
  return guessed ? trans.__('probably %1', text) : text;
}

/** What was understood, and what it could mean instead. */
function Choice(props: ChipProps): ReactElement {
  const { constraint, among, choose, trans } = props;
  const { key, text } = constraint;
  return (
    <select
      className="jp-HubChips-choice"
      aria-label={trans.__('Understood as “%1”; choose another', text)}
      value={key}
      onChange={event => choose(event.target.value, among)}
    >
      {among.map(each => (
        <option key={each} value={each}>
          {each === key ? said(constraint, trans) : spoken(each)}
        </option>
      ))}
    </select>
  );
}

/** `task:image-to-text` as people say it. */
function spoken(key: string): string {
  return key.slice(key.indexOf(':') + 1).replace(/-/g, ' ');
}

function Examples(props: {
  model: SearchModel;
  trans: TranslationBundle;
}): ReactElement {
  const { model, trans } = props;
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
    </Empty>
  );
}
