import type { IRenderMime, IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Message } from '@lumino/messaging';
import { Panel, Widget } from '@lumino/widgets';
import type { Bundle, StandIn } from '../../api/outputs';
import { STAND_IN, standIn } from '../../api/outputs';
import { failure } from '../../model/failure';
import { sizeText } from '../format';

/** Text and tables beyond this make a page slow; people are asked first. */
const MOST_UNASKED = 2_000_000;
/** Outputs this near to what is seen are loaded. */
const NEAR = '800px';

export interface LargeOutputOptions {
  rendermime: IRenderMimeRegistry;
  load: (sha256: string) => Promise<Bundle>;
  trans: TranslationBundle;
}

/** Shows a large output of a shared notebook: loads it when it comes near, or when somebody asks. */
export class LargeOutput extends Panel implements IRenderMime.IRenderer {
  constructor(private readonly options: LargeOutputOptions) {
    super();
    this.addClass('jp-HubOutput');
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const kept = standIn(model.data[STAND_IN]);
    const text = String(model.data['text/plain'] ?? '');
    this.forget();
    if (!kept) {
      this.say(text);
      return;
    }
    const { trusted } = model;
    this.begin = () => void this.draw(kept, trusted);
    if (kept.bytes > MOST_UNASKED && !kept.types.some(isPicture)) {
      const { trans } = this.options;
      const label = trans.__('Show all (%1)', sizeText(kept.bytes));
      this.say(text.slice(0, text.lastIndexOf('\n')), label);
    } else {
      this.say(this.options.trans.__('Loading %1…', sizeText(kept.bytes)));
      this.watch();
    }
  }

  override dispose(): void {
    this.forget();
    super.dispose();
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this.watcher?.observe(this.node);
  }

  /** Load it once it is nearly seen. */
  private watch(): void {
    this.watcher = new IntersectionObserver(
      entries => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) {
          this.watcher?.disconnect();
          this.begin();
        }
      },
      { rootMargin: NEAR }
    );
    if (this.isAttached) {
      this.watcher.observe(this.node);
    }
  }

  private async draw(kept: StandIn, trusted: boolean): Promise<void> {
    const { rendermime, load, trans } = this.options;
    const now = (this.drawn += 1);
    try {
      const { data, metadata } = await load(kept.sha256);
      const type = rendermime.preferredMimeType(
        data,
        trusted ? 'any' : 'ensure'
      );
      if (this.isDisposed || now !== this.drawn) {
        return;
      }
      if (type === undefined) {
        this.say(trans.__('Nothing here can show %1.', kept.types.join(', ')));
        return;
      }
      const renderer = rendermime.createRenderer(type);
      this.put(renderer);
      await renderer.renderModel(
        rendermime.createModel({ data, metadata, trusted })
      );
    } catch (error) {
      if (!this.isDisposed && now === this.drawn) {
        const { message } = failure(error);
        this.say(
          trans.__('This output cannot be loaded: %1', message),
          trans.__('Try again')
        );
      }
    }
  }

  /** Words in place of the output, and a button that loads it. */
  private say(words: string, label?: string): void {
    const node = document.createElement('div');
    const text = document.createElement('pre');
    text.textContent = words;
    node.append(text);
    if (label !== undefined) {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'jp-HubOutput-more';
      button.textContent = label;
      button.addEventListener('click', () => {
        button.disabled = true;
        this.begin();
      });
      node.append(button);
    }
    this.put(new Widget({ node }));
  }

  private put(widget: Widget): void {
    for (const old of [...this.widgets]) {
      old.dispose();
    }
    this.addWidget(widget);
  }

  private forget(): void {
    this.drawn += 1;
    this.watcher?.disconnect();
    this.watcher = null;
  }

  private begin: () => void = () => undefined;
  private watcher: IntersectionObserver | null = null;
  private drawn = 0;
}

function isPicture(type: string): boolean {
  return type.startsWith('image/');
}
