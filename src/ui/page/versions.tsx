import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import type { Metric, Version } from '../../api/wire';
import { LinkButton } from '../button';
import { LineChart } from '../chart';
import { Change } from '../facts';
import { exactText, numberText, sizeText, whenText } from '../format';

export interface VersionsProps {
  versions: Version[];
  /** Commit of the version that is shown. */
  commit: string;
  show: (tag: string) => void;
  openRun: (id: string) => void;
  trans: TranslationBundle;
}

const MOST_COLUMNS = 4;

/** The names of the metrics that most versions have, best known first. */
export function columnsOf(versions: Version[]): string[] {
  const counts = new Map<string, number>();
  for (const { metrics } of versions) {
    for (const name of new Set(metrics.map(metric => metric.name))) {
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, MOST_COLUMNS)
    .map(([name]) => name);
}

function metricOf(version: Version, name: string): Metric | undefined {
  return version.metrics.find(metric => metric.name === name);
}

/** All versions, newest first, with their metrics and what changed. */
export function Versions(props: VersionsProps): ReactElement {
  const { versions, commit, trans } = props;
  const columns = columnsOf(versions);
  return (
    <>
      <Trends versions={versions} columns={columns} trans={trans} />
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
              {columns.map(name => (
                <th scope="col" key={name} className="jp-mod-number">
                  {name}
                </th>
              ))}
              <th scope="col" className="jp-mod-number">
                {trans.__('Size')}
              </th>
              <th scope="col">{trans.__('Published')}</th>
            </tr>
          </thead>
          <tbody>
            {versions.map(version => (
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
    </>
  );
}

function Row(
  props: VersionsProps & {
    version: Version;
    columns: string[];
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
        {version.message && <p>{version.message}</p>}
      </th>
      {columns.map(name => {
        const metric = metricOf(version, name);
        return (
          <td key={name} className="jp-mod-number">
            {metric ? numberText(metric.value) : '–'}{' '}
            {metric && <Change metric={metric} trans={trans} />}
          </td>
        );
      })}
      <td className="jp-mod-number">{sizeText(version.sizeBytes)}</td>
      <td>
        {version.author.displayName}
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

/** How each metric went over the versions; nothing to see before the second one. */
function Trends(props: {
  versions: Version[];
  columns: string[];
  trans: TranslationBundle;
}): ReactElement | null {
  const { columns, trans } = props;
  const oldestFirst = [...props.versions].reverse();
  const first = oldestFirst[0]?.tag ?? '';
  const last = oldestFirst[oldestFirst.length - 1]?.tag ?? '';
  if (oldestFirst.length < 2 || columns.length === 0) {
    return null;
  }
  return (
    <div className="jp-HubTrends">
      {columns.slice(0, 3).map(name => (
        <figure key={name}>
          <figcaption>{name}</figcaption>
          <LineChart
            label={trans.__('%1 from %2 to %3', name, first, last)}
            firstTick={first}
            lastTick={last}
            spots={oldestFirst.map((version, x) => ({
              x,
              y: metricOf(version, name)?.value ?? null
            }))}
          />
        </figure>
      ))}
    </div>
  );
}
