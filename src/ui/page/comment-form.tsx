import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement, ReactNode } from 'react';
import { useState } from 'react';
import type { DiscussionsModel } from '../../model/repo/discussions';
import { Button } from '../button';
import { Form } from '../form';
import { MarkdownField } from './markdown-field';

export interface CommentFormProps {
  discussions: DiscussionsModel;
  /** What is written already. */
  initial: string;
  /** What the button says. */
  action: string;
  /** Says it; true if the hub took it, and the field is to be empty. */
  save: (text: string) => Promise<boolean>;
  /** Buttons before that one; *done* empties the field where it was taken. */
  more: (text: string, done: (isTaken: boolean) => void) => ReactNode;
  rendermime: IRenderMimeRegistry;
  trans: TranslationBundle;
}

/** A comment that is written, new or once more. */
export function CommentForm(props: CommentFormProps): ReactElement {
  const { discussions, initial, action, save, more, rendermime, trans } = props;
  const [text, setText] = useState(initial);
  const done = (isTaken: boolean) => {
    if (isTaken) {
      setText('');
    }
  };
  const submit = async () => {
    if (text.trim()) {
      done(await save(text));
    }
  };
  return (
    <Form submit={submit}>
      <MarkdownField
        label={trans.__('Comment')}
        value={text}
        change={setText}
        attach={file => discussions.attach(file)}
        rendermime={rendermime}
        trans={trans}
      />
      <footer className="jp-HubBar">
        {more(text, done)}
        <Button primary submit>
          {action}
        </Button>
      </footer>
    </Form>
  );
}
