import type { Server } from './request';
import { ask, path } from './request';
import type {
  Draft,
  Me,
  NotebookRole,
  Pin,
  RolesSeen,
  RunsCompared,
  RunsComparedAsked,
  Shortlisted,
  Suggestion,
  SuggestionSeen,
  Thread,
  ThreadAsked
} from './wire';

/** The shared document's REST: all writing goes through it, so that an author is who the server says. */
export class WorkspaceApi {
  constructor(readonly server: Server) {}

  me(): Promise<Me> {
    return ask(this.server, 'me');
  }

  pin(run: string, name: string, note: string): Promise<Pin> {
    const body = { name, note };
    return this.send('PUT', `pins/${path(run)}`, body);
  }

  unpin(run: string): Promise<void> {
    return this.send('DELETE', `pins/${path(run)}`);
  }

  compare(body: RunsComparedAsked): Promise<RunsCompared> {
    return this.send('PUT', 'comparison', body);
  }

  endComparison(): Promise<void> {
    return this.send('DELETE', 'comparison');
  }

  shortlist(model: string, note: string): Promise<Shortlisted> {
    return this.send('PUT', `shortlist/${path(model)}`, { note });
  }

  dismiss(model: string): Promise<void> {
    return this.send('DELETE', `shortlist/${path(model)}`);
  }

  draft(title: string, model: string | null, text: string): Promise<Draft> {
    return this.send('POST', 'drafts', { title, model, text });
  }

  dropDraft(id: string): Promise<void> {
    return this.send('DELETE', `drafts/${path(id)}`);
  }

  begin(body: ThreadAsked): Promise<Thread> {
    return this.send('POST', 'threads', body);
  }

  reply(thread: string, text: string): Promise<Thread> {
    return this.send('POST', `threads/${path(thread)}/comments`, { text });
  }

  edit(thread: string, comment: string, text: string): Promise<Thread> {
    const route = `threads/${path(thread)}/comments/${path(comment)}`;
    return this.send('PATCH', route, { text });
  }

  takeBack(thread: string, comment: string): Promise<void> {
    const route = `threads/${path(thread)}/comments/${path(comment)}`;
    return this.send('DELETE', route);
  }

  resolve(thread: string, resolved: boolean): Promise<Thread> {
    return this.send('PATCH', `threads/${path(thread)}`, { resolved });
  }

  roles(notebook: string): Promise<RolesSeen> {
    return ask(this.server, 'roles', { query: { path: notebook } });
  }

  giveRoles(
    notebook: string,
    people: { [name: string]: NotebookRole },
    others: NotebookRole
  ): Promise<RolesSeen> {
    const query = { path: notebook };
    const body = { people, others };
    return ask(this.server, 'roles', { method: 'PUT', query, body });
  }

  suggest(notebook: string, title: string): Promise<Suggestion> {
    const body = { path: notebook, title };
    return ask(this.server, 'suggestions', { method: 'POST', body });
  }

  suggestion(id: string): Promise<SuggestionSeen> {
    return ask(this.server, `suggestions/${path(id)}`);
  }

  decide(id: string, change: string, accept: boolean): Promise<SuggestionSeen> {
    const body = { change, accept };
    return ask(this.server, `suggestions/${path(id)}`, {
      method: 'POST',
      body
    });
  }

  withdraw(id: string): Promise<void> {
    return ask(this.server, `suggestions/${path(id)}`, { method: 'DELETE' });
  }

  private send<T>(
    method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    route: string,
    body?: object
  ): Promise<T> {
    const asked = body ? { method, body } : { method };
    return ask(this.server, `workspace/${route}`, asked);
  }
}
