import type { TranslationBundle } from '@jupyterlab/translation';
import type { KeyboardEvent, ReactElement } from 'react';
import { useId, useRef, useState } from 'react';
import { Button } from '../button';

export interface ComposeProps {
  label: string;
  /** What the main button says. */
  action: string;
  text?: string;
  /** Whom one may mention: display names by user name. */
  people: { [name: string]: string };
  focus: boolean;
  send: (text: string) => Promise<boolean>;
  cancel: () => void;
  trans: TranslationBundle;
}

/** A field for a comment: Ctrl+Enter sends, Escape drops it, @ offers names. */
export function Compose(props: ComposeProps): ReactElement {
  const { label, action, people, focus, send, cancel, trans } = props;
  const [text, setText] = useState(props.text ?? '');
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const mention = (name: string) => {
    setText(text.replace(/@[\w.-]*$/, `@${name} `));
    field.current?.focus();
  };
  const [, begun] = /(?:^|\s)@([\w.-]*)$/.exec(text) ?? [];
  const offered = begun === undefined ? [] : namesLike(people, begun);
  const submit = async () => {
    if (text.trim() && (await send(text))) {
      setText('');
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void submit();
    } else if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      cancel();
    }
  };
  return (
    <form
      className="jp-HubCompose"
      onSubmit={event => {
        event.preventDefault();
        void submit();
      }}
    >
      <label htmlFor={id} className="jp-HubHidden">
        {label}
      </label>
      <textarea
        id={id}
        ref={field}
        rows={3}
        value={text}
        autoFocus={focus}
        placeholder={trans.__('Comment; @name tells somebody')}
        onChange={event => setText(event.target.value)}
        onKeyDown={onKeyDown}
      />
      {offered.length > 0 && (
        <ul className="jp-HubCompose-names" aria-label={trans.__('People')}>
          {offered.map(([name, display]) => (
            <li key={name}>
              <Button onClick={() => mention(name)}>{display}</Button>
            </li>
          ))}
        </ul>
      )}
      <div className="jp-HubCompose-buttons">
        <Button onClick={cancel}>{trans.__('Cancel')}</Button>
        <Button primary submit disabled={!text.trim()}>
          {action}
        </Button>
      </div>
    </form>
  );
}

function namesLike(
  people: { [name: string]: string },
  begun: string
): [string, string][] {
  const sought = begun.toLowerCase();
  return Object.entries(people)
    .filter(([name, display]) =>
      `${name} ${display}`.toLowerCase().includes(sought)
    )
    .slice(0, 5);
}
