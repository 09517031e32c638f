import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import { useId, useState } from 'react';
import type { CommitEntry, Comparison } from '../../api/wire';
import type { PageModel } from '../../model/page';
import type { Actions } from '../actions';
import { Answered } from '../answer';
import { Button, LinkButton } from '../button';
import { exactText, whenText } from '../format';
import { useStore } from '../use-store';
import { ComparisonView } from './comparison';

export interface CommitsProps {
  model: PageModel;
  actions: Actions;
  trans: TranslationBundle;
}

/** The history of a revision, or what a commit changed. */
export function Commits(props: CommitsProps): ReactElement {
  const compared = useStore(props.model.history.compared);
  return compared ? <Compared {...props} /> : <History {...props} />;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

function History(props: CommitsProps): ReactElement {
  const { model, trans } = props;
  return (
    <>
      <CompareForm {...props} />
      <Answered
        asked={model.history.history}
        label={trans.__('Loading commits')}
        retry={() => model.history.refresh()}
        trans={trans}
      >
        {({ commits, hasMore }) => (
          <>
            <ol className="jp-HubCommits" aria-label={trans.__('Commits')}>
              {commits.map(commit => (
                <Row key={commit.id} {...props} commit={commit} />
              ))}
            </ol>
            {hasMore && (
              <Button onClick={() => model.history.more()}>
                {trans.__('Show older commits')}
              </Button>
            )}
          </>
        )}
      </Answered>
    </>
  );
}

function Row(props: CommitsProps & { commit: CommitEntry }): ReactElement {
  const { model, actions, commit, trans } = props;
  const short = commit.id.slice(0, 8);
  const browse = () => {
    model.show(commit.id);
    model.open('files');
  };
  return (
    <li>
      <div>
        <LinkButton onClick={() => model.history.compare({ to: commit.id })}>
          {firstLine(commit.message)}
        </LinkButton>
        <Who commit={commit} trans={trans} />
      </div>
      <Button
        onClick={() => actions.copy(commit.id)}
        label={trans.__('Copy commit id %1', short)}
      >
        <code>{short}</code>
      </Button>
      <Button onClick={browse} label={trans.__('Browse files at %1', short)}>
        {trans.__('Files')}
      </Button>
    </li>
  );
}

/** Who made a commit, and when. */
function Who(props: {
  commit: CommitEntry;
  trans: TranslationBundle;
}): ReactElement {
  const { commit, trans } = props;
  return (
    <p className="jp-HubStatus">
      {trans.__('%1 committed', commit.author.displayName)}{' '}
      <time dateTime={commit.at} title={exactText(commit.at)}>
        {whenText(commit.at)}
      </time>
    </p>
  );
}

/** Any two revisions side by side. */
function CompareForm(props: CommitsProps): ReactElement {
  const { model, trans } = props;
  const list = useId();
  const refs = useStore(model.refs.refs.store);
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const names =
    refs.is === 'shown'
      ? [...refs.value.branches, ...refs.value.tags].map(({ name }) => name)
      : [];
  const field = (
    label: string,
    value: string,
    change: (text: string) => void
  ) => (
    <input
      className="jp-HubInput"
      aria-label={label}
      placeholder={label}
      list={list}
      required
      value={value}
      onChange={event => change(event.target.value.trim())}
    />
  );
  return (
    <form
      className="jp-HubBar jp-HubCompare"
      onSubmit={event => {
        event.preventDefault();
        model.history.compare({ from, to });
      }}
    >
      {field(trans.__('From revision'), from, setFrom)}
      <span aria-hidden>→</span>
      {field(trans.__('To revision'), to, setTo)}
      <datalist id={list}>
        {names.map(name => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <Button submit>{trans.__('Compare')}</Button>
    </form>
  );
}

function Compared(props: CommitsProps): ReactElement {
  const { model, trans } = props;
  const { history } = model;
  return (
    <>
      <div className="jp-HubBar">
        <Button onClick={() => history.back()}>{trans.__('← Commits')}</Button>
      </div>
      <Answered
        asked={history.comparison}
        label={trans.__('Loading changes')}
        retry={() => history.back()}
        trans={trans}
      >
        {comparison => (
          <>
            <Title {...props} comparison={comparison} />
            <ComparisonView
              comparison={comparison}
              whole={path => void history.whole(path)}
              trans={trans}
            />
          </>
        )}
      </Answered>
    </>
  );
}

function Title(props: CommitsProps & { comparison: Comparison }): ReactElement {
  const { model, comparison, trans } = props;
  const compared = useStore(model.history.compared);
  const { base, head } = comparison;
  if (compared?.from) {
    return <h2>{trans.__('%1 to %2', compared.from, compared.to)}</h2>;
  }
  const [, ...body] = head.message.split('\n');
  return (
    <div className="jp-HubCommit">
      <h2>{firstLine(head.message)}</h2>
      {body.join('\n').trim() && <pre>{body.join('\n').trim()}</pre>}
      <Who commit={head} trans={trans} />
      <p className="jp-HubStatus">
        <code>{head.id.slice(0, 8)}</code>{' '}
        {base
          ? trans.__('against %1', base.id.slice(0, 8))
          : trans.__('the first commit')}
      </p>
    </div>
  );
}
