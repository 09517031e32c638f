import { InputDialog, Notification } from '@jupyterlab/apputils';
import { CodeCell, CodeCellModel } from '@jupyterlab/cells';
import type { INotebookCellExecutor } from '@jupyterlab/notebook';
import { KernelError, runCell } from '@jupyterlab/notebook';
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

/** A cell that runs on the server, until its end. */
interface Begun {
  end: Promise<Execution>;
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
    await this.startKernel(options);
    const asked = this.asked(options);
    if (!asked) {
      return runCell(options);
    }
    const { cell, notebook, onCellExecutionScheduled } = options;
    const { model } = cell;
    onCellExecutionScheduled({ cell });
    if (cell instanceof CodeCell) {
      cell.outputHidden = false;
      cell.setPrompt('*');
    }
    let begun: Begun;
    try {
      begun = await this.inTurn(asked);
    } catch (error) {
      return this.refused(options, error);
    }
    notebook.deletedCells.splice(0, asked.deleted?.length ?? 0);
    try {
      const done = await begun.end;
      if (model instanceof CodeCellModel) {
        await arrival(model, done.count);
      }
      return this.over(options, done);
    } catch (error) {
      return this.lost(options, error);
    }
  }

  /** A notebook without a kernel gets one, as it would from JupyterLab's own executor. */
  private async startKernel(options: Options): Promise<void> {
    const { cell, sessionContext, sessionDialogs } = options;
    if (
      cell.model.type === 'code' &&
      sessionContext?.hasNoKernel &&
      !sessionContext.isTerminating
    ) {
      const shouldSelect = await sessionContext.startKernel();
      if (shouldSelect && sessionDialogs) {
        await sessionDialogs.selectKernel(sessionContext);
      }
    }
  }

  /** The server did not begin: the browser does it itself, unless the person may not. */
  private async refused(options: Options, error: unknown): Promise<boolean> {
    const { code } = failure(error);
    if (code === 'AccessDenied' || code === 'Unauthenticated') {
      return this.lost(options, error);
    }
    console.warn('The server cannot run this cell; the browser does.', error);
    return runCell({
      ...options,
      onCellExecutionScheduled: () => undefined
    });
  }

  /** Whatever became of the cell, nobody will tell. */
  private lost(options: Options, error: unknown): boolean {
    Notification.error(
      this.trans.__('The cell was not run: %1', failure(error).message)
    );
    this.unstar(options);
    options.onCellExecuted({ cell: options.cell, success: false });
    return false;
  }

  /** The cell is over, as JupyterLab's own executor would end it. */
  private over(options: Options, { ok, fault }: Execution): boolean {
    const { cell, onCellExecuted } = options;
    this.unstar(options);
    if (ok) {
      onCellExecuted({ cell, success: true });
      return true;
    }
    const error = new KernelError({
      status: 'error',
      execution_count: null,
      ename: fault?.name ?? 'Aborted',
      evalue: fault?.value ?? this.trans.__('a cell before it failed'),
      traceback: fault?.traceback ?? []
    });
    if (cell.isDisposed) {
      return false;
    }
    onCellExecuted({ cell, success: false, error });
    throw error;
  }

  private unstar({ cell }: Options): void {
    if (
      cell instanceof CodeCell &&
      !cell.isDisposed &&
      cell.model.executionState !== 'running'
    ) {
      cell.setPrompt(`${cell.model.executionCount ?? ''}`);
    }
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
    notebookConfig,
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
    return {
      kernel,
      room,
      cell: cell.model.id,
      code,
      timing: notebookConfig.recordTiming,
      deleted: [...notebook.deletedCells]
    };
  }

  /** Requests may overtake each other on their way; cells must not. */
  private async inTurn(asked: ExecutionAsked): Promise<Begun> {
    const queue: Queue = this.queues.get(asked.kernel) ?? {
      length: 0,
      begun: Promise.resolve(undefined)
    };
    this.queues.set(asked.kernel, queue);
    queue.length += 1;
    const leave = () => {
      queue.length -= 1;
      if (queue.length === 0) {
        this.queues.delete(asked.kernel);
      }
    };
    const begun = queue.begun.then(before =>
      execute(this.server, { ...asked, after: before?.id })
    );
    queue.begun = begun.catch(() => undefined);
    try {
      return { end: this.end(await begun).finally(leave) };
    } catch (error) {
      leave();
      throw error;
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
