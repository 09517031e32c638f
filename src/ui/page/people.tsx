import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import { useState } from 'react';
import type { AccessRequest, Permission, RequestStatus } from '../../api/wire';
import type { Circle, SettingsModel } from '../../model/repo/settings';
import { Answered } from '../answer';
import { Button } from '../button';
import { SelectField, TextField } from '../field';
import { Form } from '../form';
import { whenText } from '../format';
import { Confirm } from '../modal';
import { Empty } from '../problem';

/** Who asked for the files of a gated repo; to be accepted or rejected. */
export function Requests(props: {
  settings: SettingsModel;
  trans: TranslationBundle;
}): ReactElement {
  const { settings, trans } = props;
  return (
    <Answered
      asked={settings.requests}
      label={trans.__('Loading requests')}
      retry={() => settings.refresh()}
      trans={trans}
    >
      {requests =>
        requests.length === 0 ? (
          <Empty title={trans.__('Nobody has asked yet.')} />
        ) : (
          <ul
            className="jp-HubCommits"
            aria-label={trans.__('Requests for access')}
          >
            {requests.map(request => (
              <Request key={request.user} {...props} request={request} />
            ))}
          </ul>
        )
      }
    </Answered>
  );
}

function Request(props: {
  settings: SettingsModel;
  request: AccessRequest;
  trans: TranslationBundle;
}): ReactElement {
  const { settings, request, trans } = props;
  const { user, displayName, status, message, at } = request;
  const decide = (decided: RequestStatus) =>
    void settings.decide(user, { status: decided });
  const word = {
    pending: trans.__('waits'),
    accepted: trans.__('accepted'),
    rejected: trans.__('rejected')
  }[status];
  return (
    <li>
      <div>
        <b>{displayName}</b>{' '}
        <span className="jp-HubStatus">
          {word} · {whenText(at)}
        </span>
        {message && <p>{message}</p>}
      </div>
      {status !== 'accepted' && (
        <Button
          onClick={() => decide('accepted')}
          label={trans.__('Accept %1', displayName)}
        >
          {trans.__('Accept')}
        </Button>
      )}
      {status !== 'rejected' && (
        <Button
          onClick={() => decide('rejected')}
          label={trans.__('Reject %1', displayName)}
        >
          {trans.__('Reject')}
        </Button>
      )}
    </li>
  );
}

function roles(
  trans: TranslationBundle
): { value: Permission; label: string }[] {
  return [
    { value: 'read', label: trans.__('read') },
    { value: 'write', label: trans.__('write') },
    { value: 'admin', label: trans.__('admin') }
  ];
}

export interface PeopleProps {
  circle: Circle;
  refresh: () => void;
  /** Whether one may change them. */
  may: boolean;
  words: {
    list: string;
    loading: string;
    none: string;
    add: string;
    /** What those lose who are removed. */
    loss: string;
  };
  trans: TranslationBundle;
}

/** People and their roles. */
export function People(props: PeopleProps): ReactElement {
  const { circle, refresh, may, words, trans } = props;
  const [leaving, setLeaving] = useState<string | null>(null);
  return (
    <Answered
      asked={circle.people}
      label={words.loading}
      retry={refresh}
      trans={trans}
    >
      {people => (
        <>
          {people.length === 0 ? (
            <Empty title={words.none} />
          ) : (
            <ul className="jp-HubCommits" aria-label={words.list}>
              {people.map(({ user, role }) => (
                <li key={user}>
                  <div>
                    <b>{user}</b>
                  </div>
                  <SelectField
                    label={trans.__('Role of %1', user)}
                    bare
                    value={role}
                    options={roles(trans)}
                    disabled={!may}
                    change={next => void circle.setRole(user, next)}
                  />
                  {may && (
                    <Button
                      onClick={() => setLeaving(user)}
                      label={trans.__('Remove %1…', user)}
                    >
                      {trans.__('Remove…')}
                    </Button>
                  )}
                </li>
              ))}
            </ul>
          )}
          {may && <NewPerson {...props} />}
          {leaving && (
            <Confirm
              title={trans.__('Remove %1?', leaving)}
              action={trans.__('Remove')}
              confirm={() => void circle.remove(leaving)}
              close={() => setLeaving(null)}
              trans={trans}
            >
              <p>{words.loss}</p>
            </Confirm>
          )}
        </>
      )}
    </Answered>
  );
}

function NewPerson(props: PeopleProps): ReactElement {
  const { circle, words, trans } = props;
  const [user, setUser] = useState('');
  const [role, setRole] = useState<Permission>('write');
  const submit = async () => {
    if (await circle.setRole(user.trim(), role)) {
      setUser('');
    }
  };
  return (
    <Form inline submit={submit}>
      <TextField
        label={trans.__('User name')}
        value={user}
        change={setUser}
        required
      />
      <SelectField
        label={trans.__('Role')}
        value={role}
        options={roles(trans)}
        change={setRole}
      />
      <Button submit>{words.add}</Button>
    </Form>
  );
}
