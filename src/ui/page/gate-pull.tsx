import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import { useEffect } from 'react';
import type { GatesModel } from '../../model/repo/gates';
import { Refusal } from '../answer';
import { Button } from '../button';
import { Section } from '../field';
import { useStore } from '../use-store';
import { GateRunRow } from './gate-run';

/** What the gates say of a pull request; nothing where its model has none. */
export function GatesOfPull(props: {
  model: GatesModel;
  number: number;
  trans: TranslationBundle;
}): ReactElement | null {
  const { model, number, trans } = props;
  const state = useStore(model.pull.store);
  useEffect(() => model.refreshPull(number), [model, number]);
  if (state.is !== 'shown') {
    return null;
  }
  const { runs, hasRules, mayRun } = state.value;
  if (!hasRules && runs.length === 0) {
    return null;
  }
  return (
    <Section title={trans.__('Gates')}>
      <Refusal deed={model.deed} trans={trans} />
      {runs.length > 0 ? (
        <ol className="jp-HubGates" aria-label={trans.__('Runs')}>
          {runs.map((run, at) => (
            <GateRunRow
              key={run.id}
              model={model}
              run={run}
              mayRun={mayRun}
              isOpen={at === 0}
              trans={trans}
            />
          ))}
        </ol>
      ) : (
        mayRun && (
          <Button onClick={() => void model.run({ pull: number })}>
            {trans.__('Run the gates')}
          </Button>
        )
      )}
    </Section>
  );
}
