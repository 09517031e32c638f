import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import { useState } from 'react';
import { Button } from '../button';
import { AreaField } from '../field';
import { Markdown } from './card';

/** Markdown that is written, and how it will look. */
export function MarkdownField(props: {
  label: string;
  value: string;
  change: (value: string) => void;
  rendermime: IRenderMimeRegistry;
  trans: TranslationBundle;
}): ReactElement {
  const { label, value, change, rendermime, trans } = props;
  const [isPreview, setPreview] = useState(false);
  return (
    <div className="jp-HubMarkdown">
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
      <Button onClick={() => setPreview(!isPreview)}>
        {isPreview ? trans.__('Write') : trans.__('Preview')}
      </Button>
    </div>
  );
}
