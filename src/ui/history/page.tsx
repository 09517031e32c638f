import type { TranslationBundle } from '@jupyterlab/translation';
import type { FormEvent, ReactElement } from 'react';
import { useState } from 'react';
import type { Change, HistoryModel, Stretch } from '../../model/history';
import { Answered, Refusal } from '../answer';
import { Button, LinkButton } from '../button';
import { Empty } from '../problem';
import { useStore } from '../use-store';
import { When } from '../when';

export interface HistoryProps {
  model: HistoryModel;
  openNow: () => void;
  trans: TranslationBundle;
}

/** What happened to a notebook: who, when, what, and the way back. */
export function HistoryPage(props: HistoryProps): ReactElement {
  const { model, openNow, trans } = props;
  return (
    <article aria-label={trans.__('History of %1', model.path)}>
      <h1>{trans.__('History of %1', model.path.split('/').pop() ?? '')}</h1>
      <p className="jp-HubNote">
        <LinkButton onClick={openNow}>
          {trans.__('Open the notebook')}
        </LinkButton>
        {' · '}
        <LinkButton onClick={() => void model.refresh()}>
          {trans.__('Look again')}
        </LinkButton>
      </p>
      <NamePoint {...props} />
      <Refusal deed={model.deed} trans={trans} />
      <Answered
        asked={model.stretches}
        label={trans.__('Loading')}
        retry={() => void model.refresh()}
        trans={trans}
      >
        {stretches => (
          <div className="jp-HubHistory">
            {stretches.length === 0 ? (
              <Empty
                title={trans.__('Nobody edited this notebook here yet.')}
              />
            ) : (
              <ol
                className="jp-HubHistory-list"
                aria-label={trans.__('Edits, newest first')}
              >
                {stretches.map(stretch => (
                  <Entry key={stretch.number} {...props} stretch={stretch} />
                ))}
              </ol>
            )}
            <Changes {...props} stretches={stretches} />
          </div>
        )}
      </Answered>
    </article>
  );
}

function NamePoint({ model, trans }: HistoryProps): ReactElement {
  const [name, setName] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() && (await model.name(name.trim()))) {
      setName('');
    }
  };
  return (
    <form className="jp-HubHistory-name" onSubmit={event => void submit(event)}>
      <input
        className="jp-HubInput"
        aria-label={trans.__('Name of the notebook as it is now')}
        placeholder={trans.__('Name the notebook as it is now')}
        maxLength={200}
        value={name}
        onChange={({ target }) => setName(target.value)}
      />
      <Button submit disabled={!name.trim()}>
        {trans.__('Keep')}
      </Button>
    </form>
  );
}

/** Who wrote in a stretch; what nobody wrote came from the file or a kernel. */
function authorsOf(stretch: Stretch, trans: TranslationBundle): string {
  const people = stretch.authors.filter(Boolean);
  return people.length ? people.join(', ') : trans.__('The server');
}

function Entry(props: HistoryProps & { stretch: Stretch }): ReactElement {
  const { model, stretch, trans } = props;
  const { number, edits, endedAt, point } = stretch;
  const chosen = useStore(model.chosen) === number;
  return (
    <li aria-current={chosen ? true : undefined}>
      <LinkButton
        onClick={() => void model.choose(number, model.against.state)}
      >
        {authorsOf(stretch, trans)}
      </LinkButton>
      <span className="jp-HubNote">
        <When at={new Date(endedAt * 1000).toISOString()} />
        {' · '}
        {trans._n('%1 edit', '%1 edits', edits)}
      </span>
      {point && (
        <span>
          <span aria-hidden>★</span> <b>{point.name}</b>{' '}
          <LinkButton
            label={trans.__('Take the name “%1” away', point.name)}
            onClick={() => void model.forget(point.number)}
          >
            {trans.__('Remove')}
          </LinkButton>
        </span>
      )}
    </li>
  );
}

function Changes(
  props: HistoryProps & { stretches: Stretch[] }
): ReactElement | null {
  const { model, stretches, trans } = props;
  const chosen = useStore(model.chosen);
  const against = useStore(model.against);
  const stretch = stretches.find(({ number }) => number === chosen);
  if (!stretch) {
    return (
      <p className="jp-HubNote">
        {trans.__('Choose an edit to see what changed.')}
      </p>
    );
  }
  const { number } = stretch;
  const isNow = number === stretches[0]?.number;
  return (
    <section aria-label={trans.__('What changed')} aria-live="polite">
      <p className="jp-HubRun-do">
        <Button
          primary={against === 'before'}
          onClick={() => void model.choose(number, 'before')}
        >
          {trans.__('What this changed')}
        </Button>
        <Button
          primary={against === 'now'}
          disabled={isNow}
          onClick={() => void model.choose(number, 'now')}
        >
          {trans.__('What changed since')}
        </Button>
        <Button
          disabled={isNow}
          title={trans.__(
            'The notebook becomes what it was after this edit; what came since stays in the history'
          )}
          onClick={() => void model.restore(number)}
        >
          {trans.__('Go back to this')}
        </Button>
      </p>
      <Answered
        asked={model.changes}
        label={trans.__('Loading')}
        retry={() => void model.choose(number, against)}
        trans={trans}
      >
        {changes =>
          changes.length === 0 ? (
            <Empty title={trans.__('No difference.')} />
          ) : (
            <>
              {changes.map((change, index) => (
                <ChangeView key={index} change={change} trans={trans} />
              ))}
            </>
          )
        }
      </Answered>
    </section>
  );
}

function ChangeView(props: {
  change: Change;
  trans: TranslationBundle;
}): ReactElement {
  const { change, trans } = props;
  const { what, cell, part, lines } = change;
  const place =
    cell === null ? trans.__('Notebook') : trans.__('Cell %1', cell);
  return (
    <figure>
      <figcaption>
        <b>{place}</b> {part && `${part}: `}
        {what}
      </figcaption>
      <pre className="jp-HubLines" tabIndex={0}>
        {lines.map((line, index) => (
          <span key={index} className={CLASSES[line.charAt(0)]}>
            {line}
            {'\n'}
          </span>
        ))}
      </pre>
    </figure>
  );
}

const CLASSES: Record<string, string> = {
  '+': 'jp-mod-new',
  '-': 'jp-mod-gone'
};
