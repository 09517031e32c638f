import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import type { RepoKind } from '../api/wire';
import { SelectField } from './field';

/** Models, datasets or spaces. */
export function KindField(props: {
  label: string;
  value: RepoKind;
  change: (kind: RepoKind) => void;
  trans: TranslationBundle;
}): ReactElement {
  const { label, value, change, trans } = props;
  return (
    <SelectField<RepoKind>
      label={label}
      bare
      value={value}
      options={[
        { value: 'model', label: trans.__('Models') },
        { value: 'dataset', label: trans.__('Datasets') },
        { value: 'space', label: trans.__('Spaces') }
      ]}
      change={change}
    />
  );
}
