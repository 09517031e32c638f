import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import { useState } from 'react';
import type { RefEntry, RepoPage } from '../../api/wire';
import type { PageModel } from '../../model/page';
import { Answered, Refusal } from '../answer';
import { Button, LinkButton } from '../button';
import { Section, TextField } from '../field';
import { Form } from '../form';
import { exactText, whenText } from '../format';
import { Confirm } from '../modal';
import { Empty } from '../problem';
import { RefKindField } from './ref-kind';

export interface RefsProps {
  model: PageModel;
  page: RepoPage;
  trans: TranslationBundle;
}

/** Branches and tags. */
export function Refs(props: RefsProps): ReactElement {
  const { model, page, trans } = props;
  const [deleted, setDeleted] = useState<RefEntry | null>(null);
  const shared = { ...props, deleted: setDeleted };
  return (
    <>
      <p role="status" className="jp-HubBar">
        {deleted && (
          <>
            {trans.__('%1 was deleted.', deleted.name)}{' '}
            <Button
              onClick={() => {
                void model.refs.restore(deleted);
                setDeleted(null);
              }}
            >
              {trans.__('Undo')}
            </Button>
          </>
        )}
      </p>
      <Refusal deed={model.refs.deed} trans={trans} />
      <Answered
        asked={model.refs.refs}
        label={trans.__('Loading branches')}
        retry={() => model.refs.refresh()}
        trans={trans}
      >
        {({ branches, tags }) => (
          <>
            <Section title={trans.__('Branches')}>
              <List {...shared} refs={branches} />
            </Section>
            <Section title={trans.__('Tags')}>
              {tags.length > 0 ? (
                <List {...shared} refs={[...tags].reverse()} />
              ) : (
                <Empty title={trans.__('No tags yet.')} />
              )}
            </Section>
            {page.repo.may !== 'read' && (
              <Section title={trans.__('New branch or tag')}>
                <NewRef {...props} />
              </Section>
            )}
          </>
        )}
      </Answered>
    </>
  );
}

function List(
  props: RefsProps & { refs: RefEntry[]; deleted: (ref: RefEntry) => void }
): ReactElement {
  return (
    <ul className="jp-HubCommits">
      {props.refs.map(ref => (
        <Row key={ref.name} {...props} entry={ref} />
      ))}
    </ul>
  );
}

function Row(
  props: RefsProps & { entry: RefEntry; deleted: (ref: RefEntry) => void }
): ReactElement {
  const { model, page, entry, deleted, trans } = props;
  const [isAsking, setAsking] = useState(false);
  const browse = () => {
    model.show(entry.name);
    model.open('files');
  };
  const remove = async () => {
    if (await model.refs.delete(entry)) {
      deleted(entry);
    }
  };
  return (
    <li>
      <div>
        <LinkButton onClick={browse}>{entry.name}</LinkButton>{' '}
        {entry.isProtected && (
          <span className="jp-HubBadge">{trans.__('protected')}</span>
        )}
        <p className="jp-HubStatus">
          <code>{entry.commit.slice(0, 8)}</code>{' '}
          {entry.message.split('\n', 1)[0]} · {entry.author}{' '}
          <time dateTime={entry.at} title={exactText(entry.at)}>
            {whenText(entry.at)}
          </time>
        </p>
      </div>
      {page.repo.may !== 'read' && entry.name !== 'main' && (
        <Button
          onClick={() => setAsking(true)}
          label={trans.__('Delete %1…', entry.name)}
        >
          {trans.__('Delete…')}
        </Button>
      )}
      {isAsking && (
        <Confirm
          title={trans.__('Delete %1?', entry.name)}
          action={trans.__('Delete')}
          confirm={() => void remove()}
          close={() => setAsking(false)}
          trans={trans}
        >
          <p>
            {entry.kind === 'branch'
              ? trans.__(
                  'Commits that no other branch or tag has will be collected later.'
                )
              : trans.__('Code that names this version will not find it.')}
          </p>
        </Confirm>
      )}
    </li>
  );
}

function NewRef(props: RefsProps): ReactElement {
  const { model, trans } = props;
  const [kind, setKind] = useState<RefEntry['kind']>('branch');
  const [name, setName] = useState('');
  const [start, setStart] = useState(model.revision.state ?? 'main');
  const [message, setMessage] = useState('');
  const submit = async () => {
    if (await model.refs.create({ kind, name, start, message })) {
      setName('');
      setMessage('');
    }
  };
  return (
    <Form submit={submit}>
      <RefKindField value={kind} change={setKind} trans={trans} />
      <TextField
        label={trans.__('Name')}
        value={name}
        change={setName}
        required
      />
      <TextField
        label={trans.__('Starts at')}
        value={start}
        change={setStart}
        required
      />
      {kind === 'tag' && (
        <TextField
          label={trans.__('Message')}
          value={message}
          change={setMessage}
        />
      )}
      <Button primary submit>
        {trans.__('Create')}
      </Button>
    </Form>
  );
}
