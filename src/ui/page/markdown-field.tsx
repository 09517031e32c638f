import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import { useRef, useState } from 'react';
import { Button } from '../button';
import { AreaField } from '../field';
import { Markdown } from './card';

const TAKEN = 'image/png,image/jpeg,image/gif,image/webp,video/*,audio/*';

export interface MarkdownFieldProps {
  label: string;
  value: string;
  change: (value: string) => void;
  /** Sends a file; the Markdown that shows it, or null where it was refused. */
  attach: (file: File) => Promise<string | null>;
  rendermime: IRenderMimeRegistry;
  trans: TranslationBundle;
}

/** Markdown that is written, with pictures that are chosen, dropped or pasted; and how it will look. */
export function MarkdownField(props: MarkdownFieldProps): ReactElement {
  const { label, value, change, attach, rendermime, trans } = props;
  const [isPreview, setPreview] = useState(false);
  const [sending, setSending] = useState(0);
  const chooser = useRef<HTMLInputElement>(null);
  const written = useRef(value);
  written.current = value;
  const take = async (files: FileList | null) => {
    for (const file of files ?? []) {
      setSending(count => count + 1);
      const shown = await attach(file);
      setSending(count => count - 1);
      if (shown) {
        const before = written.current.trimEnd();
        change(before ? `${before}\n\n${shown}\n` : `${shown}\n`);
      }
    }
  };
  return (
    <div
      className="jp-HubMarkdown"
      onPaste={event => {
        if (event.clipboardData.files.length > 0) {
          event.preventDefault();
          void take(event.clipboardData.files);
        }
      }}
      onDragOver={event => event.preventDefault()}
      onDrop={event => {
        event.preventDefault();
        event.stopPropagation();
        void take(event.dataTransfer.files);
      }}
    >
      {isPreview ? (
        <div
          role="group"
          aria-label={trans.__('Preview')}
          className="jp-HubMarkdown-preview"
        >
          <Markdown
            source={value || trans.__('Nothing yet.')}
            rendermime={rendermime}
          />
        </div>
      ) : (
        <AreaField label={label} value={value} change={change} />
      )}
      <div className="jp-HubBar">
        <Button onClick={() => setPreview(!isPreview)}>
          {isPreview ? trans.__('Write') : trans.__('Preview')}
        </Button>
        <Button
          onClick={() => chooser.current?.click()}
          title={trans.__('Or drop or paste it into the text')}
        >
          {trans.__('Attach…')}
        </Button>
        <input
          ref={chooser}
          type="file"
          hidden
          multiple
          accept={TAKEN}
          aria-label={trans.__('Files to attach')}
          onChange={event => {
            void take(event.target.files);
          }}
        />
        <span role="status" className="jp-HubStatus">
          {sending > 0 && trans.__('Sending…')}
        </span>
      </div>
    </div>
  );
}
