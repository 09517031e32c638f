import { ReactWidget } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import { useState } from 'react';
import type { NotebookRole, RolesSeen } from '../../api/wire';
import { Button } from '../button';

export interface Given {
  people: { [name: string]: NotebookRole };
  others: NotebookRole;
}

const ROLES: NotebookRole[] = [
  'owner',
  'editor',
  'runner',
  'commenter',
  'viewer'
];

/** What the dialog begins with: the roles that were given, or everybody an editor. */
export function begun({ roles }: RolesSeen): Given {
  return { people: roles?.people ?? {}, others: roles?.others ?? 'editor' };
}

/** The user whom somebody means who typed *text*: a user name, or the display name of one person. */
function userOf(text: string, { people }: RolesSeen): string {
  const typed = text.trim();
  const called = Object.keys(people).filter(user => people[user] === typed);
  const [only] = called;
  return only !== undefined && called.length === 1 && !(typed in people)
    ? only
    : typed;
}

/** *given*, with *user* as one who reads, if there is no role for them yet. */
function withPerson(given: Given, user: string): Given {
  return user && !(user in given.people)
    ? { ...given, people: { ...given.people, [user]: 'viewer' } }
    : given;
}

function roleName(role: NotebookRole, trans: TranslationBundle): string {
  switch (role) {
    case 'owner':
      return trans.__('Owner: also gives roles');
    case 'editor':
      return trans.__('Editor: also changes cells');
    case 'runner':
      return trans.__('Runner: also runs cells');
    case 'commenter':
      return trans.__('Commenter: also comments and suggests');
    case 'viewer':
      return trans.__('Viewer: reads');
  }
}

export interface RolesFormProps {
  seen: RolesSeen;
  changed: (given: Given) => void;
  trans: TranslationBundle;
}

/** Who may do what with a notebook. */
export function RolesForm(props: RolesFormProps): ReactElement {
  const { seen, changed, trans } = props;
  const [given, setGiven] = useState(begun(seen));
  const [name, setName] = useState('');
  const pending = userOf(name, seen);
  const set = (next: Given, typed: string) => {
    setGiven(next);
    setName(typed);
    changed(withPerson(next, userOf(typed, seen)));
  };
  const add = () => set(withPerson(given, pending), '');
  const display = (user: string) => seen.people[user] ?? user;
  const unnamed = Object.keys(seen.people).filter(
    user => !(user in given.people)
  );
  return (
    <div className="jp-HubRoles">
      {!seen.roles && (
        <p>
          {trans.__(
            'Everybody may edit this notebook. Who gives the first role becomes its owner.'
          )}
        </p>
      )}
      {!seen.mayChange && (
        <p>{trans.__('Only an owner of this notebook can change this.')}</p>
      )}
      <table>
        <caption className="jp-HubHidden">{trans.__('Roles')}</caption>
        <tbody>
          {Object.entries(given.people).map(([user, role]) => (
            <tr key={user}>
              <th scope="row">{display(user)}</th>
              <td>
                <RoleSelect
                  label={trans.__('Role of %1', display(user))}
                  role={role}
                  disabled={!seen.mayChange}
                  choose={next =>
                    set(
                      {
                        ...given,
                        people: { ...given.people, [user]: next }
                      },
                      name
                    )
                  }
                  roles={ROLES}
                  trans={trans}
                />
              </td>
            </tr>
          ))}
          <tr>
            <th scope="row">{trans.__('Everybody else')}</th>
            <td>
              <RoleSelect
                label={trans.__('Role of everybody else')}
                role={given.others}
                disabled={!seen.mayChange}
                choose={others => set({ ...given, others }, name)}
                roles={ROLES.filter(role => role !== 'owner')}
                trans={trans}
              />
            </td>
          </tr>
        </tbody>
      </table>
      {seen.mayChange && (
        <p>
          <label>
            {trans.__('Add a person')}{' '}
            <input
              list="jp-hub-roles-people"
              value={name}
              onChange={({ target }) => set(given, target.value)}
              onKeyDown={event => {
                // Enter adds; it does not end the dialog.
                if (event.key === 'Enter' && pending) {
                  event.preventDefault();
                  event.stopPropagation();
                  add();
                }
              }}
            />
          </label>{' '}
          <datalist id="jp-hub-roles-people">
            {unnamed.map(user => (
              <option key={user} value={user}>
                {display(user)}
              </option>
            ))}
          </datalist>
          <Button disabled={!pending} onClick={add}>
            {trans.__('Add')}
          </Button>
        </p>
      )}
      <p className="jp-HubNote" role="status">
        {pending &&
          !(pending in given.people) &&
          trans.__('%1 is added as a viewer when you save.', display(pending))}
      </p>
    </div>
  );
}

function RoleSelect(props: {
  label: string;
  role: NotebookRole;
  roles: NotebookRole[];
  disabled: boolean;
  choose: (role: NotebookRole) => void;
  trans: TranslationBundle;
}): ReactElement {
  const { label, role, roles, disabled, choose, trans } = props;
  return (
    <select
      aria-label={label}
      value={role}
      disabled={disabled}
      onChange={({ target }) => {
        const chosen = roles.find(one => one === target.value);
        if (chosen) {
          choose(chosen);
        }
      }}
    >
      {roles.map(one => (
        <option key={one} value={one}>
          {roleName(one, trans)}
        </option>
      ))}
    </select>
  );
}

/** The form as a dialog's body; `getValue` gives what was chosen. */
export class RolesBody extends ReactWidget {
  constructor(
    private readonly seen: RolesSeen,
    private readonly trans: TranslationBundle
  ) {
    super();
    this.addClass('jp-Hub');
    this.given = begun(seen);
  }

  getValue(): Given {
    return this.given;
  }

  protected render(): ReactElement {
    return (
      <RolesForm
        seen={this.seen}
        changed={given => {
          this.given = given;
        }}
        trans={this.trans}
      />
    );
  }

  private given: Given;
}
