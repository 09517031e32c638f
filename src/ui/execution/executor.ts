import { InputDialog, Notification } from '@jupyterlab/apputils';
import { CodeCell, CodeCellModel } from '@jupyterlab/cells';
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
const ARRIVES_MS = 3000;

/** Cells of one kernel that were asked for before the former ones were over. */
interface Queue {
  length: number;
  begun: Promise<Execution | undefined>;
}

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
    const { model } = cell;
    if (cell instanceof CodeCell) {
      cell.setPrompt('*');
    }
    let success = false;
    try {
      const done = await this.inTurn(asked);
      success = done.ok === true;
      if (model instanceof CodeCellModel) {
        await arrival(model, done.count);
      }
    } catch (error) {
      Notification.error(
        this.trans.__('The cell was not run: %1', failure(error).message)
      );
    }
    if (
      cell instanceof CodeCell &&
      !cell.isDisposed &&
      cell.model.executionState !== 'running'
    ) {
      cell.setPrompt(`${cell.model.executionCount ?? ''}`);
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
  private async inTurn(asked: ExecutionAsked): Promise<Execution> {
    const queue: Queue = this.queues.get(asked.kernel) ?? {
      length: 0,
      begun: Promise.resolve(undefined)
    };
    this.queues.set(asked.kernel, queue);
    queue.length += 1;
    const begun = queue.begun.then(before =>
      execute(this.server, { ...asked, after: before?.id })
    );
    queue.begun = begun.catch(() => undefined);
    try {
      return await this.end(await begun);
    } finally {
      queue.length -= 1;
      if (queue.length === 0) {
        this.queues.delete(asked.kernel);
      }
    }
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

  private readonly queues = new Map<string, Queue>();
}

/** Outputs come another way than the news of the end: wait for those, but not for ever. */
function arrival(model: CodeCellModel, count: number | null): Promise<void> {
  const isHere = () =>
    count === null || model.isDisposed || model.executionCount === count;
  return new Promise(resolve => {
    const look = () => {
      if (isHere()) {
        finish();
      }
    };
    const finish = () => {
      clearTimeout(timer);
      model.stateChanged.disconnect(look);
      resolve();
    };
    const timer = setTimeout(finish, ARRIVES_MS);
    model.stateChanged.connect(look);
    look();
  });
}
