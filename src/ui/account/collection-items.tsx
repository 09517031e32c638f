import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import { useState } from 'react';
import type { Collection, CollectionItem } from '../../api/wire';
import type { CollectionsModel } from '../../model/collections';
import type { Actions } from '../actions';
import { Button, LinkButton } from '../button';
import { SelectField, TextField } from '../field';
import { Form } from '../form';

export interface CollectionItemsProps {
  model: CollectionsModel;
  collection: Collection;
  actions: Actions;
  trans: TranslationBundle;
}

type Kind = CollectionItem['kind'];

/** What is in a collection, in its order. */
export function CollectionItems(props: CollectionItemsProps): ReactElement {
  const { collection, trans } = props;
  return (
    <>
      {collection.items.length === 0 ? (
        <p className="jp-HubStatus">{trans.__('Nothing in it yet.')}</p>
      ) : (
        <ol className="jp-HubCommits">
          {collection.items.map((item, index) => (
            <Row key={item.id} {...props} item={item} index={index} />
          ))}
        </ol>
      )}
      {collection.mayChange && <NewItem {...props} />}
    </>
  );
}

function Row(
  props: CollectionItemsProps & { item: CollectionItem; index: number }
): ReactElement {
  const { model, collection, item, index, actions, trans } = props;
  const { id, kind, name, note } = item;
  const [written, setWritten] = useState<string | null>(null);
  const save = async () => {
    if (await model.note(collection, id, written ?? '')) {
      setWritten(null);
    }
  };
  return (
    <li>
      <div>
        {kind === 'paper' || kind === 'collection' ? (
          <b>{name}</b>
        ) : (
          <LinkButton onClick={() => actions.openRepo({ kind, id: name })}>
            {name}
          </LinkButton>
        )}{' '}
        <span className="jp-HubBadge">{kind}</span>
        {written === null ? (
          note && <p className="jp-HubStatus">{note}</p>
        ) : (
          <Form inline submit={save}>
            <TextField
              label={trans.__('Note on %1', name)}
              value={written}
              change={setWritten}
            />
            <Button submit>{trans.__('Save')}</Button>
            <Button onClick={() => setWritten(null)}>
              {trans.__('Cancel')}
            </Button>
          </Form>
        )}
      </div>
      {collection.mayChange && written === null && (
        <>
          <Button
            onClick={() => setWritten(note ?? '')}
            label={trans.__('Write a note on %1', name)}
          >
            {trans.__('Note…')}
          </Button>
          <Button
            onClick={() => void model.move(collection, id, -1)}
            disabled={index === 0}
            label={trans.__('Move %1 up', name)}
          >
            ↑
          </Button>
          <Button
            onClick={() => void model.move(collection, id, 1)}
            disabled={index === collection.items.length - 1}
            label={trans.__('Move %1 down', name)}
          >
            ↓
          </Button>
          <Button
            onClick={() => void model.drop(collection, id)}
            label={trans.__('Take %1 out', name)}
          >
            ×
          </Button>
        </>
      )}
    </li>
  );
}

function NewItem(props: CollectionItemsProps): ReactElement {
  const { model, collection, trans } = props;
  const [kind, setKind] = useState<Kind>('model');
  const [name, setName] = useState('');
  const [note, setNote] = useState('');
  const submit = async () => {
    const item = { kind, name: name.trim(), note: note.trim() || null };
    if (await model.add(collection, item)) {
      setName('');
      setNote('');
    }
  };
  return (
    <Form inline submit={submit}>
      <SelectField<Kind>
        label={trans.__('Add')}
        value={kind}
        options={[
          { value: 'model', label: trans.__('a model') },
          { value: 'dataset', label: trans.__('a dataset') },
          { value: 'space', label: trans.__('a space') },
          { value: 'paper', label: trans.__('a paper') }
        ]}
        change={setKind}
      />
      <TextField
        label={trans.__('Its name')}
        placeholder={trans.__('team/digits')}
        value={name}
        change={setName}
        required
      />
      <TextField
        label={trans.__('Note (optional)')}
        value={note}
        change={setNote}
      />
      <Button submit>{trans.__('Add')}</Button>
    </Form>
  );
}
