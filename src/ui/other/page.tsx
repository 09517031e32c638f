import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import { useEffect } from 'react';
import type { OtherRepo, OtherRepoPage } from '../../api/wire';
import type { OtherPageModel } from '../../model/upstreams';
import type { Actions } from '../actions';
import { Answered } from '../answer';
import { Button } from '../button';
import { Section } from '../field';
import { countText, sizeText, whenText } from '../format';
import { Markdown } from '../page/card';
import { Empty } from '../problem';

export interface OtherPageProps {
  model: OtherPageModel;
  actions: Actions;
  rendermime: IRenderMimeRegistry;
  trans: TranslationBundle;
}

const SHOWN_FILES = 200;

/** The page of a repo that this hub reads through from another one. */
export function OtherPage(props: OtherPageProps): ReactElement {
  const { model, trans } = props;
  useEffect(() => model.refresh(), [model]);
  return (
    <Answered
      asked={model.page}
      label={trans.__('Loading %1', model.id)}
      retry={() => model.refresh()}
      trans={trans}
    >
      {page => (
        <article aria-label={page.about.id}>
          <Head {...props} page={page} />
          <div className="jp-HubPage-body">
            <Section title={trans.__('Card')}>
              {page.readme ? (
                <Markdown source={page.readme} rendermime={props.rendermime} />
              ) : (
                <Empty title={trans.__('It has no card.')} />
              )}
            </Section>
            <Section title={trans.__('Files')}>
              <FileList {...props} page={page} />
            </Section>
          </div>
        </article>
      )}
    </Answered>
  );
}

function Head(props: OtherPageProps & { page: OtherRepoPage }): ReactElement {
  const { page, actions, trans } = props;
  const { about, hub, loadCode } = page;
  return (
    <header className="jp-HubPage-head">
      <div className="jp-HubPage-title">
        <h1>{about.id}</h1>
        <span className="jp-HubBadge">
          {trans.__('from %1', new URL(hub).host)}
        </span>
        {about.private && (
          <span className="jp-HubBadge">{trans.__('for you alone')}</span>
        )}
        {about.gated && (
          <span className="jp-HubBadge">{trans.__('gated')}</span>
        )}
      </div>
      <p className="jp-HubStatus">{factsOf(about, trans).join(' · ')}</p>
      <p>
        {trans.__(
          'This hub does not have it. It is read through when a program asks for it, checked, and kept.'
        )}{' '}
        <a
          href={`${hub}/${about.kind === 'model' ? '' : `${about.kind}s/`}${about.id}`}
          target="_blank"
          rel="noreferrer noopener"
        >
          {trans.__('Its page there')}
        </a>
      </p>
      <div className="jp-HubPage-code">
        <pre>
          <code>{loadCode}</code>
        </pre>
        <Button
          primary
          onClick={() => actions.insert(loadCode)}
          title={trans.__('Insert this code below the active cell')}
        >
          {trans.__('Load')}
        </Button>
        <Button onClick={() => actions.copy(loadCode)}>
          {trans.__('Copy code')}
        </Button>
      </div>
    </header>
  );
}

function factsOf(about: OtherRepo, trans: TranslationBundle): string[] {
  const { task, library, downloads, likes, updatedAt, tags } = about;
  const license = tags.find(tag => tag.startsWith('license:'));
  return [
    task,
    library,
    license?.replace('license:', ''),
    downloads === null ? null : trans.__('%1 downloads', countText(downloads)),
    likes === null ? null : trans._n('%1 like', '%1 likes', likes),
    updatedAt && trans.__('changed %1', whenText(updatedAt))
  ].filter((fact): fact is string => !!fact);
}

function FileList(
  props: OtherPageProps & { page: OtherRepoPage }
): ReactElement {
  const { page, actions, trans } = props;
  const { about, commit, files } = page;
  const prefix = about.kind === 'model' ? '' : `${about.kind}s/`;
  const shown = files.slice(0, SHOWN_FILES);
  const total = files.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0);
  return (
    <div className="jp-HubScroll">
      <table className="jp-HubTable">
        <caption className="jp-HubStatus">
          {trans._n('%1 file', '%1 files', files.length)}
          {total > 0 && `, ${sizeText(total)}`} ·{' '}
          <code>{commit.slice(0, 8)}</code>
        </caption>
        <tbody>
          {shown.map(({ path, sizeBytes }) => (
            <tr key={path}>
              <th scope="row">
                <a
                  href={actions.link(
                    `hubcollab/hf/${prefix}${about.id}/resolve/${commit}/${path
                      .split('/')
                      .map(encodeURIComponent)
                      .join('/')}`
                  )}
                  download
                >
                  {path}
                </a>
              </th>
              <td className="jp-mod-number">
                {sizeBytes === null ? '–' : sizeText(sizeBytes)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {files.length > shown.length && (
        <p className="jp-HubStatus">
          {trans.__('and %1 more', files.length - shown.length)}
        </p>
      )}
    </div>
  );
}
