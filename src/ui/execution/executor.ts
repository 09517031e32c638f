import { InputDialog, Notification } from '@jupyterlab/apputils';
import type { INotebookCellExecutor } from '@jupyterlab/notebook';
import { runCell } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { answer, execute, look, running } from '../../api/executions';
import type { Server } from '../../api/request';
import type { Execution, ExecutionAsked } from '../../api/wire';
import { failure } from '../../model/failure';

type Options = INotebookCellExecutor.IRunCellOptions;

const AGAIN_MS = 2000;
const TRIES = 30;

/** Runs cells of shared notebooks on the server, so that outputs arrive whoever closes their tab. */
export class ServerExecutor implements INotebookCellExecutor {
  constructor(
    private readonly server: Server,
    /** Is the tab of the notebook at *path* in a fork, so that outputs belong there? */
    private readonly isForked: (path: string) => boolean,
    private readonly trans: TranslationBundle
  ) {}

  async runCell(options: Options): Promise<boolean> {
    const asked = this.asked(options);
    if (!asked) {
      return runCell(options);
    }
    const { cell, onCellExecutionScheduled, onCellExecuted } = options;
    onCellExecutionScheduled({ cell });
    let success = false;
    try {
      const begun = await this.inTurn(asked);
      success = (await this.end(begun)).ok === true;
    } catch (error) {
      Notification.error(
        this.trans.__('The cell was not run: %1', failure(error).message)
      );
    }
    onCellExecuted({ cell, success });
    return success;
  }

  /** Go on to answer for cells that *name* started before this page was loaded. */
  async resume(room: string, name: string): Promise<void> {
    for (const one of await running(this.server, room)) {
      if (one.by.name === name) {
        void this.end(one);
      }
    }
  }

  /** What to ask the server; null for what the browser does as ever. */
  private asked({
    cell,
    notebook,
    sessionContext
  }: Options): ExecutionAsked | null {
    const room = notebook.sharedModel.getState('document_id');
    const kernel = sessionContext?.session?.kernel?.id;
    const code = cell.model.sharedModel.getSource();
    if (
      cell.model.type !== 'code' ||
      typeof room !== 'string' ||
      !room ||
      this.isForked(sessionContext?.path ?? '') ||
      !kernel ||
      !code.trim() ||
      sessionContext.isTerminating
    ) {
      return null;
    }
    cell.model.trusted = true;
    return { kernel, room, cell: cell.model.id, code };
  }

  /** Requests may overtake each other on their way; cells must not. */
  private inTurn(asked: ExecutionAsked): Promise<Execution> {
    const begun = this.before.then(() => execute(this.server, asked));
    this.before = begun.catch(() => undefined);
    return begun;
  }

  /** Wait for the end, and give the input that is asked for on the way. */
  private async end(begun: Execution): Promise<Execution> {
    let now = begun;
    for (let failed = 0; now.state !== 'done';) {
      try {
        if (now.state === 'waiting') {
          now = await this.give(now);
        }
        now = await look(this.server, now.id);
        failed = 0;
      } catch (error) {
        failed += 1;
        if (failure(error).code !== 'Unreachable' || failed > TRIES) {
          throw error;
        }
        await new Promise(resolve => setTimeout(resolve, AGAIN_MS));
      }
    }
    return now;
  }

  private async give(waiting: Execution): Promise<Execution> {
    const options = {
      title: this.trans.__('A cell asks for input'),
      label: waiting.prompt ?? ''
    };
    const { value } = waiting.password
      ? await InputDialog.getPassword(options)
      : await InputDialog.getText(options);
    return answer(this.server, waiting.id, value ?? '');
  }

  private before: Promise<unknown> = Promise.resolve();
}
