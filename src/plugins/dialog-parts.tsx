import { createRepo } from '../api/repos';
import { tokensApi } from '../api/tokens';
import { TokensModel } from '../model/tokens';
import type { IHub } from '../tokens';
import { DialogWidget } from '../ui/dialog';
import { NewRepo } from '../ui/new-repo';
import { Tokens } from '../ui/tokens';

/** The dialog with one's tokens. */
export function openTokens({ server, actions, trans }: IHub): void {
  const model = new TokensModel(tokensApi(server));
  DialogWidget.open(
    trans.__('Access tokens'),
    () => <Tokens model={model} copy={actions.copy} trans={trans} />,
    () => model.dispose()
  );
}

/** The dialog that makes a repo, and opens its page. */
export function openNewRepo({ server, actions, trans }: IHub): void {
  DialogWidget.open(
    trans.__('New model, dataset or space'),
    close => (
      <NewRepo
        create={async (kind, request) => {
          const { repo } = await createRepo(server, kind, request);
          actions.openRepo({ kind, id: repo.id });
        }}
        close={close}
        trans={trans}
      />
    ),
    () => undefined
  );
}
