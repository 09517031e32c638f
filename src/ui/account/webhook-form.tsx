import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import { useState } from 'react';
import type { Watched, Webhook, WebhookWish } from '../../api/wire';
import { Button } from '../button';
import { SelectField, TextField } from '../field';
import { Form } from '../form';

export interface WebhookFormProps {
  /** The one that is changed; none: a new one. */
  webhook?: Webhook;
  action: string;
  save: (wish: WebhookWish) => Promise<boolean>;
  trans: TranslationBundle;
}

const DOMAINS = ['repo', 'discussion'] as const;

/** Where to tell, of what, and signed with which secret. */
export function WebhookForm(props: WebhookFormProps): ReactElement {
  const { webhook, action, save, trans } = props;
  const [url, setUrl] = useState(webhook?.url ?? '');
  const [watched, setWatched] = useState<Watched[]>(webhook?.watched ?? []);
  const [type, setType] = useState<Watched['type']>('org');
  const [name, setName] = useState('');
  const [domains, setDomains] = useState<Webhook['domains']>(
    webhook?.domains ?? [...DOMAINS]
  );
  const [secret, setSecret] = useState('');
  const typed = name.trim() ? [{ type, name: name.trim() }] : [];
  const all = [...watched, ...typed];
  const add = () => {
    setWatched(all);
    setName('');
  };
  const submit = async () => {
    const wish = { url: url.trim(), watched: all, domains };
    if ((await save(secret ? { ...wish, secret } : wish)) && !webhook) {
      setUrl('');
      setWatched([]);
      setName('');
      setSecret('');
    }
  };
  return (
    <Form submit={submit}>
      <TextField
        label={trans.__('Address')}
        placeholder={trans.__('https://example.org/hook')}
        value={url}
        change={setUrl}
        required
      />
      {watched.length > 0 && (
        <ul className="jp-HubChips" aria-label={trans.__('Watched')}>
          {watched.map(one => (
            <li key={`${one.type} ${one.name}`}>
              {one.type} {one.name}{' '}
              <Button
                onClick={() => setWatched(watched.filter(kept => kept !== one))}
                label={trans.__('Watch %1 no more', one.name)}
              >
                ×
              </Button>
            </li>
          ))}
        </ul>
      )}
      <div className="jp-HubBar jp-mod-fields">
        <SelectField<Watched['type']>
          label={trans.__('Watch')}
          value={type}
          options={[
            { value: 'org', label: trans.__('an organization') },
            { value: 'user', label: trans.__('a person') },
            { value: 'model', label: trans.__('a model') },
            { value: 'dataset', label: trans.__('a dataset') },
            { value: 'space', label: trans.__('a space') }
          ]}
          change={setType}
        />
        <TextField
          label={trans.__('Its name')}
          value={name}
          change={setName}
          required={all.length === 0}
        />
        <Button onClick={add} disabled={typed.length === 0}>
          {trans.__('And another')}
        </Button>
      </div>
      <fieldset className="jp-HubBar">
        <legend>{trans.__('Tell of')}</legend>
        {DOMAINS.map(domain => (
          <label key={domain}>
            <input
              type="checkbox"
              checked={domains.includes(domain)}
              onChange={event =>
                setDomains(
                  DOMAINS.filter(one =>
                    one === domain
                      ? event.target.checked
                      : domains.includes(one)
                  )
                )
              }
            />{' '}
            {domain === 'repo'
              ? trans.__('commits and settings')
              : trans.__('discussions')}
          </label>
        ))}
      </fieldset>
      <TextField
        label={
          webhook?.hasSecret
            ? trans.__('Another secret to sign with (empty: it stays)')
            : trans.__('Secret to sign with (optional)')
        }
        type="password"
        value={secret}
        change={setSecret}
      />
      <div>
        <Button primary submit disabled={domains.length === 0}>
          {action}
        </Button>
      </div>
    </Form>
  );
}
