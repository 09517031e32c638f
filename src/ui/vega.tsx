import type { ReactElement } from 'react';
import { useEffect, useRef, useState } from 'react';
import type { Spec } from '../model/charts';
import { Artist } from './artist';

/** A chart on the screen, drawn by JupyterLab's own Vega. */
interface Drawing {
  readonly node: HTMLElement;
  draw: (spec: Spec) => Promise<void>;
  dispose: () => void;
}

export type MakeDrawing = () => Drawing;

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
    text: { color: text, font: color('--jp-ui-font-family'), fontSize: 11 },
    view: { stroke: 'transparent' }
  };
}

/** A Vega-Lite chart; a new *spec* is drawn at once, or a moment after the one before, while somebody sees it. */
export function Vega(props: {
  spec: Spec;
  label: string;
  make: MakeDrawing;
}): ReactElement {
  const { spec, label, make } = props;
  const place = useRef<HTMLDivElement>(null);
  const artist = useRef<Artist | null>(null);
  useEffect(() => {
    const drawing = make();
    const made = new Artist(given =>
      drawing.draw({ ...given, config: themed() })
    );
    artist.current = made;
    const { current } = place;
    current?.append(drawing.node);
    const observer = new IntersectionObserver(entries =>
      made.see(entries.some(({ isIntersecting }) => isIntersecting))
    );
    if (current) {
      observer.observe(current);
    }
    return () => {
      observer.disconnect();
      made.dispose();
      drawing.dispose();
    };
  }, [make]);
  const theme = useTheme();
  useEffect(() => artist.current?.want(spec), [spec, make, theme]);
  return (
    <div className="jp-HubVega" role="img" aria-label={label} ref={place} />
  );
}
