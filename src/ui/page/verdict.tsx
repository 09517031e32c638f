import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import type { Safety } from '../../api/wire';

/** What the scan of a file found, in a word and a mark. */
export function Verdict(props: {
  safety: Safety;
  note: string;
  trans: TranslationBundle;
}): ReactElement {
  const { safety, note, trans } = props;
  const [mark, word] = {
    safe: ['✓', trans.__('Safe')],
    caution: ['!', trans.__('Caution')],
    unsafe: ['✗', trans.__('Unsafe')],
    unscanned: ['?', trans.__('Not scanned')]
  }[safety];
  return (
    <span className={`jp-HubSafety jp-mod-${safety}`} title={note || undefined}>
      <span aria-hidden>{mark}</span> {word}
    </span>
  );
}
