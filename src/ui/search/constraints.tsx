import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import type { Constraint } from '../../api/wire';
import type { Choice } from '../../model/conditions';
import type { SearchModel } from '../../model/search';
import { LinkButton } from '../button';
import { useStore } from '../use-store';

/** What was understood as a condition; each can be left out. */
export function Constraints(props: {
  constraints: Constraint[];
  model: SearchModel;
  trans: TranslationBundle;
}): ReactElement | null {
  const { constraints, model, trans } = props;
  const without = useStore(model.conditions.leftOut);
  const swaps = useStore(model.conditions.swaps);
  if (constraints.length + without.length === 0) {
    return null;
  }
  return (
    <div className="jp-HubUnderstood">
      {constraints.length > 0 && (
        <ul className="jp-HubChips" aria-label={trans.__('Understood as')}>
          {constraints.map(constraint => (
            <Chip
              key={constraint.key}
              constraint={constraint}
              among={
                swaps.find(({ chosen }) => chosen === constraint.key)?.among ??
                choicesOf(constraint)
              }
              leaveOut={() => model.leaveOut(constraint.key)}
              choose={(key, among) => model.choose(constraint.key, key, among)}
              trans={trans}
            />
          ))}
        </ul>
      )}
      {without.length > 0 && (
        <LinkButton onClick={() => model.putBack()}>
          {trans._n(
            'Put %1 condition back',
            'Put %1 conditions back',
            without.length
          )}
        </LinkButton>
      )}
    </div>
  );
}

interface ChipProps {
  constraint: Constraint;
  /** What may stand here, itself included. */
  among: Choice[];
  leaveOut: () => void;
  choose: (key: string, among: Choice[]) => void;
  trans: TranslationBundle;
}

function Chip(props: ChipProps): ReactElement {
  const { constraint, among, leaveOut, trans } = props;
  const { text, met } = constraint;
  return (
    <li className={met ? '' : 'jp-mod-unmet'}>
      {among.length > 1 ? <Choices {...props} /> : said(constraint, trans)}
      {!met && ` – ${trans.__('none fits')}`}
      <button
        type="button"
        aria-label={trans.__('Leave out “%1”', text)}
        title={trans.__('Leave out')}
        onClick={leaveOut}
      >
        ×
      </button>
    </li>
  );
}

function said(constraint: Constraint, trans: TranslationBundle): string {
  const { text, guessed } = constraint;
  return guessed ? trans.__('probably %1', text) : text;
}

/** What was understood, and what may be chosen in its place. */
function Choices(props: ChipProps): ReactElement {
  const { constraint, among, choose, trans } = props;
  const { key, text } = constraint;
  return (
    <select
      className="jp-HubChips-choice"
      aria-label={trans.__('Understood as “%1”; choose another', text)}
      value={key}
      onChange={event => choose(event.target.value, among)}
    >
      {among.map(each => (
        <option key={each.key} value={each.key}>
          {each.key === key ? said(constraint, trans) : each.text}
        </option>
      ))}
    </select>
  );
}

/** What was understood, and what else the hub offers. */
function choicesOf({ key, text, alternatives, spoken }: Constraint): Choice[] {
  const others = alternatives.map((other, at) => ({
    key: other,
    text: spoken[at] ?? other
  }));
  return [{ key, text }, ...others];
}
