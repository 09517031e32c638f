import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import type { Variant, VariantList } from '../../api/wire';
import type { VariantsModel } from '../../model/repo/variants';
import type { Actions } from '../actions';
import { Answered, Refusal } from '../answer';
import { Button, LinkButton } from '../button';
import { Section } from '../field';
import { countText, sizeText } from '../format';
import { useStore } from '../use-store';
import { Verdict } from './verdict';

export interface VariantsProps {
  model: VariantsModel;
  /** The version that is shown; null for a branch. */
  version: string | null;
  actions: Actions;
  trans: TranslationBundle;
}

/** The forms in which a model exists, how to load each, and making some. */
export function Variants(props: VariantsProps): ReactElement {
  const { model, trans } = props;
  return (
    <Section title={trans.__('Variants')}>
      <Answered
        asked={model.list}
        label={trans.__('Loading the variants')}
        retry={() => model.refresh()}
        trans={trans}
      >
        {list => (
          <>
            {list.variants.length > 0 ? (
              <Listed {...props} list={list} />
            ) : (
              <p className="jp-HubStatus">{trans.__('No weights yet.')}</p>
            )}
            <Refusal deed={model.deed} trans={trans} />
            <Making {...props} list={list} />
          </>
        )}
      </Answered>
    </Section>
  );
}

function Listed(props: VariantsProps & { list: VariantList }): ReactElement {
  const { list, trans } = props;
  return (
    <div
      className="jp-HubScroll"
      tabIndex={0}
      role="group"
      aria-label={trans.__('Variants')}
    >
      <table className="jp-HubTable">
        <caption className="jp-HubHidden">{trans.__('Variants')}</caption>
        <thead>
          <tr>
            <th scope="col">{trans.__('Variant')}</th>
            <th scope="col">{trans.__('Numbers')}</th>
            <th scope="col" className="jp-mod-number">
              {trans.__('Size')}
            </th>
            <th scope="col">{trans.__('Load')}</th>
          </tr>
        </thead>
        <tbody>
          {list.variants.map(one => (
            <Row
              key={`${one.repoId} ${one.files[0]}`}
              {...props}
              variant={one}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row(
  props: VariantsProps & { list: VariantList; variant: Variant }
): ReactElement {
  const { list, variant, actions, trans } = props;
  const { repoId, files, code, parameters } = variant;
  const isOther = repoId !== list.id;
  const [first = '', ...more] = files;
  const name = isOther ? repoId : first;
  return (
    <tr>
      <th scope="row">
        {isOther ? (
          <LinkButton onClick={() => actions.openModel(repoId)}>
            {repoId}
          </LinkButton>
        ) : (
          <span title={files.join('\n')}>{first}</span>
        )}
        {variant.isDefault && (
          <span className="jp-HubBadge">{trans.__('default')}</span>
        )}
        {isOther && <span className="jp-HubBadge">{variant.relation}</span>}
        <p className="jp-HubModel-when">
          {[
            variant.format,
            more.length > 0 &&
              trans._n('and %1 more file', 'and %1 more files', more.length)
          ]
            .filter(Boolean)
            .join(', ')}{' '}
          {variant.safety && variant.safety !== 'safe' && (
            <Verdict safety={variant.safety} note="" trans={trans} />
          )}
        </p>
      </th>
      <td>
        {variant.dtype || '–'}
        {parameters !== null && (
          <p className="jp-HubModel-when">
            {trans.__('%1 parameters', countText(parameters))}
          </p>
        )}
      </td>
      <td className="jp-mod-number">{sizeText(variant.sizeBytes)}</td>
      <td>
        <div className="jp-HubBar">
          <Button
            onClick={() => actions.insert(code)}
            label={trans.__('Insert the code that loads %1', name)}
            title={code}
          >
            {trans.__('Load')}
          </Button>
          <Button
            onClick={() => actions.copy(code)}
            label={trans.__('Copy the code that loads %1', name)}
            title={code}
          >
            {trans.__('Copy')}
          </Button>
        </div>
      </td>
    </tr>
  );
}

function Making(
  props: VariantsProps & { list: VariantList }
): ReactElement | null {
  const { model, version, list, trans } = props;
  const making = useStore(model.making);
  const deed = useStore(model.deed.store);
  if (making.is === 'running') {
    const { title, detail, progress } = making.job;
    return (
      <p role="status">
        {title} {detail}{' '}
        <progress max={1} value={progress} aria-label={title} />
      </p>
    );
  }
  return list.makeable.length > 0 ? (
    <div className="jp-HubBar">
      {list.makeable.map(format => (
        <Button
          key={format}
          disabled={deed.is === 'busy'}
          onClick={() => void model.make(format)}
          title={trans.__(
            'Write the weights again with 16 bits for each number, beside the others'
          )}
        >
          {trans.__('Make %1', format)}
        </Button>
      ))}
      {version !== null && (
        <span className="jp-HubStatus">
          {trans.__(
            'A version never changes: they go to the branch variants/%1.',
            version
          )}
        </span>
      )}
    </div>
  ) : null;
}
