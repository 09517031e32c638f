import type { RepoName } from './repos';
import { routeOf } from './repos';
import type { Server } from './request';
import { ask } from './request';
import type {
  CardCheck,
  CardChoiceList,
  CardChoices,
  CardForm,
  CardSource,
  CardSuggestion,
  CardWrite,
  CommitEntry
} from './wire';

/** What writing a card asks the hub. */
export interface CardApi {
  /** The card of the newest commit, as it was written. */
  source: () => Promise<CardSource>;
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
    source: () => ask(server, route),
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
