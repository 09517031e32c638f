import type { RefObject } from 'react';
import { useEffect } from 'react';

/**
 * Keeps the keyboard inside *place*: when what has the focus there goes away, as a field that was cancelled or a comment
 * that was deleted, the focus goes to what it stood in, not to the beginning of the page.
 */
export function useHeldFocus(place: RefObject<HTMLElement>): void {
  useEffect(() => {
    const node = place.current;
    if (!node) {
      return undefined;
    }
    const held = new HeldFocus(node);
    return () => held.dispose();
  }, [place]);
}

class HeldFocus {
  constructor(private readonly place: HTMLElement) {
    place.addEventListener('focusin', this.onFocus);
    place.addEventListener('focusout', this.onBlur);
    this.watch.observe(place, { childList: true, subtree: true });
  }

  dispose(): void {
    this.place.removeEventListener('focusin', this.onFocus);
    this.place.removeEventListener('focusout', this.onBlur);
    this.watch.disconnect();
  }

  private readonly onFocus = ({ target }: FocusEvent) => {
    if (target instanceof HTMLElement && target !== this.last) {
      this.before = this.last;
      this.last = target;
      this.around = [];
      for (let at = target.parentElement; at; at = at.parentElement) {
        if (at === this.place) {
          break;
        }
        this.around.push(at);
      }
    }
  };

  /** Who clicks beside everything has let go; what is taken away is not there any more a moment later. */
  private readonly onBlur = ({ target }: FocusEvent) => {
    setTimeout(() => {
      if (target instanceof Node && target.isConnected && isNowhere()) {
        this.last = this.before = null;
      }
    });
  };

  private readonly look = () => {
    const { last, before } = this;
    if (last && !last.isConnected && isNowhere()) {
      const around = this.around.find(
        one => one.isConnected && one.hasAttribute('tabindex')
      );
      const next = around ?? (before?.isConnected ? before : this.place);
      next.focus();
    }
  };

  private readonly watch = new MutationObserver(() => this.look());
  private last: HTMLElement | null = null;
  /** What had it before that. */
  private before: HTMLElement | null = null;
  /** What it stands in, innermost first. */
  private around: HTMLElement[] = [];
}

function isNowhere(): boolean {
  const { activeElement, body } = document;
  return !activeElement || activeElement === body;
}
