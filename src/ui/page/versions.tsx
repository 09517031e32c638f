import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import { useState } from 'react';
import type { Version } from '../../api/wire';
import type { VersionsModel } from '../../model/repo/versions';
import type { Actions } from '../actions';
import { Refusal } from '../answer';
import { Button, LinkButton } from '../button';
import { Change } from '../facts';
import { exactText, numberText, sizeText, whenText } from '../format';
import { useStore } from '../use-store';
import { CompareVersions, VersionButtons } from './version-actions';
import type { Column } from './version-charts';
import { AllMetrics, Trends, isSame, metricOf } from './version-charts';

export interface VersionsProps {
  versions: Version[];
  /** Commit of the version that is shown. */
  commit: string;
  show: (tag: string) => void;
  openRun: (id: string) => void;
  /** Of the model. */
  id: string;
  model: VersionsModel;
  branches: string[];
  mayWrite: boolean;
  reproduce: (tag: string) => void;
  actions: Actions;
  trans: TranslationBundle;
}

const MOST_COLUMNS = 4;
/** So many rows are drawn before one asks for more. */
const FIRST = 20;

/** The metrics that most versions have, best known first; one for each data set they were measured on. */
export function columnsOf(versions: Version[]): Column[] {
  const known: { column: Column; count: number }[] = [];
  for (const { metrics } of versions) {
    const seen = metrics.filter(
      (metric, at) => metrics.findIndex(one => isSame(one, metric)) === at
    );
    for (const { name, dataset, split } of seen) {
      const found = known.find(({ column }) =>
        isSame(column, { name, dataset, split })
      );
      if (found) {
        found.count += 1;
      } else {
        const column = { name, dataset, split, label: name };
        known.push({ column, count: 1 });
      }
    }
  }
  const labelled = known.map(({ column, count }) => {
    const isAlone = known.every(
      one => one.column === column || one.column.name !== column.name
    );
    const { name, dataset, split } = column;
    const where = [name, dataset, split].filter(Boolean).join(' · ');
    return { column: isAlone ? column : { ...column, label: where }, count };
  });
  return labelled
    .sort((a, b) => b.count - a.count)
    .slice(0, MOST_COLUMNS)
    .map(({ column }) => column);
}

/** All versions, newest first, with their metrics and what changed. */
export function Versions(props: VersionsProps): ReactElement {
  const { versions, commit, trans } = props;
  const columns = columnsOf(versions);
  const history = useStore(props.model.history.store);
  const [count, setCount] = useState(FIRST);
  return (
    <>
      <Trends
        versions={versions}
        columns={columns}
        history={history.is === 'shown' ? history.value : null}
        trans={trans}
      />
      {history.is === 'shown' && history.value.series.length > 0 && (
        <AllMetrics history={history.value} trans={trans} />
      )}
      <CompareVersions {...props} />
      <Refusal deed={props.model.deed} trans={trans} />
      <div
        className="jp-HubScroll"
        tabIndex={0}
        role="group"
        aria-label={trans.__('Versions')}
      >
        <table className="jp-HubTable">
          <caption className="jp-HubHidden">{trans.__('Versions')}</caption>
          <thead>
            <tr>
              <th scope="col">{trans.__('Version')}</th>
              {columns.map(({ label }) => (
                <th scope="col" key={label} className="jp-mod-number">
                  {label}
                </th>
              ))}
              <th scope="col" className="jp-mod-number">
                {trans.__('Size')}
              </th>
              <th scope="col">{trans.__('Published')}</th>
            </tr>
          </thead>
          <tbody>
            {versions.slice(0, count).map(version => (
              <Row
                key={version.tag}
                version={version}
                columns={columns}
                isShown={version.commit === commit}
                {...props}
              />
            ))}
          </tbody>
        </table>
      </div>
      {versions.length > count && (
        <Button onClick={() => setCount(count + 10 * FIRST)}>
          {trans.__('Show older versions')}
        </Button>
      )}
    </>
  );
}

function Row(
  props: VersionsProps & {
    version: Version;
    columns: Column[];
    isShown: boolean;
  }
): ReactElement {
  const { version, columns, isShown, show, openRun, trans } = props;
  const { runId } = version;
  return (
    <tr aria-current={isShown || undefined}>
      <th scope="row">
        <LinkButton
          onClick={() => show(version.tag)}
          label={trans.__('Show version %1', version.tag)}
        >
          {version.tag}
        </LinkButton>
        {isShown && <span className="jp-HubBadge">{trans.__('shown')}</span>}
        {version.aliases.map(alias => (
          <span key={alias} className="jp-HubBadge jp-mod-open">
            {alias}
          </span>
        ))}
        {version.deprecated && (
          <span className="jp-HubBadge jp-mod-closed">
            {trans.__('deprecated')}
          </span>
        )}
        {version.message && <p>{version.message}</p>}
        <Lineage version={version} trans={trans} />
        <VersionButtons {...props} />
      </th>
      {columns.map(column => {
        const metric = metricOf(version, column);
        return (
          <td key={column.label} className="jp-mod-number">
            {metric ? numberText(metric.value) : '–'}{' '}
            {metric && <Change metric={metric} trans={trans} />}
          </td>
        );
      })}
      <td className="jp-mod-number">{sizeText(version.sizeBytes)}</td>
      <td>
        {version.authors.map(({ displayName }) => displayName).join(', ')}
        <p className="jp-HubModel-when">
          <time
            dateTime={version.createdAt}
            title={exactText(version.createdAt)}
          >
            {whenText(version.createdAt)}
          </time>
          {runId && (
            <>
              {' · '}
              <LinkButton
                onClick={() => openRun(runId)}
                label={trans.__('Open the run of version %1', version.tag)}
              >
                {trans.__('run')}
              </LinkButton>
            </>
          )}
        </p>
      </td>
    </tr>
  );
}

/** What a version was made from, and why one should not use it. */
function Lineage(props: {
  version: Version;
  trans: TranslationBundle;
}): ReactElement | null {
  const { version, trans } = props;
  const { deprecated, parent, baseModels, datasets } = version;
  const said = [
    parent && trans.__('after %1', parent),
    baseModels.length > 0 && trans.__('from %1', baseModels.join(', ')),
    datasets.length > 0 && trans.__('trained on %1', datasets.join(', '))
  ].filter(Boolean);
  return (
    <>
      {said.length > 0 && (
        <p className="jp-HubModel-when">{said.join(' · ')}</p>
      )}
      {deprecated && (
        <p className="jp-HubNote">
          {deprecated.reason}
          {deprecated.instead &&
            ` ${trans.__('Take %1 instead.', deprecated.instead)}`}
        </p>
      )}
    </>
  );
}
