import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement, ReactNode } from 'react';
import type { RepoHead } from '../../api/wire';
import type { ReposModel } from '../../model/repos';
import type { Actions } from '../actions';
import { AnsweredList } from '../answer';
import { Button, LinkButton } from '../button';
import { exactText, sizeText, whenText } from '../format';
import { KindField } from '../kind-field';
import { Empty } from '../problem';
import { useStore } from '../use-store';

export interface ReposProps {
  repos: ReposModel;
  actions: Actions;
  /** The list of models. */
  children: ReactNode;
  trans: TranslationBundle;
}

/** Models, datasets or spaces; a new one; what is one's own besides. */
export function Repos(props: ReposProps): ReactElement {
  const { repos, actions, children, trans } = props;
  const kind = useStore(repos.kind);
  return (
    <>
      <div className="jp-HubBar">
        <KindField
          label={trans.__('What to list')}
          value={kind}
          change={next => repos.show(next)}
          trans={trans}
        />
        <Button onClick={actions.createRepo}>{trans.__('New…')}</Button>
        <Button
          onClick={actions.openAccount}
          title={trans.__(
            'Collections, other hubs, webhooks and access tokens'
          )}
        >
          {trans.__('Your hub')}
        </Button>
      </div>
      {kind === 'model' ? children : <List {...props} />}
    </>
  );
}

function List(props: ReposProps): ReactElement {
  const { repos, trans } = props;
  return (
    <AnsweredList
      asked={repos.repos}
      label={trans.__('Repos')}
      busy={trans.__('Loading the list')}
      className="jp-HubList"
      retry={() => repos.refresh()}
      rows={list =>
        list.repos.map(repo => <Row key={repo.id} {...props} repo={repo} />)
      }
      empty={
        <Empty title={trans.__('None yet.')}>
          <p>{trans.__('Make one with New…, or push one with git.')}</p>
        </Empty>
      }
      more={list =>
        list.total > list.repos.length && (
          <Button onClick={() => repos.more()}>{trans.__('Show more')}</Button>
        )
      }
      trans={trans}
    />
  );
}

function Row(props: ReposProps & { repo: RepoHead }): ReactElement {
  const { repo, actions, trans } = props;
  const { kind, id, updatedAt } = repo;
  return (
    <li className="jp-HubModel">
      <div className="jp-HubModel-head">
        <LinkButton onClick={() => actions.openRepo({ kind, id })}>
          {id}
        </LinkButton>
        {repo.visibility === 'private' && (
          <span className="jp-HubBadge">{trans.__('private')}</span>
        )}
      </div>
      <p className="jp-HubModel-when">
        {sizeText(repo.sizeBytes)} ·{' '}
        <time dateTime={updatedAt} title={exactText(updatedAt)}>
          {whenText(updatedAt)}
        </time>
      </p>
    </li>
  );
}
