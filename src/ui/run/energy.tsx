import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import type { Run } from '../../api/wire';
import { numberText } from '../format';

/** What a run took of energy, and who estimated it. */
export function Energy(props: {
  run: Run;
  trans: TranslationBundle;
}): ReactElement | null {
  const { energy } = props.run;
  const { trans } = props;
  if (!energy) {
    return null;
  }
  const { kwh, co2G, source, country, hardware } = energy;
  const where = [source, country, hardware].filter(Boolean).join(' · ');
  return (
    <p className="jp-HubModel-when" title={where}>
      {trans.__(
        'Energy %1 Wh, CO₂ %2 g: estimates (%3)',
        numberText(kwh * 1000),
        numberText(co2G),
        where
      )}
    </p>
  );
}
