import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement, ReactNode } from 'react';
import type { Provenance } from '../../api/wire';
import type { Actions } from '../actions';
import { LinkButton } from '../button';

function Fact(props: {
  name: string;
  children: ReactNode;
}): ReactElement | null {
  return props.children ? (
    <>
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </>
  ) : null;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** How a version was made: run, notebook, code, environment. */
export function ProvenanceView(props: {
  provenance: Provenance;
  actions: Actions;
  trans: TranslationBundle;
}): ReactElement {
  const { actions, trans } = props;
  const { runId, notebook, cell, git, python, packages } = props.provenance;
  const names = Object.entries(packages);
  return (
    <dl className="jp-HubFactList">
      <Fact name={trans.__('Notebook')}>
        {notebook && (
          <LinkButton onClick={() => actions.openNotebook(notebook, cell)}>
            {notebook}
          </LinkButton>
        )}
      </Fact>
      <Fact name={trans.__('Run')}>
        {runId && (
          <LinkButton onClick={() => actions.openRun(runId)}>
            {runId.slice(0, 8)}
          </LinkButton>
        )}
      </Fact>
      <Fact name={trans.__('Git')}>
        {git && <Git git={git} trans={trans} />}
      </Fact>
      <Fact name={trans.__('Python')}>{python}</Fact>
      <Fact name={trans.__('Packages')}>
        {names.length > 0 && (
          <details>
            <summary>
              {trans._n('%1 package', '%1 packages', names.length)}
            </summary>
            <ul className="jp-HubPackages">
              {names.map(([name, version]) => (
                <li key={name}>
                  <code>
                    {name}=={version}
                  </code>
                </li>
              ))}
            </ul>
          </details>
        )}
      </Fact>
    </dl>
  );
}

function Git(props: {
  git: Record<string, unknown>;
  trans: TranslationBundle;
}): ReactElement {
  const { git, trans } = props;
  const branch = textOf(git.branch);
  return (
    <>
      <code>{textOf(git.commit).slice(0, 10)}</code>
      {branch && ` ${trans.__('on %1', branch)}`}
      {git.dirty === true && ` – ${trans.__('with uncommitted changes')}`}
    </>
  );
}
