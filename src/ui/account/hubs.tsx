import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import { useEffect, useState } from 'react';
import type { OtherHub } from '../../api/wire';
import type { OtherHubsModel } from '../../model/upstreams';
import { Answered, Refusal } from '../answer';
import { Button } from '../button';
import { TextField } from '../field';
import { Form } from '../form';
import { sizeText } from '../format';
import { Confirm } from '../modal';
import { Empty } from '../problem';

export interface OtherHubsProps {
  model: OtherHubsModel;
  trans: TranslationBundle;
}

/** The hubs that are read through, and one's own tokens for them. */
export function OtherHubs(props: OtherHubsProps): ReactElement {
  const { model, trans } = props;
  useEffect(() => model.refresh(), [model]);
  return (
    <>
      <p>
        {trans.__(
          'Models and datasets that this hub does not have are read from these hubs. With a token of yours you also get what only you may read there; it is used for you alone, and nobody can read it again.'
        )}
      </p>
      <Refusal deed={model.deed} trans={trans} />
      <Answered
        asked={model.hubs}
        label={trans.__('Loading the other hubs')}
        retry={() => model.refresh()}
        trans={trans}
      >
        {({ upstreams, offline, keptBytes, limitBytes }) => (
          <>
            {offline && (
              <p className="jp-HubStatus">
                {trans.__(
                  'This hub is offline: it asks none of them, and serves what it has read before.'
                )}
              </p>
            )}
            {upstreams.length === 0 ? (
              <Empty title={trans.__('This hub reads from no other one.')} />
            ) : (
              <ul className="jp-HubCommits" aria-label={trans.__('Other hubs')}>
                {upstreams.map(hub => (
                  <Row key={hub.url} {...props} hub={hub} />
                ))}
              </ul>
            )}
            <p className="jp-HubStatus">
              {limitBytes
                ? trans.__(
                    'Their files take %1 of at most %2 here; what nobody read for longest goes first.',
                    sizeText(keptBytes),
                    sizeText(limitBytes)
                  )
                : trans.__('Their files take %1 here.', sizeText(keptBytes))}
            </p>
          </>
        )}
      </Answered>
    </>
  );
}

function Row(props: OtherHubsProps & { hub: OtherHub }): ReactElement {
  const { model, hub, trans } = props;
  const [isAsking, setAsking] = useState(false);
  return (
    <li>
      <div>
        <b>{hub.url}</b>{' '}
        {hub.hasToken && (
          <span className="jp-HubBadge">{trans.__('your token is kept')}</span>
        )}
        <TokenForm {...props} />
      </div>
      {hub.hasToken && (
        <Button
          onClick={() => setAsking(true)}
          label={trans.__('Forget the token for %1…', hub.url)}
        >
          {trans.__('Forget…')}
        </Button>
      )}
      {isAsking && (
        <Confirm
          title={trans.__('Forget your token?')}
          action={trans.__('Forget')}
          confirm={() => void model.forget(hub.url)}
          close={() => setAsking(false)}
          trans={trans}
        >
          <p>
            {trans.__(
              'What was read with it from %1 is forgotten, too.',
              hub.url
            )}
          </p>
        </Confirm>
      )}
    </li>
  );
}

function TokenForm(props: OtherHubsProps & { hub: OtherHub }): ReactElement {
  const { model, hub, trans } = props;
  const [token, setToken] = useState('');
  const submit = async () => {
    if (await model.keep(hub.url, token.trim())) {
      setToken('');
    }
  };
  return (
    <Form inline submit={submit}>
      <TextField
        label={
          hub.hasToken
            ? trans.__('Another token in its place')
            : trans.__('Your token for it')
        }
        type="password"
        value={token}
        change={setToken}
        required
      />
      <Button submit>{trans.__('Keep')}</Button>
    </Form>
  );
}
