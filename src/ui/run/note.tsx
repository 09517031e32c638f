import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import { useEffect, useState } from 'react';
import { Button } from '../button';
import { AreaField } from '../field';

/** What people say about a run; everybody sees it, also in MLflow. */
export function Note(props: {
  note: string;
  save: (text: string) => Promise<void>;
  trans: TranslationBundle;
}): ReactElement {
  const { note, save, trans } = props;
  const [text, setText] = useState<string | null>(null);
  // Somebody else's words replace ours only where we have not begun to write.
  useEffect(() => setText(now => (now === note ? null : now)), [note]);
  return (
    <form
      onSubmit={event => {
        event.preventDefault();
        if (text !== null) {
          void save(text);
        }
      }}
    >
      <AreaField
        label={trans.__('Notes')}
        rows={3}
        value={text ?? note}
        change={setText}
      />
      {text !== null && text !== note && (
        <Button submit primary>
          {trans.__('Save notes')}
        </Button>
      )}
    </form>
  );
}
