import { cardApi } from '../api/cards';
import type { RepoName } from '../api/repos';
import { RoomLine } from '../api/room';
import { CardDraftModel } from '../model/card-draft';
import type { IHub } from '../tokens';

/** All that only the editor of cards needs; loaded when the first one is opened. */
export { CardEditorWidget } from '../ui/card/widget';

/** The draft of the card of *repo*. */
export function cardDraft({ server }: IHub, repo: RepoName): CardDraftModel {
  return new CardDraftModel(repo, cardApi(server, repo), (room, listener) =>
    Promise.resolve(new RoomLine(server, room, listener))
  );
}
