import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import { useEffect, useId, useRef, useState } from 'react';
import type { CheckState, GateCheck, GateRun, GateState } from '../../api/wire';
import type { GatesModel } from '../../model/repo/gates';
import { Button } from '../button';
import { exactText, whenText } from '../format';
import { useStore } from '../use-store';

export interface GateRunProps {
  model: GatesModel;
  run: GateRun;
  mayRun: boolean;
  /** Its checks are shown from the beginning. */
  isOpen: boolean;
  trans: TranslationBundle;
}

const MARKS: Record<CheckState, string> = {
  passed: '✓',
  failed: '✗',
  skipped: '–'
};

/** One run of the gates: its verdict, check by check, and its log. */
export function GateRunRow(props: GateRunProps): ReactElement {
  const { model, run, mayRun, trans } = props;
  const log = useStore(model.log);
  const [isOpen, setOpen] = useState(props.isOpen);
  const id = useId();
  const isUnderWay = run.state === 'queued' || run.state === 'running';
  const followed = log?.run === run.id;
  const name = nameOf(run, trans);
  return (
    <li className={`jp-HubGate jp-mod-${run.state}`}>
      <div className="jp-HubBar">
        <button
          type="button"
          className="jp-HubLink"
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={() => setOpen(!isOpen)}
        >
          {name}
        </button>
        <span className={`jp-HubBadge jp-mod-${run.state}`} role="status">
          {stateWord(run.state, trans)}
        </span>
        {!run.isCurrent && !isUnderWay && run.what === 'gates' && (
          <span className="jp-HubBadge">{trans.__('older rules')}</span>
        )}
        <span className="jp-HubStatus">
          {run.detail} · {run.by.displayName}{' '}
          <time dateTime={run.createdAt} title={exactText(run.createdAt)}>
            {whenText(run.createdAt)}
          </time>
        </span>
        <Button
          onClick={() => void model.follow(followed ? null : run.id)}
          label={trans.__('Log of %1', name)}
        >
          {followed ? trans.__('Hide log') : trans.__('Log')}
        </Button>
        {mayRun &&
          (isUnderWay ? (
            <Button
              onClick={() => void model.cancel(run.id)}
              label={
                run.what === 'gates'
                  ? trans.__('Cancel the gates of %1', name)
                  : trans.__('Cancel %1', name)
              }
            >
              {trans.__('Cancel')}
            </Button>
          ) : (
            <Button
              onClick={() => void again(model, run)}
              label={
                run.what === 'gates'
                  ? trans.__('Run the gates of %1 again', name)
                  : trans.__('Run %1 again', name)
              }
            >
              {run.state === 'waiting'
                ? trans.__('Run')
                : trans.__('Run again')}
            </Button>
          ))}
      </div>
      {run.state === 'running' && (
        <progress max={1} value={run.progress} aria-label={run.detail} />
      )}
      <div id={id} hidden={!isOpen}>
        {run.checks.length > 0 && <Checks {...props} />}
      </div>
      {followed && <LogText text={log.text} trans={trans} />}
    </li>
  );
}

function again(model: GatesModel, run: GateRun): Promise<boolean> {
  if (run.what === 'reproduction') {
    return model.reproduce(run.tag ?? run.commit);
  }
  return model.run(
    run.pull === null ? { revision: run.commit } : { pull: run.pull }
  );
}

function Checks(props: GateRunProps): ReactElement {
  const { run, trans } = props;
  return (
    <>
      <table className="jp-HubGate-checks">
        <thead>
          <tr>
            <th scope="col">{trans.__('Check')}</th>
            <th scope="col">{trans.__('Verdict')}</th>
            <th scope="col">{trans.__('Value')}</th>
            <th scope="col">{trans.__('Threshold')}</th>
            <th scope="col">{trans.__('Why')}</th>
          </tr>
        </thead>
        <tbody>
          {run.checks.map((check, at) => (
            <Check key={`${at} ${check.name}`} check={check} trans={trans} />
          ))}
        </tbody>
      </table>
      {run.environment && (
        <p className="jp-HubStatus">
          {trans.__('Ran in %1.', run.environment)}{' '}
          {Object.entries(run.isolation)
            .map(([what, how]) => `${what}: ${how}`)
            .join('; ')}
        </p>
      )}
    </>
  );
}

function Check(props: {
  check: GateCheck;
  trans: TranslationBundle;
}): ReactElement {
  const { check, trans } = props;
  return (
    <tr>
      <th scope="row">{check.name}</th>
      <td className={`jp-mod-${check.state}`}>
        <span aria-hidden="true">{MARKS[check.state]} </span>
        {stateWord(check.state, trans)}
      </td>
      <td>{check.value}</td>
      <td>{check.threshold}</td>
      <td>{check.why}</td>
    </tr>
  );
}

function LogText(props: {
  text: string;
  trans: TranslationBundle;
}): ReactElement {
  const { text, trans } = props;
  const end = useRef<HTMLPreElement>(null);
  useEffect(() => {
    end.current?.scrollTo({ top: end.current.scrollHeight });
  }, [text]);
  return (
    <pre
      ref={end}
      className="jp-HubGate-log"
      role="log"
      aria-label={trans.__('Log')}
      tabIndex={0}
    >
      {text || trans.__('Nothing yet.')}
    </pre>
  );
}

function nameOf(run: GateRun, trans: TranslationBundle): string {
  if (run.pull !== null) {
    return trans.__('Pull request %1', run.pull);
  }
  const version = run.tag ?? run.commit.slice(0, 8);
  return run.what === 'reproduction'
    ? trans.__('Reproduction of %1', version)
    : version;
}

/** A verdict in a word. */
export function stateWord(
  state: GateState | CheckState,
  trans: TranslationBundle
): string {
  return {
    waiting: trans.__('waits for approval'),
    queued: trans.__('queued'),
    running: trans.__('running'),
    passed: trans.__('passed'),
    failed: trans.__('failed'),
    broken: trans.__('broken'),
    cancelled: trans.__('cancelled'),
    skipped: trans.__('skipped')
  }[state];
}
