import type { ReactElement } from 'react';
import { numberText } from './format';

export interface Spot {
  /** A step of a run, or the number of a version. */
  x: number;
  y: number | null;
}

const WIDTH = 240;
const HEIGHT = 72;
const MARGIN = 5;

/** The pieces of a line: a value that is missing, NaN or infinite, breaks it. */
export function piecesOf(spots: Spot[]): { x: number; y: number }[][] {
  const pieces: { x: number; y: number }[][] = [[]];
  for (const { x, y } of spots) {
    if (y === null) {
      pieces.push([]);
    } else {
      pieces[pieces.length - 1]?.push({ x, y });
    }
  }
  return pieces.filter(piece => piece.length > 0);
}

function scale(values: number[], from: number, to: number) {
  const low = Math.min(...values);
  const high = Math.max(...values);
  return (value: number) =>
    high === low
      ? (from + to) / 2
      : from + ((value - low) / (high - low)) * (to - from);
}

/** A small line chart in the colours of the theme; its label says in words what it shows. */
export function LineChart(props: {
  label: string;
  spots: Spot[];
  firstTick: string;
  lastTick: string;
  /** Where something went wrong, by *x*. */
  marks?: number[];
}): ReactElement | null {
  const pieces = piecesOf(props.spots);
  const seen = pieces.flat();
  const last = seen[seen.length - 1];
  if (!last) {
    return null;
  }
  const ys = seen.map(({ y }) => y);
  const toX = scale(
    seen.map(({ x }) => x),
    MARGIN,
    WIDTH - MARGIN
  );
  const toY = scale(ys, HEIGHT - MARGIN, MARGIN);
  return (
    <div className="jp-HubChart">
      <div className="jp-HubChart-range" aria-hidden>
        <span>{numberText(Math.max(...ys))}</span>
        <span>{numberText(Math.min(...ys))}</span>
      </div>
      <svg
        role="img"
        aria-label={props.label}
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
      >
        {pieces.map((piece, index) => (
          <polyline
            key={index}
            vectorEffect="non-scaling-stroke"
            points={piece.map(({ x, y }) => `${toX(x)},${toY(y)}`).join(' ')}
          />
        ))}
        {props.marks?.map(x => (
          <line
            key={x}
            className="jp-HubChart-mark"
            vectorEffect="non-scaling-stroke"
            x1={toX(x)}
            x2={toX(x)}
            y1={0}
            y2={HEIGHT}
          />
        ))}
        <line
          className="jp-HubChart-dot"
          vectorEffect="non-scaling-stroke"
          x1={toX(last.x)}
          x2={toX(last.x)}
          y1={toY(last.y)}
          y2={toY(last.y)}
        />
      </svg>
      <div className="jp-HubChart-ticks" aria-hidden>
        <span>{props.firstTick}</span>
        <span>{props.lastTick}</span>
      </div>
    </div>
  );
}
