import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import { useEffect, useState } from 'react';
import type { Webhook, WebhookDelivery } from '../../api/wire';
import type { WebhooksModel } from '../../model/webhooks';
import { AnsweredList, Refusal } from '../answer';
import { Button } from '../button';
import { Section } from '../field';
import { exactText, whenText } from '../format';
import { Confirm, Modal } from '../modal';
import { Empty } from '../problem';
import { useStore } from '../use-store';
import { WebhookForm } from './webhook-form';

export interface WebhooksProps {
  model: WebhooksModel;
  trans: TranslationBundle;
}

/** Addresses that are told what happens in repos. */
export function Webhooks(props: WebhooksProps): ReactElement {
  const { model, trans } = props;
  useEffect(() => model.refresh(), [model]);
  return (
    <>
      <p>
        {trans.__(
          'A webhook tells an address of yours what happens in repos: new commits, settings, discussions. It hears only of what you may read.'
        )}
      </p>
      <Refusal deed={model.deed} trans={trans} />
      <AnsweredList
        asked={model.webhooks}
        label={trans.__('Webhooks')}
        busy={trans.__('Loading webhooks')}
        className="jp-HubCommits"
        retry={() => model.refresh()}
        rows={webhooks =>
          webhooks.map(one => <Row key={one.id} {...props} webhook={one} />)
        }
        empty={<Empty title={trans.__('No webhooks yet.')} />}
        trans={trans}
      />
      <Section title={trans.__('New webhook')}>
        <WebhookForm
          action={trans.__('Add webhook')}
          save={wish => model.create(wish)}
          trans={trans}
        />
      </Section>
    </>
  );
}

function Row(props: WebhooksProps & { webhook: Webhook }): ReactElement {
  const { model, webhook, trans } = props;
  const { id, url, watched, domains, disabled, hasSecret } = webhook;
  const shown = useStore(model.shown);
  const [asking, setAsking] = useState<'edit' | 'delete' | null>(null);
  const close = () => setAsking(null);
  return (
    <li className="jp-HubWebhook">
      <div>
        <b>{url}</b>{' '}
        {disabled && <span className="jp-HubBadge">{trans.__('silent')}</span>}
        {hasSecret && <span className="jp-HubBadge">{trans.__('signed')}</span>}
        <p className="jp-HubStatus">
          {watched.map(({ type, name }) => `${type} ${name}`).join(', ')} ·{' '}
          {domains.join(', ')}
        </p>
      </div>
      <Button
        onClick={() => model.show(shown === id ? null : id)}
        label={trans.__('What %1 was told', url)}
      >
        {shown === id ? trans.__('Hide') : trans.__('Deliveries')}
      </Button>
      <Button
        onClick={() => void model.change(id, { disabled: !disabled })}
        label={
          disabled
            ? trans.__('Let %1 speak', url)
            : trans.__('Let %1 be silent', url)
        }
      >
        {disabled ? trans.__('Enable') : trans.__('Disable')}
      </Button>
      <Button
        onClick={() => setAsking('edit')}
        label={trans.__('Edit %1…', url)}
      >
        {trans.__('Edit…')}
      </Button>
      <Button
        onClick={() => setAsking('delete')}
        label={trans.__('Delete %1…', url)}
      >
        {trans.__('Delete…')}
      </Button>
      {shown === id && <Deliveries {...props} />}
      {asking === 'edit' && (
        <Modal title={trans.__('Edit the webhook')} close={close}>
          <WebhookForm
            webhook={webhook}
            action={trans.__('Save')}
            save={async wish => {
              const done = await model.change(id, wish);
              close();
              return done;
            }}
            trans={trans}
          />
        </Modal>
      )}
      {asking === 'delete' && (
        <Confirm
          title={trans.__('Delete this webhook?')}
          action={trans.__('Delete')}
          confirm={() => void model.remove(id)}
          close={close}
          trans={trans}
        >
          <p>{trans.__('What it was told is forgotten, too.')}</p>
        </Confirm>
      )}
    </li>
  );
}

function Deliveries(props: WebhooksProps & { webhook: Webhook }): ReactElement {
  const { model, webhook, trans } = props;
  return (
    <div className="jp-HubDeliveries">
      <AnsweredList
        asked={model.deliveries}
        label={trans.__('Deliveries')}
        busy={trans.__('Loading deliveries')}
        retry={() => model.show(webhook.id)}
        rows={deliveries =>
          deliveries.map(one => (
            <OneDelivery key={one.id} {...props} delivery={one} />
          ))
        }
        empty={<Empty title={trans.__('It was told nothing yet.')} />}
        trans={trans}
      />
    </div>
  );
}

function OneDelivery(
  props: WebhooksProps & { webhook: Webhook; delivery: WebhookDelivery }
): ReactElement {
  const { model, webhook, delivery, trans } = props;
  const { id, status, attempts, answer, event, repo, createdAt } = delivery;
  const word = {
    waiting: trans.__('waits'),
    done: trans.__('delivered'),
    failed: trans.__('given up')
  }[status];
  return (
    <li>
      <details>
        <summary>
          <span className={`jp-HubBadge jp-HubDelivery jp-mod-${status}`}>
            {word}
          </span>{' '}
          {event} · {repo} ·{' '}
          <time dateTime={createdAt} title={exactText(createdAt)}>
            {whenText(createdAt)}
          </time>
        </summary>
        <p className="jp-HubStatus">
          {trans._n('%1 attempt', '%1 attempts', attempts)}
          {answer && ` · ${answer}`}
          {delivery.nextAt &&
            ` · ${trans.__('next one at %1', exactText(delivery.nextAt))}`}
        </p>
        <pre>
          <code>{delivery.payload}</code>
        </pre>
      </details>
      <Button
        onClick={() => void model.replay(webhook.id, id)}
        label={trans.__('Send %1 of %2 again', event, repo)}
      >
        {trans.__('Send again')}
      </Button>
    </li>
  );
}
