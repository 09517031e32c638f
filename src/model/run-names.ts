import type { Run, RunList } from '../api/wire';
import { Store } from './store';

const AT_ONCE = 100;

/** Names of runs by their ids, asked for once each; of deleted runs there is none. */
export class RunNames {
  constructor(private readonly ask: (ids: string[]) => Promise<RunList>) {}

  readonly store = new Store<ReadonlyMap<string, string>>(new Map());

  /** Have the names of these runs soon. */
  async want(ids: string[]): Promise<void> {
    const missing = [...new Set(ids)].filter(id => !this.asked.has(id));
    for (let first = 0; first < missing.length; first += AT_ONCE) {
      const some = missing.slice(first, first + AT_ONCE);
      some.forEach(id => this.asked.add(id));
      const found = await this.ask(some).catch(() => null);
      if (found) {
        this.add(found.runs);
      } else {
        some.forEach(id => this.asked.delete(id));
      }
    }
  }

  /** A run may have another name now. */
  told(run: Run): void {
    const known = this.store.state.get(run.id);
    if (known !== undefined && known !== run.name) {
      this.add([run]);
    }
  }

  private add(runs: Run[]): void {
    const named = runs.map(({ id, name }): [string, string] => [id, name]);
    this.store.set(new Map([...this.store.state, ...named]));
  }

  private readonly asked = new Set<string>();
}
