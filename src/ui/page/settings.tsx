import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import { useState } from 'react';
import type { Gating, RepoAccess, RepoPage, Visibility } from '../../api/wire';
import type { PageModel } from '../../model/page';
import type { Storage } from '../../model/repo/settings';
import type { Actions } from '../actions';
import { Answered, Refusal } from '../answer';
import { Button } from '../button';
import { Section, SelectField, TextField } from '../field';
import { sizeText } from '../format';
import { Confirm } from '../modal';
import { Collaborators, Members } from './circles';
import { Requests } from './people';
import { ProtectedRefs } from './protection';

export interface SettingsProps {
  model: PageModel;
  page: RepoPage;
  actions: Actions;
  trans: TranslationBundle;
}

/** What a repo takes, who may do what, its name, and its end. */
export function Settings(props: SettingsProps): ReactElement {
  const { model, trans } = props;
  const { settings } = model;
  return (
    <Answered
      asked={settings.access}
      label={trans.__('Loading settings')}
      retry={() => settings.refresh()}
      trans={trans}
    >
      {access => {
        const isAdmin = access.may === 'admin';
        return (
          <div className="jp-HubSettings">
            <Refusal deed={settings.deed} trans={trans} />
            <Section title={trans.__('Storage')}>
              <StorageView {...props} />
            </Section>
            <Section title={trans.__('Access')}>
              <AccessView {...props} access={access} />
            </Section>
            {access.may !== 'read' && access.gated !== 'off' && (
              <Section title={trans.__('Requests for access')}>
                <Requests settings={settings} trans={trans} />
              </Section>
            )}
            {access.isOrganization && (
              <Section
                title={trans.__('Members of %1', props.page.repo.namespace)}
              >
                <Members settings={settings} may={isAdmin} trans={trans} />
              </Section>
            )}
            {access.may !== 'read' && (
              <Section title={trans.__('Collaborators')}>
                <Collaborators
                  settings={settings}
                  may={isAdmin}
                  trans={trans}
                />
              </Section>
            )}
            <Section title={trans.__('Protected branches and tags')}>
              <ProtectedRefs
                settings={settings}
                access={access}
                trans={trans}
              />
            </Section>
            {isAdmin && (
              <Section title={trans.__('Rename or delete')}>
                <Ending {...props} />
              </Section>
            )}
          </div>
        );
      }}
    </Answered>
  );
}

function StorageView(props: SettingsProps): ReactElement {
  const { model, trans } = props;
  return (
    <Answered<Storage>
      asked={model.settings.storage}
      label={trans.__('Loading storage')}
      retry={() => model.settings.refresh()}
      trans={trans}
    >
      {({ repo, namespace }) => (
        <dl className="jp-HubFactList">
          <dt>{trans.__('Files of main')}</dt>
          <dd>{sizeText(repo.filesBytes)}</dd>
          <dt>{trans.__('Large files of all versions')}</dt>
          <dd>
            {sizeText(repo.blobsBytes)} (
            {trans._n('%1 file', '%1 files', repo.blobCount)})
          </dd>
          <dt>{trans.__('History')}</dt>
          <dd>{sizeText(repo.historyBytes)}</dd>
          {namespace && (
            <>
              <dt>{trans.__('All of %1', namespace.namespace)}</dt>
              <dd>
                {namespace.quotaBytes === null
                  ? sizeText(namespace.usedBytes)
                  : trans.__(
                      '%1 of %2',
                      sizeText(namespace.usedBytes),
                      sizeText(namespace.quotaBytes)
                    )}
                {namespace.quotaBytes !== null && (
                  <meter
                    aria-label={trans.__('Quota used')}
                    max={Math.max(namespace.quotaBytes, 1)}
                    value={namespace.usedBytes}
                  />
                )}
              </dd>
            </>
          )}
        </dl>
      )}
    </Answered>
  );
}

function AccessView(
  props: SettingsProps & { access: RepoAccess }
): ReactElement {
  const { model, access, trans } = props;
  const isAdmin = access.may === 'admin';
  const [isPublishing, setPublishing] = useState(false);
  const show = (visibility: Visibility) =>
    visibility === 'public'
      ? setPublishing(true)
      : void model.settings.change({ visibility });
  return (
    <div className="jp-HubForm">
      <p className="jp-HubStatus">
        {trans.__('It belongs to %1.', access.owner)} {rightsOf(access, trans)}
      </p>
      <SelectField<Visibility>
        label={trans.__('Visibility')}
        value={access.visibility}
        disabled={!isAdmin}
        options={[
          { value: 'public', label: trans.__('Public: all see it') },
          { value: 'private', label: trans.__('Private: members only') }
        ]}
        change={show}
      />
      {isPublishing && (
        <Confirm
          title={trans.__('Show %1 to all?', access.id)}
          action={trans.__('Make public')}
          confirm={() => void model.settings.change({ visibility: 'public' })}
          close={() => setPublishing(false)}
          trans={trans}
        >
          <p>{trans.__('All versions and discussions become visible, too.')}</p>
        </Confirm>
      )}
      <SelectField<Gating>
        label={trans.__('Files')}
        value={access.gated}
        disabled={!isAdmin}
        options={[
          { value: 'off', label: trans.__('For all who see it') },
          { value: 'auto', label: trans.__('After asking, granted at once') },
          { value: 'manual', label: trans.__('After asking, granted by hand') }
        ]}
        change={gated => void model.settings.change({ gated })}
      />
    </div>
  );
}

function rightsOf({ may }: RepoAccess, trans: TranslationBundle): string {
  return {
    read: trans.__('You may read it.'),
    write: trans.__('You may read and change it.'),
    admin: trans.__('You may change all of it, and these settings.')
  }[may];
}

function Ending(props: SettingsProps): ReactElement {
  const { model, page, actions, trans } = props;
  const { id } = page.repo;
  const [asking, setAsking] = useState<'rename' | 'delete' | null>(null);
  const [name, setName] = useState(id);
  const close = () => setAsking(null);
  const rename = async () => {
    const moved = await model.settings.move(name);
    if (moved) {
      actions.openRepo(model.leaveFor(moved));
    }
  };
  return (
    <div className="jp-HubForm">
      <TextField label={trans.__('Name')} value={name} change={setName} />
      <div className="jp-HubBar">
        <Button
          disabled={name === id || !name}
          onClick={() => setAsking('rename')}
        >
          {trans.__('Rename…')}
        </Button>
        <Button onClick={() => setAsking('delete')}>
          {trans.__('Delete…')}
        </Button>
      </div>
      {asking === 'rename' && (
        <Confirm
          title={trans.__('Rename %1?', id)}
          action={trans.__('Rename')}
          typed={id}
          confirm={() => void rename()}
          close={close}
          trans={trans}
        >
          <p>
            {trans.__(
              'It will be %1. The old name leads to it until somebody takes it.',
              name
            )}
          </p>
        </Confirm>
      )}
      {asking === 'delete' && (
        <Confirm
          title={trans.__('Delete %1?', id)}
          action={trans.__('Delete for ever')}
          typed={id}
          confirm={() => void model.settings.deleteRepo()}
          close={close}
          trans={trans}
        >
          <p>
            {trans.__(
              'All versions, files and discussions go. This cannot be undone.'
            )}
          </p>
        </Confirm>
      )}
    </div>
  );
}
