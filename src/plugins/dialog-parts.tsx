import { createRepo } from '../api/repos';
import type { IHub } from '../tokens';
import { DialogWidget } from '../ui/dialog';
import { NewRepo } from '../ui/new-repo';

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
