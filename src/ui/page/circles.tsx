import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import type { SettingsModel } from '../../model/repo/settings';
import { People } from './people';

export interface CircleProps {
  settings: SettingsModel;
  /** Whether one may change them. */
  may: boolean;
  trans: TranslationBundle;
}

/** The people of the organization, and their roles in it. */
export function Members(props: CircleProps): ReactElement {
  const { settings, trans } = props;
  return (
    <People
      {...props}
      circle={settings.circle}
      refresh={() => settings.refresh()}
      words={{
        list: trans.__('Members'),
        loading: trans.__('Loading members'),
        none: trans.__('It has no members yet.'),
        add: trans.__('Add member'),
        loss: trans.__('They lose their role in all repos of this name.')
      }}
    />
  );
}

/** The people with a role in this repo alone. */
export function Collaborators(props: CircleProps): ReactElement {
  const { settings, trans } = props;
  return (
    <>
      <p className="jp-HubStatus">
        {trans.__(
          'People with a role in this repo alone, also if it is private.'
        )}
      </p>
      <People
        {...props}
        circle={settings.collaborators}
        refresh={() => settings.refresh()}
        words={{
          list: trans.__('Collaborators'),
          loading: trans.__('Loading collaborators'),
          none: trans.__('Nobody yet.'),
          add: trans.__('Add collaborator'),
          loss: trans.__('They keep what the namespace lets them do.')
        }}
      />
    </>
  );
}
