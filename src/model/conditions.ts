import { Store } from './store';

/** What a condition may be: in the filter language, and as people read it. */
export interface Choice {
  key: string;
  text: string;
}

/** A condition that the user changed: another one counts in place of what was understood. */
export interface Swap {
  understood: string;
  /** What it may be; what was understood is first. */
  among: Choice[];
  chosen: string;
}

/** Whether *text* is another sentence, of which the changes of the *former* say nothing: less than half of it stayed. */
export function isAnother(former: string, text: string): boolean {
  const shorter = Math.min(former.length, text.length);
  let start = 0;
  while (start < shorter && former[start] === text[start]) {
    start++;
  }
  let end = 0;
  while (
    end < shorter - start &&
    former[former.length - 1 - end] === text[text.length - 1 - end]
  ) {
    end++;
  }
  return 2 * (start + end) < shorter;
}

/** What the user changed of the conditions that were understood. */
export class Conditions {
  /** Keys of those that the user does not want. */
  readonly leftOut = new Store<string[]>([]);
  /** Those in whose place another one counts. */
  readonly swaps = new Store<Swap[]>([]);

  /** What is said besides the sentence. */
  get instead(): string[] {
    return this.swaps.state.map(({ chosen }) => chosen);
  }

  /** Keys of those that do not count. */
  get without(): string[] {
    const swapped = this.swaps.state.map(({ understood }) => understood);
    return [...this.leftOut.state, ...swapped];
  }

  /** Forget all changes, but leave out those in *without*. */
  clear(without: string[] = []): void {
    this.leftOut.set(without);
    this.swaps.set([]);
  }

  /** Leave out one that was understood, or that was put in the place of one. */
  leaveOut(key: string): void {
    const swap = this.putInstead(key);
    this.swaps.set(this.swaps.state.filter(each => each !== swap));
    this.leftOut.set([...this.leftOut.state, swap ? swap.understood : key]);
  }

  /** Put *chosen* in the place of one, which is one *among* several. */
  choose(key: string, chosen: string, among: Choice[]): void {
    const swap = this.putInstead(key);
    const understood = swap ? swap.understood : key;
    const others = this.swaps.state.filter(each => each !== swap);
    this.swaps.set(
      chosen === understood
        ? others
        : [...others, { understood, chosen, among: swap?.among ?? among }]
    );
  }

  private putInstead(key: string): Swap | undefined {
    return this.swaps.state.find(({ chosen }) => chosen === key);
  }
}
