import type { ReactElement } from 'react';
import type { TogetherProps } from './people';

/** Changes that somebody suggests. */
export function Suggestions(props: TogetherProps): ReactElement {
  return <p>{props.trans.__('Suggestions')}</p>;
}
