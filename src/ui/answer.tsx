import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import type { Asked } from '../model/asked';
import type { Deed } from '../model/deed';
import { Busy, Problem } from './problem';
import { useStore } from './use-store';

/** What was asked: grey lines before it is there, the reason where it is refused. */
export function Answered<T>(props: {
  asked: Asked<T>;
  label: string;
  retry: () => void;
  children: (value: T) => ReactElement | null;
  trans: TranslationBundle;
}): ReactElement | null {
  const { asked, label, retry, children, trans } = props;
  const state = useStore(asked.store);
  switch (state.is) {
    case 'busy':
      return <Busy label={label} />;
    case 'failed':
      return <Problem why={state.why} trans={trans} retry={retry} />;
    case 'shown':
      return children(state.value);
  }
}

/** Why the last thing was refused, if it was. */
export function Refusal(props: {
  deed: Deed;
  trans: TranslationBundle;
}): ReactElement | null {
  const state = useStore(props.deed.store);
  return state.is === 'refused' ? (
    <Problem why={state.why} trans={props.trans} />
  ) : null;
}
