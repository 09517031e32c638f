import type { ReactElement } from 'react';
import type { Point } from '../../api/wire';
import { drawable } from '../../model/numbers';
import { piecesOf } from '../chart';

const WIDTH = 72;
const HEIGHT = 20;

/** A metric of a run in one small line; the number stands beside it. */
export function Spark(props: { points: Point[] }): ReactElement | null {
  const pieces = piecesOf(
    props.points.map(({ step, value }) => ({ x: step, y: drawable(value) }))
  );
  const seen = pieces.flat();
  if (seen.length < 2) {
    return null;
  }
  const xs = seen.map(({ x }) => x);
  const ys = seen.map(({ y }) => y);
  const [left, low] = [Math.min(...xs), Math.min(...ys)];
  const [wide, high] = [
    Math.max(...xs) - left || 1,
    Math.max(...ys) - low || 1
  ];
  const at = ({ x, y }: { x: number; y: number }) =>
    `${1 + ((x - left) / wide) * (WIDTH - 2)},${
      HEIGHT - 2 - ((y - low) / high) * (HEIGHT - 4)
    }`;
  return (
    <svg
      className="jp-HubSpark"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      aria-hidden
    >
      {pieces.map((piece, index) => (
        <polyline key={index} points={piece.map(at).join(' ')} />
      ))}
    </svg>
  );
}
