import type { ReactElement } from 'react';
import { useEffect, useRef } from 'react';
import type { Spec } from '../model/charts';

/** A chart on the screen, drawn by JupyterLab's own Vega. */
export interface Drawing {
  readonly node: HTMLElement;
  draw: (spec: Spec) => Promise<void>;
  dispose: () => void;
}

export type MakeDrawing = () => Drawing;

const SELDOM_MS = 250;

/** A Vega-Lite chart; a new *spec* is drawn at once, or a moment after the one before. */
export function Vega(props: {
  spec: Spec;
  label: string;
  make: MakeDrawing;
}): ReactElement {
  const { spec, label, make } = props;
  const place = useRef<HTMLDivElement>(null);
  const drawing = useRef<Drawing | null>(null);
  const drawnAt = useRef(0);
  useEffect(() => {
    const made = make();
    drawing.current = made;
    place.current?.append(made.node);
    return () => made.dispose();
  }, [make]);
  useEffect(() => {
    const wait = Math.max(0, drawnAt.current + SELDOM_MS - Date.now());
    const timer = setTimeout(() => {
      drawnAt.current = Date.now();
      void drawing.current?.draw(spec);
    }, wait);
    return () => clearTimeout(timer);
  }, [spec, make]);
  return (
    <div className="jp-HubVega" role="img" aria-label={label} ref={place} />
  );
}
