import type { ReactElement, ReactNode } from 'react';
import { useId } from 'react';

/** A line of text with its label. */
export function TextField(props: {
  label: string;
  value: string;
  change: (value: string) => void;
  placeholder?: string;
  required?: boolean;
  /** One writes there as soon as it is there. */
  focus?: boolean;
  type?: 'text' | 'number' | 'password';
}): ReactElement {
  const { label, value, change, placeholder, required, focus, type } = props;
  const id = useId();
  return (
    <div className="jp-HubField">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type={type ?? 'text'}
        className="jp-HubInput"
        autoComplete={type === 'password' ? 'new-password' : 'off'}
        value={value}
        autoFocus={focus}
        required={required}
        placeholder={placeholder}
        onChange={event => change(event.target.value)}
      />
    </div>
  );
}

/** Some lines of text with their label. */
export function AreaField(props: {
  label: string;
  value: string;
  change: (value: string) => void;
  rows?: number;
}): ReactElement {
  const { label, value, change, rows } = props;
  const id = useId();
  return (
    <div className="jp-HubField">
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        className="jp-HubInput"
        rows={rows ?? 4}
        value={value}
        onChange={event => change(event.target.value)}
      />
    </div>
  );
}

/** One of a few values. */
export function SelectField<V extends string>(props: {
  label: string;
  value: V;
  options: { value: V; label: string }[];
  change: (value: V) => void;
  disabled?: boolean;
  /** The label is for screen readers only. */
  bare?: boolean;
}): ReactElement {
  const { label, value, options, change, disabled, bare } = props;
  const id = useId();
  return (
    <div className="jp-HubField">
      <label htmlFor={id} className={bare ? 'jp-HubHidden' : undefined}>
        {label}
      </label>
      <select
        id={id}
        className="jp-HubSelect"
        value={value}
        disabled={disabled}
        onChange={event => {
          const chosen = options.find(one => one.value === event.target.value);
          if (chosen) {
            change(chosen.value);
          }
        }}
      >
        {options.map(option => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  );
}

/** A part of a page with a heading. */
export function Section(props: {
  title: string;
  children: ReactNode;
}): ReactElement {
  return (
    <section aria-label={props.title}>
      <h2>{props.title}</h2>
      {props.children}
    </section>
  );
}
