import type { TokensApi } from '../api/tokens';
import type { HubToken, HubTokenMade, NewHubToken } from '../api/wire';
import { Asked } from './asked';
import { Deed } from './deed';
import { Store } from './store';

/** One's tokens; a new one is shown once. */
export class TokensModel {
  constructor(private readonly api: TokensApi) {}

  readonly tokens = new Asked<HubToken[]>();
  readonly made = new Store<HubTokenMade | null>(null);
  readonly deed = new Deed();

  refresh(): void {
    void this.tokens.ask(async () => (await this.api.list()).tokens);
  }

  async create(token: NewHubToken): Promise<boolean> {
    const done = await this.deed.run(async () => {
      this.made.set(await this.api.create(token));
    });
    this.refresh();
    return done;
  }

  /** The code of a program that waits to be allowed, as far as it is known. */
  readonly code = new Store('');

  /** Let the program that shows *code* act for oneself, or not. */
  async decide(code: string, allow: boolean): Promise<boolean> {
    const done = await this.deed.run(() => this.api.decide(code, allow));
    this.refresh();
    return done;
  }

  /** Nobody can use it from now on. */
  async revoke({ id }: HubToken): Promise<boolean> {
    const done = await this.deed.run(() => this.api.revoke(id));
    if (this.made.state?.about.id === id) {
      this.made.set(null);
    }
    this.refresh();
    return done;
  }

  /** Show the new token no more. */
  forget(): void {
    this.made.set(null);
  }

  dispose(): void {
    this.tokens.dispose();
    this.forget();
  }
}
