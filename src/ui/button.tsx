import type { ReactElement, ReactNode } from 'react';

export interface ButtonProps {
  children: ReactNode;
  onClick?: () => void;
  /** The one thing that this place is for. */
  primary?: boolean;
  disabled?: boolean;
  submit?: boolean;
  label?: string;
  title?: string;
}

/** A button as JupyterLab's dialogs have it. */
export function Button(props: ButtonProps): ReactElement {
  const { children, onClick, primary, disabled, submit, label, title } = props;
  return (
    <button
      type={submit ? 'submit' : 'button'}
      className={`jp-HubButton ${primary ? 'jp-mod-primary' : ''}`}
      onClick={onClick}
      disabled={disabled}
      aria-label={label}
      title={title}
    >
      {children}
    </button>
  );
}

/** A button that reads like a link: it goes somewhere inside JupyterLab. */
export function LinkButton(props: ButtonProps): ReactElement {
  return (
    <button
      type="button"
      className="jp-HubLink"
      onClick={props.onClick}
      aria-label={props.label}
      title={props.title}
    >
      {props.children}
    </button>
  );
}
