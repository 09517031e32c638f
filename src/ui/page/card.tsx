import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { MimeModel } from '@jupyterlab/rendermime';
import type { ReactElement } from 'react';
import { useEffect, useRef } from 'react';

const MARKDOWN = 'text/markdown';

/** Markdown by strangers: drawn by JupyterLab's renderer, untrusted, so that scripts and styles are removed. */
export function Markdown(props: {
  source: string;
  rendermime: IRenderMimeRegistry;
}): ReactElement {
  const { source, rendermime } = props;
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const renderer = rendermime.createRenderer(MARKDOWN);
    host.current?.append(renderer.node);
    const model = new MimeModel({
      data: { [MARKDOWN]: source },
      trusted: false
    });
    renderer.renderModel(model).catch(error => {
      console.error('The model card could not be drawn', error);
      renderer.node.textContent = source;
    });
    return () => {
      renderer.node.remove();
      renderer.dispose();
    };
  }, [source, rendermime]);
  return <div className="jp-HubCard" ref={host} />;
}
