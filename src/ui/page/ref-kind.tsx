import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import type { RefEntry } from '../../api/wire';
import { SelectField } from '../field';

/** A branch, or a tag. */
export function RefKindField(props: {
  value: RefEntry['kind'];
  change: (kind: RefEntry['kind']) => void;
  trans: TranslationBundle;
}): ReactElement {
  const { value, change, trans } = props;
  return (
    <SelectField
      label={trans.__('Kind')}
      value={value}
      options={[
        { value: 'branch', label: trans.__('Branch') },
        { value: 'tag', label: trans.__('Tag') }
      ]}
      change={change}
    />
  );
}
