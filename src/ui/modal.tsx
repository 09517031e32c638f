import type { TranslationBundle } from '@jupyterlab/translation';
import type { FormEvent, ReactElement, ReactNode } from 'react';
import { useEffect, useId, useRef, useState } from 'react';
import { Button } from './button';

/** A native modal: the browser keeps the focus inside, and Escape closes it. */
export function Modal(props: {
  title: string;
  close: () => void;
  children: ReactNode;
}): ReactElement {
  const { title, close, children } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const node = dialog.current;
    if (node && !node.open) {
      node.showModal();
    }
  }, []);
  return (
    <dialog
      ref={dialog}
      className="jp-Hub jp-HubModal"
      aria-labelledby={id}
      onClose={close}
      onCancel={close}
    >
      <h2 id={id}>{title}</h2>
      {children}
    </dialog>
  );
}

export interface ConfirmProps {
  title: string;
  children: ReactNode;
  /** What the button says. */
  action: string;
  /** What must be typed before; for what cannot be undone. */
  typed?: string;
  confirm: () => void;
  close: () => void;
  trans: TranslationBundle;
}

/** Asks before something is done that cannot be undone. */
export function Confirm(props: ConfirmProps): ReactElement {
  const { title, children, action, typed, confirm, close, trans } = props;
  const [text, setText] = useState('');
  const field = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    close();
    confirm();
  };
  return (
    <Modal title={title} close={close}>
      <form onSubmit={submit}>
        {children}
        {typed && (
          <div className="jp-HubField">
            <label htmlFor={field}>
              {trans.__('Type %1 to confirm', typed)}
            </label>
            <input
              id={field}
              className="jp-HubInput"
              autoComplete="off"
              value={text}
              onChange={event => setText(event.target.value)}
            />
          </div>
        )}
        <footer>
          <Button onClick={close}>{trans.__('Cancel')}</Button>
          <Button primary submit disabled={!!typed && text !== typed}>
            {action}
          </Button>
        </footer>
      </form>
    </Modal>
  );
}
