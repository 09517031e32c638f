import { defaultRenderMime } from '@jupyterlab/rendermime/lib/testutils';
import { nullTranslator } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';
import type { Bundle } from '../../api/outputs';
import { STAND_IN } from '../../api/outputs';
import { LargeOutput } from './large';

const SHA256 = 'a'.repeat(64);
const PICTURE = { data: { 'image/png': 'AAAA' }, metadata: {} };
const TEXT = {
  data: { 'application/vnd.jupyter.stdout': 'all of it' },
  metadata: {}
};

/** What is near the screen, in the hands of the test. */
class Watcher implements IntersectionObserver {
  static readonly all: Watcher[] = [];
  readonly root = null;
  readonly rootMargin = '';
  readonly scrollMargin = '';
  readonly thresholds = [];

  constructor(private readonly heard: IntersectionObserverCallback) {
    Watcher.all.push(this);
  }

  come(): void {
    const { node } = this;
    if (node) {
      const box = node.getBoundingClientRect();
      this.heard(
        [
          {
            isIntersecting: true,
            target: node,
            time: 0,
            intersectionRatio: 1,
            boundingClientRect: box,
            intersectionRect: box,
            rootBounds: null
          }
        ],
        this
      );
    }
  }

  observe(node: Element): void {
    this.node = node;
  }
  unobserve(): void {
    this.node = null;
  }
  disconnect(): void {
    this.node = null;
  }
  takeRecords(): IntersectionObserverEntry[] {
    return [];
  }

  private node: Element | null = null;
}

async function shown(
  bytes: number,
  types: string[],
  load: () => Promise<Bundle>
): Promise<LargeOutput> {
  const trans = nullTranslator.load('');
  const rendermime = defaultRenderMime();
  const output = new LargeOutput({ rendermime, load, trans });
  const data = {
    [STAND_IN]: { sha256: SHA256, bytes, types },
    'text/plain': 'the first lines\n[told]'
  };
  await output.renderModel(rendermime.createModel({ data, trusted: true }));
  Widget.attach(output, document.body);
  return output;
}

/** Promises that are kept already have been heard. */
const settled = () => new Promise(resolve => setTimeout(resolve));

describe('a large output', () => {
  beforeAll(() => {
    globalThis.IntersectionObserver = Watcher;
  });

  it('is loaded when it comes near', async () => {
    const load = jest.fn(() => Promise.resolve(PICTURE));
    const output = await shown(90_000, ['image/png'], load);
    const before = load.mock.calls.length;

    Watcher.all.at(-1)?.come();
    await settled();

    expect(before).toBe(0);
    expect(load).toHaveBeenCalledWith(SHA256);
    expect(output.node.querySelector('img')?.src).toContain('AAAA');
  });

  it('is loaded only when asked for if it would make the page slow', async () => {
    const load = jest.fn(() => Promise.resolve(TEXT));
    const output = await shown(9_000_000, ['stdout'], load);
    const button = output.node.querySelector('button');
    const before = output.node.textContent;

    button?.click();
    await settled();

    expect(before).toBe('the first linesShow all (9.0 MB)');
    expect(output.node.textContent).toBe('all of it');
  });

  it('says why it cannot be loaded, and tries again', async () => {
    let tries = 0;
    const output = await shown(90_000, ['image/png'], () => {
      tries += 1;
      return tries === 1
        ? Promise.reject(new Error('gone'))
        : Promise.resolve(PICTURE);
    });
    Watcher.all.at(-1)?.come();
    await settled();
    const words = output.node.textContent;

    output.node.querySelector('button')?.click();
    await settled();

    expect(words).toBe('This output cannot be loaded: goneTry again');
    expect(output.node.querySelector('img')).not.toBeNull();
  });
});
