import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import { useEffect, useState } from 'react';
import type { HubToken, NewHubToken } from '../api/wire';
import type { TokensModel } from '../model/tokens';
import { Answered, Refusal } from './answer';
import { Button } from './button';
import { Device } from './device';
import { SelectField, TextField } from './field';
import { Form } from './form';
import { whenText } from './format';
import { Confirm } from './modal';
import { Empty } from './problem';
import { useStore } from './use-store';

export interface TokensProps {
  model: TokensModel;
  copy: (text: string) => void;
  trans: TranslationBundle;
}

type Scope = NonNullable<NewHubToken['scope']>;

const DAYS = ['7', '30', '90', '365', ''] as const;

/** One's tokens: listed, made, revoked. */
export function Tokens(props: TokensProps): ReactElement {
  const { model, trans } = props;
  useEffect(() => {
    model.refresh();
    return () => model.forget();
  }, [model]);
  return (
    <div className="jp-HubTokens">
      <p>
        {trans.__(
          'A token lets a program on another computer act for you: huggingface_hub, git, a script.'
        )}
      </p>
      <Made {...props} />
      <NewToken {...props} />
      <Device model={model} trans={trans} />
      <Refusal deed={model.deed} trans={trans} />
      <Answered
        asked={model.tokens}
        label={trans.__('Loading tokens')}
        retry={() => model.refresh()}
        trans={trans}
      >
        {tokens =>
          tokens.length === 0 ? (
            <Empty title={trans.__('No tokens yet.')} />
          ) : (
            <ul className="jp-HubCommits" aria-label={trans.__('Tokens')}>
              {tokens.map(token => (
                <Row key={token.id} {...props} token={token} />
              ))}
            </ul>
          )
        }
      </Answered>
    </div>
  );
}

/** The new token, once. */
function Made(props: TokensProps): ReactElement {
  const { model, copy, trans } = props;
  const made = useStore(model.made);
  return (
    <div role="status">
      {made && (
        <div className="jp-HubMade">
          <p>
            {trans.__(
              'Copy the token “%1” now; it is not shown again.',
              made.about.name
            )}
          </p>
          <pre>
            <code>{made.token}</code>
          </pre>
          <Button primary onClick={() => copy(made.token)}>
            {trans.__('Copy token')}
          </Button>
        </div>
      )}
    </div>
  );
}

function NewToken(props: TokensProps): ReactElement {
  const { model, trans } = props;
  const [name, setName] = useState('');
  const [scope, setScope] = useState<Scope>('read');
  const [days, setDays] = useState<(typeof DAYS)[number]>('90');
  const submit = async () => {
    const expiresInDays = days ? Number(days) : null;
    if (await model.create({ name: name.trim(), scope, expiresInDays })) {
      setName('');
    }
  };
  return (
    <Form inline submit={submit}>
      <TextField
        label={trans.__('What is it for?')}
        value={name}
        change={setName}
        required
      />
      <SelectField
        label={trans.__('May')}
        value={scope}
        options={[
          { value: 'read', label: trans.__('read') },
          { value: 'write', label: trans.__('read and write') }
        ]}
        change={setScope}
      />
      <SelectField
        label={trans.__('Ends')}
        value={days}
        options={DAYS.map(value => ({
          value,
          label: value
            ? trans.__('in %1 days', value)
            : trans.__('when revoked')
        }))}
        change={setDays}
      />
      <Button primary submit>
        {trans.__('Create token')}
      </Button>
    </Form>
  );
}

function Row(props: TokensProps & { token: HubToken }): ReactElement {
  const { model, token, trans } = props;
  const { name, scope, expiresAt, lastUsedAt } = token;
  const [isAsking, setAsking] = useState(false);
  return (
    <li>
      <div>
        <b>{name}</b> <span className="jp-HubBadge">{scope}</span>
        <p className="jp-HubStatus">
          {lastUsedAt
            ? trans.__('used %1', whenText(lastUsedAt))
            : trans.__('never used')}{' '}
          ·{' '}
          {expiresAt
            ? trans.__('ends %1', new Date(expiresAt).toLocaleDateString())
            : trans.__('ends when revoked')}
        </p>
      </div>
      <Button
        onClick={() => setAsking(true)}
        label={trans.__('Revoke %1…', name)}
      >
        {trans.__('Revoke…')}
      </Button>
      {isAsking && (
        <Confirm
          title={trans.__('Revoke %1?', name)}
          action={trans.__('Revoke')}
          confirm={() => void model.revoke(token)}
          close={() => setAsking(false)}
          trans={trans}
        >
          <p>{trans.__('Programs that use it are refused from now on.')}</p>
        </Confirm>
      )}
    </li>
  );
}
