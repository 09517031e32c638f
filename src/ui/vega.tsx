import type { ReactElement } from 'react';
import { useEffect, useRef, useState } from 'react';
import type { Spec } from '../model/charts';

/** A chart on the screen, drawn by JupyterLab's own Vega. */
export interface Drawing {
  readonly node: HTMLElement;
  draw: (spec: Spec) => Promise<void>;
  dispose: () => void;
}

export type MakeDrawing = () => Drawing;

const SELDOM_MS = 250;

/** Changes when JupyterLab's theme does: Vega takes colours at draw time only. */
function useTheme(): string {
  const [theme, setTheme] = useState('');
  useEffect(() => {
    const look = () => setTheme(document.body.dataset.jpThemeName ?? '');
    look();
    const observer = new MutationObserver(look);
    observer.observe(document.body, {
      attributeFilter: ['data-jp-theme-name']
    });
    return () => observer.disconnect();
  }, []);
  return theme;
}

/** The colours of JupyterLab's theme. */
function themed(): Spec {
  const style = getComputedStyle(document.body);
  const color = (name: string) => style.getPropertyValue(name).trim();
  const text = color('--jp-ui-font-color1');
  const line = color('--jp-border-color2');
  return {
    axis: {
      labelColor: text,
      titleColor: text,
      gridColor: line,
      domainColor: line,
      tickColor: line,
      labelFont: color('--jp-ui-font-family'),
      titleFontWeight: 'normal'
    },
    view: { stroke: 'transparent' }
  };
}

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
  const theme = useTheme();
  useEffect(() => {
    const wait = Math.max(0, drawnAt.current + SELDOM_MS - Date.now());
    const timer = setTimeout(() => {
      drawnAt.current = Date.now();
      void drawing.current?.draw({ ...spec, config: themed() });
    }, wait);
    return () => clearTimeout(timer);
  }, [spec, make, theme]);
  return (
    <div className="jp-HubVega" role="img" aria-label={label} ref={place} />
  );
}
