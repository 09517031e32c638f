import type { TranslationBundle } from '@jupyterlab/translation';
import type { FormEvent, ReactElement } from 'react';
import { useState } from 'react';
import type { RepoKind, RepoRequest, Visibility } from '../api/wire';
import { Deed } from '../model/deed';
import { Refusal } from './answer';
import { Button } from './button';
import { SelectField, TextField } from './field';

export interface NewRepoProps {
  create: (kind: RepoKind, request: RepoRequest) => Promise<void>;
  close: () => void;
  trans: TranslationBundle;
}

/** Makes a model, a dataset or a space that has no files yet. */
export function NewRepo(props: NewRepoProps): ReactElement {
  const { create, close, trans } = props;
  const [kind, setKind] = useState<RepoKind>('model');
  const [name, setName] = useState('');
  const [visibility, setVisibility] = useState<Visibility>('public');
  const [deed] = useState(() => new Deed());
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const request = { name: name.trim(), visibility };
    if (await deed.run(() => create(kind, request))) {
      close();
    }
  };
  return (
    <form onSubmit={event => void submit(event)}>
      <SelectField
        label={trans.__('Kind')}
        value={kind}
        options={[
          { value: 'model', label: trans.__('Model') },
          { value: 'dataset', label: trans.__('Dataset') },
          { value: 'space', label: trans.__('Space') }
        ]}
        change={setKind}
      />
      <TextField
        label={trans.__('Name')}
        value={name}
        placeholder={trans.__('team/digits')}
        change={setName}
        required
      />
      <SelectField
        label={trans.__('Visibility')}
        value={visibility}
        options={[
          { value: 'public', label: trans.__('Public: all see it') },
          { value: 'private', label: trans.__('Private: members only') }
        ]}
        change={setVisibility}
      />
      <Refusal deed={deed} trans={trans} />
      <footer>
        <Button onClick={close}>{trans.__('Cancel')}</Button>
        <Button primary submit>
          {trans.__('Create')}
        </Button>
      </footer>
    </form>
  );
}
