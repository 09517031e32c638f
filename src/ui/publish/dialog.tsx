import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import type { Job } from '../../api/wire';
import type { NameProblem } from '../../model/names';
import type { PublishModel } from '../../model/publish';
import { Button, LinkButton } from '../button';
import { Metrics } from '../facts';
import { numberText } from '../format';
import { Problem } from '../problem';
import { useStore } from '../use-store';

export interface PublishProps {
  model: PublishModel;
  close: () => void;
  openModel: (id: string) => void;
  trans: TranslationBundle;
}

/** From the draft of a publication to the link to what was made. */
export function PublishForm(props: PublishProps): ReactElement {
  const { model, trans } = props;
  const state = useStore(model.store);
  return (
    <>
      <h2 id="jp-hub-publish-title">
        {trans.__('Publish %1', model.run.name)}
      </h2>
      {state.is === 'drafted' && (
        <>
          <Draft {...props} />
          {state.refused && <Problem why={state.refused} trans={trans} />}
        </>
      )}
      {state.is === 'sent' && <Working {...props} job={null} />}
      {state.is === 'working' && (
        <Working {...props} job={state.job} cancelling={state.cancelling} />
      )}
      {state.is === 'done' && <Done {...props} />}
      {state.is === 'drafted' && (
        <footer>
          <Button onClick={props.close}>{trans.__('Close')}</Button>
          <button
            type="submit"
            form="jp-hub-publish-form"
            className="jp-HubButton jp-mod-primary"
          >
            {trans.__('Publish')}
          </button>
        </footer>
      )}
    </>
  );
}

function textOf(problem: NameProblem, trans: TranslationBundle): string | null {
  switch (problem) {
    case null:
      return null;
    case 'empty':
      return trans.__('Give the model a name, as in team/digits.');
    case 'shape':
      return trans.__('Write it as namespace/name, as in team/digits.');
    case 'letters':
      return trans.__(
        'Use Latin letters, digits, “-”, “_” and “.”; begin with a letter or digit.'
      );
  }
}

function Draft(props: PublishProps): ReactElement {
  const { model, trans } = props;
  const draft = useStore(model.draft);
  const problems = model.problems;
  return (
    <form
      id="jp-hub-publish-form"
      onSubmit={event => {
        event.preventDefault();
        void model.start();
      }}
    >
      <RunMetrics {...props} />
      <Field
        id="repo"
        label={trans.__('Model name')}
        value={draft.repoId}
        problem={textOf(problems.repoId, trans)}
        hint={trans.__(
          'A new name makes a new model, a known one a new version.'
        )}
        change={repoId => model.edit({ repoId })}
      />
      <Field
        id="message"
        label={trans.__('Message')}
        value={draft.message}
        hint={trans.__('What is new in this version?')}
        problem={null}
        change={message => model.edit({ message })}
      />
      <Field
        id="tag"
        label={trans.__('Version tag (optional)')}
        value={draft.tag}
        hint={trans.__('Left empty: the next number, v1, v2, …')}
        problem={textOf(problems.tag, trans)}
        change={tag => model.edit({ tag })}
      />
      <fieldset className="jp-HubChoice">
        <legend>{trans.__('Visibility')}</legend>
        {(['public', 'private'] as const).map(visibility => (
          <label key={visibility}>
            <input
              type="radio"
              name="jp-hub-visibility"
              checked={draft.visibility === visibility}
              onChange={() => model.edit({ visibility })}
            />
            <span>
              {visibility === 'public'
                ? trans.__('Everyone here')
                : trans.__('Only me')}
            </span>
          </label>
        ))}
      </fieldset>
    </form>
  );
}

function RunMetrics(props: PublishProps): ReactElement | null {
  const metrics = Object.entries(props.model.run.metrics);
  return metrics.length === 0 ? null : (
    <ul className="jp-HubMetrics" aria-label={props.trans.__('Metrics')}>
      {metrics.slice(0, 4).map(([name, value]) => (
        <li key={name}>
          <span>{name}</span> <b>{numberText(value)}</b>
        </li>
      ))}
    </ul>
  );
}

function Field(props: {
  id: string;
  label: string;
  value: string;
  hint: string;
  problem: string | null;
  change: (value: string) => void;
}): ReactElement {
  const { id, label, value, hint, problem, change } = props;
  const name = `jp-hub-publish-${id}`;
  return (
    <div className="jp-HubField">
      <label htmlFor={name}>{label}</label>
      <input
        id={name}
        className="jp-HubInput"
        value={value}
        autoComplete="off"
        spellCheck={false}
        aria-invalid={problem !== null}
        aria-describedby={`${name}-hint`}
        onChange={event => change(event.target.value)}
      />
      <p
        id={`${name}-hint`}
        className={problem ? 'jp-HubField-problem' : 'jp-HubNote'}
        aria-live="polite"
      >
        {problem ?? hint}
      </p>
    </div>
  );
}

function Working(
  props: PublishProps & { job: Job | null; cancelling?: boolean }
): ReactElement {
  const { model, job, cancelling, close, trans } = props;
  const percent = Math.round((job?.progress ?? 0) * 100);
  return (
    <>
      <div className="jp-HubProgress">
        <progress
          max={100}
          value={percent}
          aria-label={trans.__('Publishing')}
        />
        <p role="status" aria-live="polite">
          {percent} % ·{' '}
          {cancelling
            ? trans.__('Cancelling…')
            : job?.detail || trans.__('Starting…')}
        </p>
      </div>
      <footer>
        <Button onClick={close} title={trans.__('It goes on meanwhile.')}>
          {trans.__('Hide')}
        </Button>
        <Button
          disabled={!job || cancelling}
          onClick={() => void model.cancel()}
        >
          {trans.__('Cancel publication')}
        </Button>
      </footer>
    </>
  );
}

function Done(props: PublishProps): ReactElement | null {
  const { model, close, openModel, trans } = props;
  const state = useStore(model.store);
  if (state.is !== 'done') {
    return null;
  }
  const { repoId, tag, version } = state.publication;
  const open = () => {
    close();
    openModel(repoId);
  };
  return (
    <>
      <div role="status">
        <p className="jp-HubDone">
          <span aria-hidden>✓</span>{' '}
          {trans.__('Published as version %1 of', tag)}{' '}
          <LinkButton onClick={open}>{repoId}</LinkButton>
        </p>
        <Metrics metrics={version.metrics} most={4} trans={trans} />
      </div>
      <footer>
        <Button onClick={close}>{trans.__('Close')}</Button>
        <Button primary onClick={open}>
          {trans.__('Open model page')}
        </Button>
      </footer>
    </>
  );
}
