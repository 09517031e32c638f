import type { TranslationBundle } from '@jupyterlab/translation';
import type { KeyboardEvent, ReactElement, RefObject } from 'react';

export interface SentenceProps {
  field: RefObject<HTMLTextAreaElement>;
  value: string;
  label: string;
  placeholder: string;
  change: (text: string) => void;
  trans: TranslationBundle;
}

/** Letters of a line in a sidebar of usual width, for browsers that cannot fit a field to its text. */
const LINE = 26;
const MOST_LINES = 4;

/** A field for a whole sentence: it grows with what is typed. Enter asks, Escape clears. */
export function Sentence(props: SentenceProps): ReactElement {
  const { field, value, label, placeholder, change, trans } = props;
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      event.preventDefault();
      event.currentTarget.form?.requestSubmit();
    }
    if (event.key === 'Escape' && value) {
      event.preventDefault();
      event.stopPropagation();
      change('');
    }
  };
  return (
    <div className="jp-HubSentence">
      <textarea
        ref={field}
        className="jp-HubInput"
        rows={Math.min(MOST_LINES, 1 + Math.floor(value.length / LINE))}
        value={value}
        aria-label={label}
        placeholder={placeholder}
        autoComplete="off"
        enterKeyHint="search"
        spellCheck={false}
        onKeyDown={onKeyDown}
        onChange={event => change(event.target.value.replace(/[\r\n]+/g, ' '))}
      />
      {value && (
        <button
          type="button"
          aria-label={trans.__('Clear the search')}
          title={trans.__('Clear (Escape)')}
          onClick={() => {
            change('');
            field.current?.focus();
          }}
        >
          ×
        </button>
      )}
    </div>
  );
}
