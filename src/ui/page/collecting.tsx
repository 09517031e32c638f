import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import { useEffect, useState } from 'react';
import type { CollectingModel } from '../../model/repo/collecting';
import { Answered, Refusal } from '../answer';
import { Button } from '../button';
import { TextField } from '../field';
import { Form } from '../form';
import { Modal } from '../modal';

export interface CollectingProps {
  model: CollectingModel;
  /** The name of the repo. */
  id: string;
  trans: TranslationBundle;
}

/** Puts a repo into collections, and takes it out again. */
export function Collecting(props: CollectingProps): ReactElement {
  const { model, id, trans } = props;
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <>
      <Button
        onClick={() => setOpen(true)}
        title={trans.__('Put it together with others that belong to it')}
      >
        {trans.__('Add to collection…')}
      </Button>
      {open && (
        <Modal title={trans.__('Collections with %1', id)} close={close}>
          <CollectingChoice model={model} trans={trans} />
          <footer>
            <Button onClick={close}>{trans.__('Close')}</Button>
          </footer>
        </Modal>
      )}
    </>
  );
}

/** The collections that one may change, those with the repo ticked; and a new one. */
export function CollectingChoice(props: {
  model: CollectingModel;
  trans: TranslationBundle;
}): ReactElement {
  const { model, trans } = props;
  const [title, setTitle] = useState('');
  useEffect(() => model.refresh(), [model]);
  const begin = async () => {
    if (await model.begin(title.trim())) {
      setTitle('');
    }
  };
  return (
    <>
      <Refusal deed={model.deed} trans={trans} />
      <Answered
        asked={model.collections}
        label={trans.__('Loading collections')}
        retry={() => model.refresh()}
        trans={trans}
      >
        {collections => (
          <div
            role="group"
            aria-label={trans.__('Collections that you may change')}
          >
            {collections.map(collection => (
              <label key={collection.slug} className="jp-HubCheck">
                <input
                  type="checkbox"
                  checked={model.entry(collection) !== null}
                  onChange={() => void model.toggle(collection)}
                />{' '}
                {collection.title}{' '}
                <span className="jp-HubStatus">{collection.namespace}</span>
              </label>
            ))}
          </div>
        )}
      </Answered>
      <Form inline submit={begin}>
        <TextField
          label={trans.__('Title of a new collection')}
          value={title}
          change={setTitle}
          required
        />
        <Button submit>{trans.__('Create with it')}</Button>
      </Form>
    </>
  );
}
