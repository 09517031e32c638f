import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import { useState } from 'react';
import type { ProtectedRef, RepoAccess } from '../../api/wire';
import type { SettingsModel } from '../../model/repo/settings';
import { Button } from '../button';
import { SelectField, TextField } from '../field';
import { Form } from '../form';
import { Empty } from '../problem';
import { RefKindField } from './ref-kind';

export interface ProtectionProps {
  settings: SettingsModel;
  access: RepoAccess;
  trans: TranslationBundle;
}

/** Branches and tags that only some may move or delete. */
export function ProtectedRefs(props: ProtectionProps): ReactElement {
  const { settings, access, trans } = props;
  const isAdmin = access.may === 'admin';
  return (
    <>
      {access.protected.length === 0 ? (
        <Empty title={trans.__('None besides main, which stays.')} />
      ) : (
        <ul className="jp-HubCommits" aria-label={trans.__('Protected')}>
          {access.protected.map(one => (
            <li key={one.kind + one.pattern}>
              <div>
                <code>{one.pattern}</code>{' '}
                <span className="jp-HubStatus">{wordsOf(one, trans)}</span>
              </div>
              {isAdmin && (
                <Button
                  onClick={() => void settings.unprotect(one)}
                  label={trans.__('Stop to protect %1', one.pattern)}
                >
                  {trans.__('Stop')}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {isAdmin && <NewProtection {...props} />}
    </>
  );
}

function wordsOf(one: ProtectedRef, trans: TranslationBundle): string {
  const kind = one.kind === 'branch' ? trans.__('branch') : trans.__('tag');
  return one.writers === 'admin'
    ? trans.__('%1, only admins write to it', kind)
    : trans.__('%1, only admins rewrite or delete it', kind);
}

function NewProtection(props: ProtectionProps): ReactElement {
  const { settings, trans } = props;
  const [kind, setKind] = useState<ProtectedRef['kind']>('branch');
  const [pattern, setPattern] = useState('');
  const [writers, setWriters] = useState<ProtectedRef['writers']>('admin');
  const submit = async () => {
    if (await settings.protect({ kind, pattern: pattern.trim(), writers })) {
      setPattern('');
    }
  };
  return (
    <Form inline submit={submit}>
      <RefKindField value={kind} change={setKind} trans={trans} />
      <TextField
        label={trans.__('Name or pattern')}
        value={pattern}
        placeholder={trans.__('release/*')}
        change={setPattern}
        required
      />
      <SelectField
        label={trans.__('Who writes')}
        value={writers}
        options={[
          { value: 'admin', label: trans.__('admins') },
          { value: 'write', label: trans.__('all who may write') }
        ]}
        change={setWriters}
      />
      <Button submit>{trans.__('Protect')}</Button>
    </Form>
  );
}
