import type { Extension } from '@codemirror/state';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import { useCallback, useState } from 'react';
import type { CardChoices, CardCompleteness } from '../../api/wire';
import type { CardDraftModel, DraftState } from '../../model/card-draft';
import { Button } from '../button';
import { Section, TextField } from '../field';
import { Markdown } from '../page/card';
import { Busy, Empty, Problem } from '../problem';
import { Tabs } from '../tabs';
import { Avatar } from '../together/avatar';
import { useStore } from '../use-store';
import { FieldRow } from './fields';
import { Source } from './source';

export interface CardEditorProps {
  model: CardDraftModel;
  language: Promise<Extension>;
  rendermime: IRenderMimeRegistry;
  /** Show the page of the repo. */
  openPage: () => void;
  /** Ask whether the draft may go; then close. */
  discard: () => void;
  trans: TranslationBundle;
}

/** A card that several people write: a form for its fields, its text with preview, and what it still lacks. */
export function CardEditor(props: CardEditorProps): ReactElement {
  const { model, trans } = props;
  const state = useStore(model.store);
  const sending = useStore(model.sending);
  if (sending.is === 'sent') {
    return (
      <Empty title={trans.__('The card is written.')}>
        <Button primary onClick={props.openPage}>
          {trans.__('Show %1', model.repo.id)}
        </Button>
      </Empty>
    );
  }
  switch (state.is) {
    case 'opening':
      return <Busy label={trans.__('Opening the draft')} lines={6} />;
    case 'failed':
      return <Problem why={state.why} trans={trans} />;
    case 'ended':
      return (
        <Empty title={trans.__('The draft was committed or thrown away.')}>
          <Button primary onClick={props.openPage}>
            {trans.__('Show %1', model.repo.id)}
          </Button>
        </Empty>
      );
    case 'open':
      return <Open {...props} state={state} />;
  }
}

type OpenProps = CardEditorProps & { state: DraftState & { is: 'open' } };
type View = 'write' | 'preview';

function Open(props: OpenProps): ReactElement {
  const { model, state, language, rendermime, trans } = props;
  const check = useStore(model.check);
  const [view, setView] = useState<View>('write');
  const { shared } = model;
  return (
    <article
      className="jp-HubCardEditor"
      aria-label={trans.__('Card of %1', model.repo.id)}
    >
      <Bar {...props} />
      <div className="jp-HubCardEditor-body">
        <div className="jp-HubCardEditor-side">
          {check && <Meter completeness={check.completeness} trans={trans} />}
          <Form {...props} />
        </div>
        <div className="jp-HubCardEditor-main">
          <Tabs<View>
            label={trans.__('Text of the card')}
            current={view}
            select={setView}
            tabs={[
              { id: 'write', label: trans.__('Write') },
              { id: 'preview', label: trans.__('Preview') }
            ]}
          >
            {check?.problem && (
              <p className="jp-HubProblem" role="status">
                {check.problem}
              </p>
            )}
            {view === 'write' && shared && (
              <Source
                line={shared}
                label={trans.__('Markdown with front matter')}
                language={language}
              />
            )}
            {view === 'preview' && (
              <Markdown
                source={check?.card.markdown ?? state.text}
                rendermime={rendermime}
              />
            )}
          </Tabs>
        </div>
      </div>
    </article>
  );
}

function Bar(props: OpenProps): ReactElement {
  const { model, state, trans } = props;
  const sending = useStore(model.sending);
  const [message, setMessage] = useState('');
  const others = state.people.filter(({ me }) => !me);
  const isStale =
    sending.is === 'refused' && sending.why.code === 'StaleParent';
  return (
    <header className="jp-HubCardEditor-bar">
      <h1>{trans.__('Card of %1', model.repo.id)}</h1>
      <span className="jp-HubCardEditor-people">
        {others.map(here => (
          <Avatar key={here.client} here={here} title={here.displayName} />
        ))}
        <span className="jp-HubStatus" role="status">
          {peopleText(
            others.map(({ displayName }) => displayName),
            state.online,
            trans
          )}
        </span>
      </span>
      <TextField
        label={trans.__('What changes')}
        value={message}
        change={setMessage}
        placeholder={trans.__('Write the card')}
      />
      <Button onClick={() => void model.fillIn()}>
        {trans.__('Fill in what is known')}
      </Button>
      <Button onClick={props.discard}>{trans.__('Discard draft')}</Button>
      <Button
        primary
        disabled={sending.is === 'sending' || !state.online}
        onClick={() => void model.send(message)}
      >
        {trans.__('Commit')}
      </Button>
      <Filled {...props} />
      {sending.is === 'refused' && (
        <div className="jp-HubProblem" role="alert">
          <p>{sending.why.message}</p>
          {isStale && (
            <Button onClick={() => void model.send(message, true)}>
              {trans.__('Replace it')}
            </Button>
          )}
        </div>
      )}
    </header>
  );
}

function Filled(props: OpenProps): ReactElement | null {
  const { model, trans } = props;
  const filled = useStore(model.filled);
  return filled === null ? null : (
    <p className="jp-HubStatus" role="status">
      {filled.length > 0
        ? trans.__('Filled in: %1', filled.join(', '))
        : trans.__('Nothing more is recorded.')}
    </p>
  );
}

function peopleText(
  names: string[],
  online: boolean,
  trans: TranslationBundle
): string {
  if (!online) {
    return trans.__('Not connected; what you write is sent later.');
  }
  return names.length > 0
    ? trans.__('Also here: %1', names.join(', '))
    : trans.__('Everybody sees this draft.');
}

function Form(props: OpenProps): ReactElement {
  const { model, state, trans } = props;
  const form = useStore(model.form);
  const choices = useCallback(
    (what: CardChoices, typed: string) => model.choices(what, typed),
    [model]
  );
  if (!form) {
    return <Busy label={trans.__('Loading the form')} lines={6} />;
  }
  if (!state.fields) {
    return (
      <p className="jp-HubStatus" role="status">
        {trans.__('The front matter cannot be read; mend it in the text.')}
      </p>
    );
  }
  const { fields } = state;
  return (
    <Section title={trans.__('Fields')}>
      {form.fields.map(field => (
        <FieldRow
          key={field.name}
          field={field}
          value={fields[field.name]}
          change={value => model.set(field.name, value)}
          choices={choices}
          trans={trans}
        />
      ))}
    </Section>
  );
}

/** How much of what readers need is said, and what to write next. */
function Meter(props: {
  completeness: CardCompleteness;
  trans: TranslationBundle;
}): ReactElement {
  const { completeness, trans } = props;
  const percent = Math.round(completeness.score * 100);
  return (
    <Section title={trans.__('Completeness')}>
      <meter
        className="jp-HubCardEditor-meter"
        min={0}
        max={100}
        value={percent}
        aria-label={trans.__('Completeness')}
      />
      <span>{trans.__('%1 %', percent)}</span>
      {completeness.missing.length > 0 && (
        <ul className="jp-HubCardEditor-gaps">
          {completeness.missing.slice(0, 6).map(gap => (
            <li key={gap.name}>
              <b>{gap.title}</b> {gap.why}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
