import type { TranslationBundle } from '@jupyterlab/translation';
import type { KeyboardEvent, ReactElement } from 'react';
import { useEffect, useId, useState } from 'react';
import type { CardChoice, CardChoices, CardField } from '../../api/wire';
import { isTexts } from '../../model/front-matter';
import { Button } from '../button';

export interface FieldProps {
  field: CardField;
  value: unknown;
  change: (value: string | string[]) => void;
  choices: (what: CardChoices, typed: string) => Promise<CardChoice[]>;
  trans: TranslationBundle;
}

/** A field of the front matter: a line, or a list of them; one that is neither is edited in the text. */
export function FieldRow(props: FieldProps): ReactElement {
  const { field, value, trans } = props;
  const isPlain =
    value === undefined || value === null || typeof value === 'string';
  if (field.kind === 'object' || !(isPlain || isTexts(value))) {
    return (
      <div className="jp-HubField">
        <span className="jp-HubCardEditor-name">{field.title}</span>
        <p className="jp-HubStatus">
          {value
            ? trans.__('Given; edit it in the text.')
            : trans.__('Not given. %1', field.why)}
        </p>
      </div>
    );
  }
  return field.kind === 'list' || isTexts(value) ? (
    <ListField {...props} values={isTexts(value) ? value : words(value)} />
  ) : (
    <LineField {...props} text={typeof value === 'string' ? value : ''} />
  );
}

function LineField(props: FieldProps & { text: string }): ReactElement {
  const { field, text, change } = props;
  const id = useId();
  const offered = useChoices(props, text);
  return (
    <div className="jp-HubField">
      <label htmlFor={id}>{field.title}</label>
      <input
        id={id}
        className="jp-HubInput"
        autoComplete="off"
        value={text}
        list={`${id}-choices`}
        aria-describedby={`${id}-why`}
        onChange={event => change(event.target.value)}
      />
      <Choices id={`${id}-choices`} choices={offered} />
      <Why id={`${id}-why`} field={field} />
    </div>
  );
}

function ListField(props: FieldProps & { values: string[] }): ReactElement {
  const { field, values, change, trans } = props;
  const id = useId();
  const [typed, setTyped] = useState('');
  const offered = useChoices(props, typed);
  const add = () => {
    const one = typed.trim();
    if (one && !values.includes(one)) {
      change([...values, one]);
    }
    setTyped('');
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' || event.key === ',') {
      event.preventDefault();
      add();
    }
  };
  return (
    <div className="jp-HubField">
      <label htmlFor={id}>{field.title}</label>
      {values.length > 0 && (
        <ul className="jp-HubChips">
          {values.map(one => (
            <li key={one}>
              {one}
              <button
                type="button"
                aria-label={trans.__('Remove %1', one)}
                onClick={() => change(values.filter(other => other !== one))}
              >
                ×
              </button>
            </li>
          ))}
        </ul>
      )}
      <div className="jp-HubCardEditor-add">
        <input
          id={id}
          className="jp-HubInput"
          autoComplete="off"
          value={typed}
          list={`${id}-choices`}
          aria-describedby={`${id}-why`}
          onChange={event => setTyped(event.target.value)}
          onKeyDown={onKeyDown}
        />
        <Button
          onClick={add}
          disabled={!typed.trim()}
          label={trans.__('Add to %1', field.title)}
        >
          {trans.__('Add')}
        </Button>
      </div>
      <Choices id={`${id}-choices`} choices={offered} />
      <Why id={`${id}-why`} field={field} />
    </div>
  );
}

function Choices(props: { id: string; choices: CardChoice[] }): ReactElement {
  return (
    <datalist id={props.id}>
      {props.choices.map(({ value, title }) => (
        <option key={value} value={value}>
          {title}
        </option>
      ))}
    </datalist>
  );
}

function Why(props: { id: string; field: CardField }): ReactElement {
  const { why, hint } = props.field;
  return (
    <p id={props.id} className="jp-HubStatus">
      {hint ? `${why} ${hint}` : why}
    </p>
  );
}

const TYPING_MS = 150;

/** What fits what is typed; asked once typing pauses. */
function useChoices(
  { field, choices }: FieldProps,
  typed: string
): CardChoice[] {
  const [offered, setOffered] = useState<CardChoice[]>([]);
  const what = field.choices;
  useEffect(() => {
    let isOld = false;
    const timer = setTimeout(() => {
      if (what) {
        void choices(what, typed).then(found => {
          if (!isOld) {
            setOffered(found);
          }
        });
      }
    }, TYPING_MS);
    return () => {
      isOld = true;
      clearTimeout(timer);
    };
  }, [what, choices, typed]);
  return offered;
}

function words(value: unknown): string[] {
  return typeof value === 'string' && value ? [value] : [];
}
