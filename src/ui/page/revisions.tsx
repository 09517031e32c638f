import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import type { RefEntry } from '../../api/wire';
import type { PageModel } from '../../model/page';
import { useStore } from '../use-store';

/** Which branch, tag or commit the page shows. */
export function RevisionChoice(props: {
  model: PageModel;
  commit: string;
  trans: TranslationBundle;
}): ReactElement {
  const { model, commit, trans } = props;
  const refs = useStore(model.refs.refs.store);
  const revision = useStore(model.revision);
  const shown = revision ?? 'main';
  const { branches, tags } =
    refs.is === 'shown' ? refs.value : { branches: [], tags: [] };
  const isListed = [...branches, ...tags].some(({ name }) => name === shown);
  return (
    <select
      className="jp-HubSelect"
      aria-label={trans.__('Revision')}
      title={trans.__('Shown: commit %1', commit)}
      value={shown}
      onChange={event => model.show(event.target.value)}
    >
      {!isListed && (
        <option value={shown}>
          {/^[0-9a-f]{40}$/.test(shown) ? shown.slice(0, 8) : shown}
        </option>
      )}
      <Group label={trans.__('Branches')} refs={branches} />
      <Group label={trans.__('Tags')} refs={[...tags].reverse()} />
    </select>
  );
}

function Group(props: {
  label: string;
  refs: RefEntry[];
}): ReactElement | null {
  const { label, refs } = props;
  return refs.length === 0 ? null : (
    <optgroup label={label}>
      {refs.map(({ name }) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </optgroup>
  );
}
