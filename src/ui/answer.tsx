import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement, ReactNode } from 'react';
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

/** A list that was asked: *empty* where there is nothing in it, *more* behind it. */
export function AnsweredList<T>(props: {
  asked: Asked<T>;
  /** What is in the list. */
  label: string;
  busy: string;
  className?: string;
  retry: () => void;
  rows: (value: T) => readonly ReactElement[];
  empty: ReactElement;
  more?: (value: T) => ReactNode;
  trans: TranslationBundle;
}): ReactElement {
  const { asked, label, busy, className, retry, rows, empty, more, trans } =
    props;
  return (
    <Answered asked={asked} label={busy} retry={retry} trans={trans}>
      {value => {
        const all = rows(value);
        return all.length === 0 ? (
          empty
        ) : (
          <>
            <ul className={className} aria-label={label}>
              {all}
            </ul>
            {more?.(value)}
          </>
        );
      }}
    </Answered>
  );
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
