import type { ReactElement, ReactNode } from 'react';

export interface FormProps {
  /** What the fields stand for is done by this; Enter does it, too. */
  submit: () => Promise<unknown>;
  /** All fields in one row, not below each other. */
  inline?: boolean;
  children: ReactNode;
}

/** Fields and a button. */
export function Form(props: FormProps): ReactElement {
  const { submit, inline, children } = props;
  return (
    <form
      className={inline ? 'jp-HubBar' : 'jp-HubForm'}
      onSubmit={event => {
        event.preventDefault();
        void submit();
      }}
    >
      {children}
    </form>
  );
}
