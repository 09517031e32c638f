import type { ReactElement } from 'react';
import type { Here } from '../../model/people';

/** A person as a coloured disc with initials; pale when idle. */
export function Avatar(props: { here: Here; title: string }): ReactElement {
  const { here, title } = props;
  return (
    <span
      className={`jp-HubAvatar ${here.idle ? 'jp-mod-idle' : ''}`}
      style={{ borderColor: here.color }}
      title={title}
      aria-hidden
    >
      {here.initials.slice(0, 2)}
    </span>
  );
}
