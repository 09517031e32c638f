import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import { useEffect } from 'react';
import type { Lineage, LineageNode, Usage } from '../../api/wire';
import type { UsesModel } from '../../model/repo/uses';
import type { Actions } from '../actions';
import { Answered } from '../answer';
import { LinkButton } from '../button';
import { Section } from '../field';
import { exactText, whenText } from '../format';
import { useStore } from '../use-store';

export interface UsesProps {
  model: UsesModel;
  actions: Actions;
  trans: TranslationBundle;
}

/** Where a model comes from and what became of it; who uses it. */
export function Uses(props: UsesProps): ReactElement {
  const { model, trans } = props;
  useLinkedData(model);
  return (
    <>
      <Section title={trans.__('Lineage')}>
        <Answered
          asked={model.lineage}
          label={trans.__('Loading the lineage')}
          retry={() => model.refresh()}
          trans={trans}
        >
          {lineage => <LineageView {...props} lineage={lineage} />}
        </Answered>
      </Section>
      <Section title={trans.__('Use')}>
        <Answered
          asked={model.usage}
          label={trans.__('Loading the use')}
          retry={() => model.refresh()}
          trans={trans}
        >
          {usage => <UsageView {...props} usage={usage} />}
        </Answered>
      </Section>
    </>
  );
}

/** While the page is open, programs that read this window find its linked data in the head. */
function useLinkedData(model: UsesModel): void {
  const state = useStore(model.linked.store);
  const value = state.is === 'shown' ? state.value : null;
  useEffect(() => {
    if (!value) {
      return undefined;
    }
    const script = document.createElement('script');
    script.type = 'application/ld+json';
    script.textContent = JSON.stringify(value);
    document.head.append(script);
    return () => script.remove();
  }, [value]);
}

function LineageView(props: UsesProps & { lineage: Lineage }): ReactElement {
  const { lineage, actions, trans } = props;
  if (lineage.nodes.length === 0) {
    return (
      <p className="jp-HubStatus">
        {trans.__('No card names a base model, data, or something made of it.')}
      </p>
    );
  }
  return (
    <>
      <div className="jp-HubLineage">
        <Branch
          title={trans.__('Made of')}
          relations={['base', 'data']}
          via={lineage.id}
          {...{ lineage, actions, trans }}
        />
        <Branch
          title={trans.__('Made of it')}
          relations={['child']}
          via={lineage.id}
          {...{ lineage, actions, trans }}
        />
      </div>
      {lineage.isCut && (
        <p className="jp-HubStatus">{trans.__('There is more than this.')}</p>
      )}
    </>
  );
}

interface BranchProps {
  title?: string;
  relations: LineageNode['relation'][];
  via: string;
  lineage: Lineage;
  actions: Actions;
  trans: TranslationBundle;
}

/** What comes next on one side, and behind each what comes then. */
function Branch(props: BranchProps): ReactElement | null {
  const { title, relations, via, lineage } = props;
  const next = lineage.nodes.filter(
    node => node.via === via && relations.includes(node.relation)
  );
  return next.length === 0 ? null : (
    <div>
      {title && <h3>{title}</h3>}
      <ul>
        {next.map(node => (
          <li key={`${node.kind} ${node.id}`}>
            <Relative {...props} node={node} />
            {node.kind === 'model' && (
              <Branch {...props} title="" via={node.id} />
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Relative(props: BranchProps & { node: LineageNode }): ReactElement {
  const { node, actions, trans } = props;
  const { kind, id } = node;
  return (
    <>
      {node.isHere ? (
        <LinkButton onClick={() => actions.openRepo({ kind, id })}>
          {id}
        </LinkButton>
      ) : (
        <span title={trans.__('Not on this hub')}>{id}</span>
      )}{' '}
      <span className="jp-HubStatus">
        {kind === 'dataset' ? trans.__('data') : node.how}
      </span>
    </>
  );
}

function UsageView(props: UsesProps & { usage: Usage }): ReactElement {
  const { usage, actions, trans } = props;
  const { weeks, notebooks } = usage;
  const most = Math.max(1, ...weeks.map(one => one.downloads + one.loads));
  const downloads = sum(weeks.map(one => one.downloads));
  const loads = sum(weeks.map(one => one.loads));
  const said = trans.__(
    'Downloads: %1, loads: %2, in half a year',
    downloads,
    loads
  );
  return (
    <>
      <p>{said}</p>
      <svg
        className="jp-HubUsage"
        viewBox={`0 0 ${weeks.length * 8} 40`}
        role="img"
        aria-label={said}
      >
        {weeks.map(({ week, ...one }, n) => {
          const height = (38 * (one.downloads + one.loads)) / most;
          return (
            <rect
              key={week}
              x={n * 8}
              y={40 - height}
              width={6}
              height={Math.max(height, 0.5)}
            >
              <title>
                {trans.__(
                  'Week of %1: %2 downloads, %3 loads',
                  week,
                  one.downloads,
                  one.loads
                )}
              </title>
            </rect>
          );
        })}
      </svg>
      {notebooks.length > 0 && (
        <ul>
          {notebooks.slice(0, 10).map(one => (
            <li key={one.path}>
              <LinkButton onClick={() => actions.openNotebook(one.path, null)}>
                {one.path}
              </LinkButton>{' '}
              <span className="jp-HubStatus" title={exactText(one.at)}>
                {trans.__('%1, %2, %3', one.by, one.revision, whenText(one.at))}
              </span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function sum(values: number[]): number {
  return values.reduce((all, one) => all + one, 0);
}
