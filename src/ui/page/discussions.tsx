import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { FormEvent, ReactElement } from 'react';
import { useState } from 'react';
import type { ListedDiscussions } from '../../api/discussions';
import type { DiscussionSummary, RepoPage } from '../../api/wire';
import type { PageModel } from '../../model/page';
import { Answered, Refusal } from '../answer';
import { Button, LinkButton } from '../button';
import { SelectField, TextField } from '../field';
import { exactText, whenText } from '../format';
import { Empty } from '../problem';
import { useStore } from '../use-store';
import { Discussion, statusWord } from './discussion';
import { MarkdownField } from './markdown-field';

export interface DiscussionsProps {
  model: PageModel;
  page: RepoPage;
  rendermime: IRenderMimeRegistry;
  trans: TranslationBundle;
}

/** Discussions and pull requests: listed, read, begun. */
export function Discussions(props: DiscussionsProps): ReactElement {
  const place = useStore(props.model.discussions.place);
  switch (place.is) {
    case 'list':
      return <List {...props} />;
    case 'new':
      return <Opening {...props} />;
    case 'one':
      return <Discussion key={place.number} {...props} />;
  }
}

function List(props: DiscussionsProps): ReactElement {
  const { model, trans } = props;
  const { discussions } = model;
  const status = useStore(discussions.status);
  return (
    <>
      <div className="jp-HubBar">
        <SelectField<ListedDiscussions['status']>
          label={trans.__('Which discussions')}
          bare
          value={status}
          options={[
            { value: 'open', label: trans.__('Open') },
            { value: 'closed', label: trans.__('Closed') },
            { value: 'all', label: trans.__('All') }
          ]}
          change={value => discussions.filter(value)}
        />
        <Button onClick={() => discussions.go({ is: 'new' })}>
          {trans.__('New discussion or pull request')}
        </Button>
      </div>
      <Answered
        asked={discussions.list}
        label={trans.__('Loading discussions')}
        retry={() => discussions.refresh()}
        trans={trans}
      >
        {list =>
          list.discussions.length === 0 ? (
            <Empty title={trans.__('No discussions here.')}>
              <p>{trans.__('Ask a question, or propose a change.')}</p>
            </Empty>
          ) : (
            <>
              <p className="jp-HubStatus">
                {trans.__('%1 open, %2 closed', list.open, list.closed)}
              </p>
              <ul
                className="jp-HubCommits"
                aria-label={trans.__('Discussions')}
              >
                {list.discussions.map(one => (
                  <Row key={one.number} {...props} discussion={one} />
                ))}
              </ul>
              {list.total > list.discussions.length && (
                <Button onClick={() => discussions.more()}>
                  {trans.__('Show more')}
                </Button>
              )}
            </>
          )
        }
      </Answered>
    </>
  );
}

function Row(
  props: DiscussionsProps & { discussion: DiscussionSummary }
): ReactElement {
  const { model, discussion, trans } = props;
  const { number, title, isPullRequest, author, updatedAt } = discussion;
  return (
    <li>
      <div>
        <LinkButton onClick={() => model.discussions.go({ is: 'one', number })}>
          {title}
        </LinkButton>
        <p className="jp-HubStatus">
          {`#${number}`}{' '}
          {isPullRequest ? trans.__('pull request') : trans.__('discussion')} ·{' '}
          {statusWord(discussion.status, trans)} · {author.displayName}{' '}
          <time dateTime={updatedAt} title={exactText(updatedAt)}>
            {whenText(updatedAt)}
          </time>{' '}
          · {trans._n('%1 comment', '%1 comments', discussion.comments)}
        </p>
      </div>
    </li>
  );
}

/** A question, or with a branch a pull request. */
function Opening(props: DiscussionsProps): ReactElement {
  const { model, rendermime, trans } = props;
  const { discussions } = model;
  const refs = useStore(model.refs.refs.store);
  const [title, setTitle] = useState('');
  const [text, setText] = useState('');
  const [branch, setBranch] = useState('');
  const names = refs.is === 'shown' ? refs.value.branches : [];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void (branch
      ? discussions.openPull({ title, text, branch, target: 'main' })
      : discussions.open(title, text));
  };
  return (
    <form className="jp-HubForm" onSubmit={submit}>
      <TextField
        label={trans.__('Title')}
        value={title}
        change={setTitle}
        required
      />
      <MarkdownField
        label={trans.__('Text')}
        value={text}
        change={setText}
        attach={file => discussions.attach(file)}
        rendermime={rendermime}
        trans={trans}
      />
      <SelectField
        label={trans.__('Changes to merge')}
        value={branch}
        options={[
          { value: '', label: trans.__('None: a discussion') },
          ...names
            .filter(({ name }) => name !== 'main')
            .map(({ name }) => ({
              value: name,
              label: trans.__('Branch %1 into main', name)
            }))
        ]}
        change={setBranch}
      />
      <Refusal deed={discussions.deed} trans={trans} />
      <footer className="jp-HubBar">
        <Button onClick={() => discussions.go({ is: 'list' })}>
          {trans.__('Cancel')}
        </Button>
        <Button primary submit>
          {branch ? trans.__('Open pull request') : trans.__('Open discussion')}
        </Button>
      </footer>
    </form>
  );
}
