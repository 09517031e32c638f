import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import type { DiffSide, ModelDiff } from '../../api/wire';
import type { DiffModel } from '../../model/diff';
import type { Actions } from '../actions';
import { Answered } from '../answer';
import { Button, LinkButton } from '../button';
import { Section } from '../field';
import { Empty } from '../problem';
import { Cells, Fields, Paths } from './diff-fields';
import { Metrics } from './diff-metrics';
import { Tensors } from './diff-tensors';

export interface DiffProps {
  model: DiffModel;
  actions: Actions;
  /** Show the sides the other way round. */
  swap: () => void;
  trans: TranslationBundle;
}

/** What differs between two versions, branches, models or runs. */
export function DiffPage(props: DiffProps): ReactElement {
  const { model, trans } = props;
  return (
    <article aria-label={trans.__('Differences')}>
      <Answered
        asked={model.diff}
        label={trans.__('Comparing')}
        retry={() => model.refresh()}
        trans={trans}
      >
        {diff => <Shown {...props} diff={diff} />}
      </Answered>
    </article>
  );
}

type ShownProps = DiffProps & { diff: ModelDiff };

function Shown(props: ShownProps): ReactElement {
  const { diff, trans } = props;
  const { metrics, fields, notebook, files, tensors } = diff;
  const isSame =
    files.length === 0 &&
    fields.length === 0 &&
    !notebook &&
    metrics.every(one => !one.change);
  return (
    <>
      <Head {...props} />
      {diff.notes.map(note => (
        <p key={note} className="jp-HubStatus">
          {note}
        </p>
      ))}
      {isSame && <Empty title={trans.__('Nothing differs.')} />}
      {metrics.length > 0 && (
        <Section title={trans.__('Metrics')}>
          <Metrics metrics={metrics} trans={trans} />
        </Section>
      )}
      {(tensors.tensors.length > 0 || tensors.unread.length > 0) && (
        <Section title={trans.__('Weights')}>
          <Tensors {...props} tensors={tensors} />
        </Section>
      )}
      {fields.length > 0 && (
        <Section title={trans.__('Card, configuration, environment, data')}>
          <Fields fields={fields} count={diff.fieldCount} trans={trans} />
        </Section>
      )}
      {notebook && (
        <Section title={trans.__('Notebook')}>
          <Cells notebook={notebook} trans={trans} />
        </Section>
      )}
      {files.length > 0 && (
        <Section title={trans.__('Files')}>
          <Paths files={files} count={diff.fileCount} trans={trans} />
        </Section>
      )}
    </>
  );
}

function Head(props: ShownProps): ReactElement {
  const { diff, actions, swap, trans } = props;
  return (
    <header className="jp-HubPage-head">
      <div className="jp-HubPage-title">
        <h1>
          <SideName side={diff.before} actions={actions} />{' '}
          <span aria-label={trans.__('compared with')}>→</span>{' '}
          <SideName side={diff.after} actions={actions} />
        </h1>
        <Button onClick={swap}>{trans.__('Swap')}</Button>
      </div>
      <p className="jp-HubStatus">
        {trans.__(
          'From left to right: what one sees on the right and not on the left is new.'
        )}
      </p>
    </header>
  );
}

function SideName(props: { side: DiffSide; actions: Actions }): ReactElement {
  const { side, actions } = props;
  const { kind, id, revision } = side;
  const open = () =>
    kind === 'run'
      ? actions.openRun(id)
      : actions.openRepo({ kind, id }, revision);
  return <LinkButton onClick={open}>{side.title}</LinkButton>;
}
