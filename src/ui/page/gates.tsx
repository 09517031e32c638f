import type { TranslationBundle } from '@jupyterlab/translation';
import type { FormEvent, ReactElement } from 'react';
import { useId, useState } from 'react';
import type { AliasList, GateRuns, RepoPage } from '../../api/wire';
import type { PageModel } from '../../model/page';
import { Answered, Refusal } from '../answer';
import { Button } from '../button';
import { Section, SelectField, TextField } from '../field';
import { exactText, whenText } from '../format';
import { Empty } from '../problem';
import { useStore } from '../use-store';
import { GateExamples } from './gate-examples';
import { GateRunRow } from './gate-run';

export interface GatesProps {
  model: PageModel;
  page: RepoPage;
  trans: TranslationBundle;
}

/** What versions of this model must meet, whether they do, and which aliases lead to them. */
export function Gates(props: GatesProps): ReactElement {
  const { model, trans } = props;
  const { gates } = model;
  return (
    <>
      <Refusal deed={gates.deed} trans={trans} />
      <Answered
        asked={gates.gates}
        label={trans.__('Loading the gates')}
        retry={() => gates.refresh()}
        trans={trans}
      >
        {found => (
          <>
            <Rules {...props} gates={found} />
            <Runs {...props} gates={found} />
          </>
        )}
      </Answered>
      <Section title={trans.__('Examples')}>
        <Answered
          asked={gates.examples}
          label={trans.__('Loading the examples')}
          retry={() => gates.refresh()}
          trans={trans}
        >
          {found => <GateExamples {...props} table={found} />}
        </Answered>
      </Section>
      <Section title={trans.__('Aliases')}>
        <Answered
          asked={gates.aliases}
          label={trans.__('Loading the aliases')}
          retry={() => gates.refresh()}
          trans={trans}
        >
          {found => <Aliases {...props} aliases={found} />}
        </Answered>
      </Section>
    </>
  );
}

function Rules(props: GatesProps & { gates: GateRuns }): ReactElement | null {
  const { gates, trans } = props;
  if (!gates.hasRules) {
    return (
      <Empty title={trans.__('This model has no gates yet.')}>
        <p>
          {trans.__(
            'Put a hubcollab.yaml on main: it says what a version must meet.'
          )}
        </p>
      </Empty>
    );
  }
  return gates.mistakes.length > 0 ? (
    <div role="alert" className="jp-HubProblem">
      <p>{trans.__('hubcollab.yaml has mistakes; no version passes.')}</p>
      <ul>
        {gates.mistakes.map(one => (
          <li key={`${one.line} ${one.key}`}>
            {trans.__('line %1', one.line)}
            {one.key && <code> {one.key}</code>}: {one.why}
          </li>
        ))}
      </ul>
    </div>
  ) : null;
}

function Runs(props: GatesProps & { gates: GateRuns }): ReactElement | null {
  const { model, page, gates, trans } = props;
  const versions = page.model?.versions ?? [];
  const [chosen, setChosen] = useState<string | null>(null);
  const tag = chosen ?? versions[0]?.tag ?? null;
  if (!gates.hasRules && gates.runs.length === 0) {
    return null;
  }
  return (
    <Section title={trans.__('Verdicts')}>
      {gates.mayRun && gates.hasRules && tag !== null && (
        <div className="jp-HubBar">
          <SelectField
            label={trans.__('Version')}
            value={tag}
            options={versions.map(one => ({ value: one.tag, label: one.tag }))}
            change={setChosen}
          />
          <Button
            primary
            onClick={() => void model.gates.run({ revision: tag })}
          >
            {trans.__('Run its gates')}
          </Button>
        </div>
      )}
      {gates.runs.length > 0 ? (
        <ol className="jp-HubGates" aria-label={trans.__('Runs')}>
          {gates.runs.map((run, at) => (
            <GateRunRow
              key={run.id}
              model={model.gates}
              run={run}
              mayRun={gates.mayRun}
              isOpen={at === 0}
              trans={trans}
            />
          ))}
        </ol>
      ) : (
        <Empty title={trans.__('No version was judged yet.')} />
      )}
    </Section>
  );
}

function Aliases(props: GatesProps & { aliases: AliasList }): ReactElement {
  const { page, aliases, trans } = props;
  const names = Object.entries(aliases.aliases);
  const heading = useId();
  return (
    <>
      {names.length > 0 ? (
        <ul className="jp-HubCommits">
          {names.map(([alias, tag]) => (
            <li key={alias}>
              <span>
                <b>{alias}</b> → {tag}{' '}
                {aliases.protected.includes(alias) && (
                  <span className="jp-HubBadge">{trans.__('protected')}</span>
                )}
              </span>
            </li>
          ))}
        </ul>
      ) : (
        <Empty title={trans.__('No aliases yet.')} />
      )}
      {page.repo.may !== 'read' && <Promote {...props} />}
      {aliases.moves.length > 0 && (
        <details>
          <summary id={heading}>{trans.__('How they moved')}</summary>
          <ol className="jp-HubCommits" aria-labelledby={heading}>
            {aliases.moves.map(move => (
              <li key={`${move.alias} ${move.at}`}>
                <span>
                  <b>{move.alias}</b> {move.fromTag ?? '—'} →{' '}
                  {move.toTag ?? '—'} · {move.by}{' '}
                  <time dateTime={move.at} title={exactText(move.at)}>
                    {whenText(move.at)}
                  </time>
                  {move.reason &&
                    ` · ${trans.__('gates overridden: %1', move.reason)}`}
                </span>
              </li>
            ))}
          </ol>
        </details>
      )}
    </>
  );
}

function Promote(
  props: GatesProps & { aliases: AliasList }
): ReactElement | null {
  const { model, page, aliases, trans } = props;
  const versions = page.model?.versions ?? [];
  const [alias, setAlias] = useState('champion');
  const [tag, setTag] = useState(versions[0]?.tag ?? '');
  const [reason, setReason] = useState('');
  const gates = useStore(model.gates.gates.store);
  const mayOverride = gates.is === 'shown' && gates.value.mayOverride;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (await model.gates.promote(alias.trim(), tag, reason.trim())) {
      setReason('');
    }
  };
  if (versions.length === 0) {
    return null;
  }
  return (
    <form className="jp-HubForm" onSubmit={event => void submit(event)}>
      <TextField
        label={trans.__('Alias')}
        value={alias}
        change={setAlias}
        required
      />
      <SelectField
        label={trans.__('leads to')}
        value={tag}
        options={versions.map(one => ({ value: one.tag, label: one.tag }))}
        change={setTag}
      />
      {mayOverride && aliases.protected.includes(alias.trim()) && (
        <TextField
          label={trans.__('Reason, if the gates are overridden')}
          value={reason}
          change={setReason}
        />
      )}
      <Button primary submit>
        {trans.__('Promote')}
      </Button>
    </form>
  );
}
