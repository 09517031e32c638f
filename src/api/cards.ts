import type { RepoName } from './repos';
import { routeOf } from './repos';
import type { Server } from './request';
import { ask } from './request';
import type {
  CardCheck,
  CardChoiceList,
  CardChoices,
  CardForm,
  CardSuggestion,
  CardWrite,
  CommitEntry,
  Draft
} from './wire';

/** What writing a card asks the hub. */
export interface CardApi {
  /** Begin the draft of the card, or join those who write in it. */
  join: () => Promise<Draft>;
  /** Throw the draft away, for everybody. */
  discard: () => Promise<void>;
  form: () => Promise<CardForm>;
  check: (text: string) => Promise<CardCheck>;
  choices: (what: CardChoices, typed: string) => Promise<CardChoiceList>;
  /** The card of a revision with what is known filled in. */
  suggestion: (revision: string | null) => Promise<CardSuggestion>;
  write: (body: CardWrite) => Promise<CommitEntry>;
}

/** The card of *repo* on *server*. */
export function cardApi(server: Server, repo: RepoName): CardApi {
  const kinds = `cards/${repo.kind}s`;
  const route = `${routeOf(repo)}/card`;
  return {
    join: () => ask(server, `${route}/draft`, { method: 'PUT', body: {} }),
    discard: () => ask(server, `${route}/draft`, { method: 'DELETE' }),
    form: () => ask(server, `${kinds}/form`),
    check: text =>
      ask(server, `${kinds}/check`, { method: 'POST', body: { text } }),
    choices: (what, q) =>
      ask(server, `cards/choices/${what}`, { query: { q } }),
    suggestion: revision =>
      ask(server, `${route}/suggestion`, { query: { revision } }),
    write: body => ask(server, route, { method: 'PUT', body })
  };
}
