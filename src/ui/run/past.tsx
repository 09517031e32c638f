import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { ReactElement } from 'react';
import { useEffect, useRef } from 'react';
import type { RunNotebook } from '../../api/wire';
import { LinkButton } from '../button';
import { hubIcon } from '../icons';

interface Props {
  notebook: RunNotebook;
  openNow: () => void;
  trans: TranslationBundle;
}

/** A notebook as it was: read-only, its run's cell in view. */
function PastNotebook(props: Props): ReactElement {
  const { notebook, openNow, trans } = props;
  const { path, cell, cells, changed } = notebook;
  const wanted = useRef<HTMLLIElement>(null);
  useEffect(() => wanted.current?.scrollIntoView({ block: 'center' }), []);
  return (
    <article aria-label={trans.__('%1 as it was', path)}>
      <h1>{path}</h1>
      <p className="jp-HubNote">
        {changed
          ? trans.__('As it was when the run began; it was edited since.')
          : trans.__(
              'As it was when the run began; nobody edited it since.'
            )}{' '}
        <LinkButton onClick={openNow}>
          {trans.__('Open it as it is now')}
        </LinkButton>
      </p>
      <ol className="jp-HubPast">
        {cells.map(({ id, kind, source }) => (
          <li
            key={id}
            ref={id === cell ? wanted : undefined}
            aria-current={id === cell ? 'true' : undefined}
          >
            <pre data-kind={kind} tabIndex={0}>
              <code>{source}</code>
            </pre>
            {id === cell && (
              <p className="jp-HubModel-when">
                {trans.__('This cell made the run.')}
              </p>
            )}
          </li>
        ))}
      </ol>
    </article>
  );
}

/** A notebook as it was, as a widget. */
export class PastWidget extends ReactWidget {
  constructor(private readonly props: Props) {
    super();
    this.addClass('jp-Hub');
    this.addClass('jp-HubPage');
    const name = props.notebook.path.split('/').pop() ?? '';
    this.title.label = props.trans.__('%1 as it was', name);
    this.title.icon = hubIcon;
  }

  protected render(): ReactElement {
    return <PastNotebook {...this.props} />;
  }
}
