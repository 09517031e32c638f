import type { TranslationBundle } from '@jupyterlab/translation';
import type { FormEvent, ReactElement } from 'react';
import { useState } from 'react';
import type { Version } from '../../api/wire';
import { sideOf } from '../../model/diff';
import type { VersionsModel } from '../../model/repo/versions';
import type { Actions } from '../actions';
import { Refusal } from '../answer';
import { Button, LinkButton } from '../button';
import { SelectField, TextField } from '../field';
import { Confirm, Modal } from '../modal';

export interface VersionActionsProps {
  /** Of the model. */
  id: string;
  versions: Version[];
  model: VersionsModel;
  mayWrite: boolean;
  /** Run the notebook of a version again. */
  reproduce: (tag: string) => void;
  actions: Actions;
  trans: TranslationBundle;
}

const ELSEWHERE = '';

/** Choose two versions or branches, or something else entirely, and see what differs. */
export function CompareVersions(
  props: VersionActionsProps & { branches: string[] }
): ReactElement {
  const { id, versions, branches, actions, trans } = props;
  const names = [...versions.map(({ tag }) => tag), ...branches];
  const [after, setAfter] = useState(names[0] ?? '');
  const [before, setBefore] = useState(names[1] ?? ELSEWHERE);
  const [other, setOther] = useState('');
  const options = names.map(value => ({ value, label: value }));
  const side = before === ELSEWHERE ? other.trim() : sideOf(id, before);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    actions.compare(side, sideOf(id, after));
  };
  return (
    <form className="jp-HubBar jp-mod-versions" onSubmit={submit}>
      <SelectField
        bare
        label={trans.__('Compare version')}
        value={before}
        options={[
          ...options,
          { value: ELSEWHERE, label: trans.__('another model…') }
        ]}
        change={setBefore}
      />
      {before === ELSEWHERE && (
        <TextField
          label={trans.__('Model or run')}
          value={other}
          change={setOther}
          placeholder={trans.__('team/digits@v1')}
          required
        />
      )}
      <span aria-hidden>→</span>
      <SelectField
        bare
        label={trans.__('with version')}
        value={after}
        options={options}
        change={setAfter}
      />
      <Button submit disabled={!side || before === after}>
        {trans.__('Compare')}
      </Button>
    </form>
  );
}

type Asking = { is: 'nothing' } | { is: 'rollback' } | { is: 'deprecate' };

/** What can be done with one version. */
export function VersionButtons(
  props: VersionActionsProps & { version: Version }
): ReactElement | null {
  const { version, model, mayWrite, reproduce, trans } = props;
  const [asking, setAsking] = useState<Asking>({ is: 'nothing' });
  const close = () => setAsking({ is: 'nothing' });
  if (!mayWrite) {
    return null;
  }
  return (
    <div className="jp-HubVersion-actions">
      <LinkButton
        onClick={() => setAsking({ is: 'rollback' })}
        label={trans.__('Go back to version %1', version.tag)}
      >
        {trans.__('Go back…')}
      </LinkButton>
      <LinkButton
        onClick={() => reproduce(version.tag)}
        label={trans.__('Reproduce version %1', version.tag)}
        title={trans.__('Run its notebook again and compare the metrics')}
      >
        {trans.__('Reproduce')}
      </LinkButton>
      {version.deprecated ? (
        <LinkButton
          onClick={() => void model.lift(version.tag)}
          label={trans.__('Warn no more of version %1', version.tag)}
        >
          {trans.__('Warn no more')}
        </LinkButton>
      ) : (
        <LinkButton
          onClick={() => setAsking({ is: 'deprecate' })}
          label={trans.__('Deprecate version %1', version.tag)}
        >
          {trans.__('Deprecate…')}
        </LinkButton>
      )}
      {asking.is === 'rollback' && <Rollback {...props} close={close} />}
      {asking.is === 'deprecate' && <Deprecate {...props} close={close} />}
    </div>
  );
}

const AS_VERSION = '';

/** Back to a version: by an alias, or by a new version with the same files. */
function Rollback(
  props: VersionActionsProps & { version: Version; close: () => void }
): ReactElement {
  const { version, versions, model, close, trans } = props;
  const aliases = versions
    .filter(({ tag }) => tag !== version.tag)
    .flatMap(one => one.aliases.map(alias => ({ alias, tag: one.tag })));
  const [alias, setAlias] = useState(aliases[0]?.alias ?? AS_VERSION);
  const led = aliases.find(one => one.alias === alias);
  return (
    <Confirm
      title={trans.__('Go back to %1?', version.tag)}
      action={trans.__('Go back')}
      confirm={() =>
        void model.rollback({ tag: version.tag, alias: alias || null })
      }
      close={close}
      trans={trans}
    >
      <SelectField
        label={trans.__('How')}
        value={alias}
        options={[
          ...aliases.map(one => ({
            value: one.alias,
            label: trans.__('Move %1 back from %2', one.alias, one.tag)
          })),
          { value: AS_VERSION, label: trans.__('Make a new version') }
        ]}
        change={setAlias}
      />
      <p>
        {led
          ? trans.__(
              'Whoever loads by %1 gets %2 from now on instead of %3. Nothing else changes; the move stays in the history.',
              led.alias,
              version.tag,
              led.tag
            )
          : trans.__(
              'A new version with the files of %1 comes on top of main. Nothing is deleted; whoever loads the newest gets it.',
              version.tag
            )}
      </p>
    </Confirm>
  );
}

function Deprecate(
  props: VersionActionsProps & { version: Version; close: () => void }
): ReactElement {
  const { version, versions, model, close, trans } = props;
  const [reason, setReason] = useState('');
  const [instead, setInstead] = useState('');
  const others = versions.filter(one => one.tag !== version.tag);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const asked = { reason: reason.trim(), instead: instead || null };
    if (await model.deprecate(version.tag, asked)) {
      close();
    }
  };
  return (
    <Modal title={trans.__('Deprecate %1', version.tag)} close={close}>
      <form onSubmit={event => void submit(event)}>
        <p>
          {trans.__(
            'Whoever loads this version is told the reason; it can still be loaded.'
          )}
        </p>
        <TextField
          label={trans.__('Reason')}
          value={reason}
          change={setReason}
          required
        />
        <SelectField
          label={trans.__('To take instead')}
          value={instead}
          options={[
            { value: '', label: trans.__('nothing') },
            ...others.map(({ tag }) => ({ value: tag, label: tag }))
          ]}
          change={setInstead}
        />
        <Refusal deed={model.deed} trans={trans} />
        <footer>
          <Button onClick={close}>{trans.__('Cancel')}</Button>
          <Button primary submit>
            {trans.__('Deprecate')}
          </Button>
        </footer>
      </form>
    </Modal>
  );
}
