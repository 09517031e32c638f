import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import { useEffect, useState } from 'react';
import type { Collection, Visibility } from '../../api/wire';
import type { CollectionsModel } from '../../model/collections';
import type { Actions } from '../actions';
import { AnsweredList, Refusal } from '../answer';
import { Button } from '../button';
import { AreaField, Section, SelectField, TextField } from '../field';
import { Form } from '../form';
import { whenText } from '../format';
import { Confirm, Modal } from '../modal';
import { Empty } from '../problem';
import { CollectionItems } from './collection-items';

export interface CollectionsProps {
  model: CollectionsModel;
  actions: Actions;
  trans: TranslationBundle;
}

/** Repos that people put together, with notes. */
export function Collections(props: CollectionsProps): ReactElement {
  const { model, trans } = props;
  useEffect(() => model.refresh(), [model]);
  return (
    <>
      <Refusal deed={model.deed} trans={trans} />
      <AnsweredList
        asked={model.pages}
        label={trans.__('Collections')}
        busy={trans.__('Loading collections')}
        className="jp-HubCollections"
        retry={() => model.refresh()}
        rows={({ collections }) =>
          collections.map(one => (
            <One key={one.slug} {...props} collection={one} />
          ))
        }
        empty={
          <Empty title={trans.__('No collections yet.')}>
            <p>
              {trans.__(
                'Put models, datasets and papers together that belong together.'
              )}
            </p>
          </Empty>
        }
        more={({ hasMore }) =>
          hasMore && (
            <Button onClick={() => model.more()}>
              {trans.__('Show more')}
            </Button>
          )
        }
        trans={trans}
      />
      <Section title={trans.__('New collection')}>
        <CollectionForm
          action={trans.__('Create collection')}
          save={model.create.bind(model)}
          trans={trans}
        />
      </Section>
    </>
  );
}

function One(
  props: CollectionsProps & { collection: Collection }
): ReactElement {
  const { model, collection, trans } = props;
  const { namespace, title, description, visibility, updatedAt } = collection;
  const [asking, setAsking] = useState<'edit' | 'delete' | null>(null);
  const close = () => setAsking(null);
  return (
    <li>
      <section
        aria-label={title}
        className={`jp-HubCollection jp-mod-${collection.theme}`}
      >
        <div className="jp-HubBar">
          <h2>{title}</h2>
          {visibility === 'private' && (
            <span className="jp-HubBadge">{trans.__('private')}</span>
          )}
          <span className="jp-HubStatus">
            {namespace} · {whenText(updatedAt)}
          </span>
          {collection.mayChange && (
            <>
              <Button
                onClick={() => setAsking('edit')}
                label={trans.__('Edit %1…', title)}
              >
                {trans.__('Edit…')}
              </Button>
              <Button
                onClick={() => setAsking('delete')}
                label={trans.__('Delete %1…', title)}
              >
                {trans.__('Delete…')}
              </Button>
            </>
          )}
        </div>
        {description && <p>{description}</p>}
        <CollectionItems {...props} />
      </section>
      {asking === 'edit' && (
        <Modal title={trans.__('Edit the collection')} close={close}>
          <CollectionForm
            collection={collection}
            action={trans.__('Save')}
            save={async change => {
              const done = await model.change(collection, change);
              close();
              return done;
            }}
            trans={trans}
          />
        </Modal>
      )}
      {asking === 'delete' && (
        <Confirm
          title={trans.__('Delete %1?', title)}
          action={trans.__('Delete')}
          confirm={() => void model.remove(collection)}
          close={close}
          trans={trans}
        >
          <p>{trans.__('What is in it stays where it is.')}</p>
        </Confirm>
      )}
    </li>
  );
}

type Said = { title: string; description: string; visibility: Visibility };

function CollectionForm(props: {
  /** The one that is changed; none: a new one. */
  collection?: Collection;
  action: string;
  save: (said: Said) => Promise<boolean>;
  trans: TranslationBundle;
}): ReactElement {
  const { collection, action, save, trans } = props;
  const [title, setTitle] = useState(collection?.title ?? '');
  const [description, setDescription] = useState(collection?.description ?? '');
  const [visibility, setVisibility] = useState<Visibility>(
    collection?.visibility ?? 'public'
  );
  const submit = async () => {
    const said = { title: title.trim(), description, visibility };
    if ((await save(said)) && !collection) {
      setTitle('');
      setDescription('');
    }
  };
  return (
    <Form submit={submit}>
      <TextField
        label={trans.__('Title')}
        value={title}
        change={setTitle}
        required
      />
      <AreaField
        label={trans.__('What is it about?')}
        rows={2}
        value={description}
        change={setDescription}
      />
      <SelectField<Visibility>
        label={trans.__('Visibility')}
        value={visibility}
        options={[
          { value: 'public', label: trans.__('Public: all see it') },
          { value: 'private', label: trans.__('Private: members only') }
        ]}
        change={setVisibility}
      />
      <div>
        <Button primary submit>
          {action}
        </Button>
      </div>
    </Form>
  );
}
