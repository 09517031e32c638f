import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILayoutRestorer } from '@jupyterlab/application';
import {
  Dialog,
  ICommandPalette,
  IFrame,
  MainAreaWidget,
  Notification,
  showDialog
} from '@jupyterlab/apputils';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { address } from '../api/request';
import {
  noteRun,
  runArtifact,
  runArtifacts,
  runNotebook,
  runPage as ask,
  series,
  someRuns,
  stopRun
} from '../api/runs';
import { Commands, textArg, textArgs } from '../commands';
import { ArtifactsModel } from '../model/artifacts';
import { CompareModel, FEWEST, MOST } from '../model/compare';
import { failure } from '../model/failure';
import { RunModel } from '../model/run';
import { IHub } from '../tokens';
import type { CompareWidget } from '../ui/compare/widget';
import { hubIcon } from '../ui/icons';
import type { RunWidget } from '../ui/run/widget';
import type { MakeDrawing } from '../ui/vega';
import { MainPages } from './main-pages';

const VEGA = 'application/vnd.vegalite.v5+json';

/** Opens the pages of runs, their comparison, and MLflow's own pages in the main area. */
export const runPage: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-hubcollab:run-page',
  description: 'Opens the pages of runs.',
  autoStart: true,
  requires: [IHub, IRenderMimeRegistry],
  optional: [ILayoutRestorer, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    hub: IHub,
    rendermime: IRenderMimeRegistry,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null
  ): void => {
    const make = () => drawing(rendermime);
    openRuns(app, hub, make, restorer);
    openComparisons(app, hub, make, restorer);
    openMlflow(app, hub);
    stopRuns(app, hub);
    showThePast(app, hub);
    const category = hub.trans.__('Hub');
    palette?.addItem({ command: Commands.openMlflow, category });
  }
};

/** A chart by JupyterLab's own renderer; nothing of Vega is bundled with us. */
function drawing(rendermime: IRenderMimeRegistry): ReturnType<MakeDrawing> {
  const renderer = rendermime.createRenderer(VEGA);
  return {
    node: renderer.node,
    draw: spec =>
      renderer.renderModel(
        rendermime.createModel({
          data: { [VEGA]: JSON.parse(JSON.stringify(spec)) },
          metadata: {
            [VEGA]: { embed_options: { actions: false, renderer: 'svg' } }
          }
        })
      ),
    dispose: () => renderer.dispose()
  };
}

function openRuns(
  app: JupyterFrontEnd,
  { server, connection, actions, trans }: IHub,
  make: MakeDrawing,
  restorer: ILayoutRestorer | null
): void {
  const pages = new MainPages<RunWidget>(app, 'run', 'Hub run');
  const open = async (id: string): Promise<void> => {
    const { RunWidget } = await import('../ui/run/widget');
    const page = await pages.open(
      ({ model }) => model.id === id,
      id,
      () =>
        new RunWidget({
          model: new RunModel(id, run => ask(server, run), connection),
          artifacts: new ArtifactsModel(
            folder => runArtifacts(server, id, folder),
            path => runArtifact(server, id, path)
          ),
          saveNote: async text => {
            await noteRun(server, id, text).catch((error: unknown) =>
              Notification.error(failure(error).message)
            );
          },
          make,
          actions,
          trans
        })
    );
    app.shell.activateById(page.id);
  };
  app.commands.addCommand(Commands.openRun, {
    label: trans.__('Open Run'),
    describedBy: textArgs(['id']),
    execute: async args => {
      const id = textArg(args, 'id');
      if (id) {
        await open(id);
      }
    }
  });
  pages.restore(restorer, {
    command: Commands.openRun,
    args: ({ model }) => ({ id: model.id }),
    name: ({ model }) => model.id
  });
}

function openComparisons(
  app: JupyterFrontEnd,
  { server, connection, workspace, actions, trans }: IHub,
  make: MakeDrawing,
  restorer: ILayoutRestorer | null
): void {
  const pages = new MainPages<CompareWidget>(app, 'compare', 'Hub comparison');
  const open = async (ids: string[]): Promise<void> => {
    const { CompareWidget } = await import('../ui/compare/widget');
    const page = await pages.open(
      ({ model }) => model.ids.join() === ids.join(),
      ids.join('-'),
      () => {
        const model = new CompareModel(
          ids,
          {
            some: wanted => someRuns(server, wanted),
            series: (wanted, metrics, most) =>
              series(server, wanted, metrics, most)
          },
          connection,
          workspace
        );
        return new CompareWidget({ model, make, actions, trans });
      }
    );
    app.shell.activateById(page.id);
  };
  app.commands.addCommand(Commands.compareRuns, {
    label: trans.__('Compare Runs'),
    describedBy: textArgs(['ids']),
    execute: async args => {
      const ids = (textArg(args, 'ids') ?? '').split(/[\s,]+/).filter(Boolean);
      if (ids.length < FEWEST || ids.length > MOST) {
        Notification.info(
          trans.__('Compare %1 to %2 runs at a time.', FEWEST, MOST)
        );
        return;
      }
      await open(ids);
    }
  });
  pages.restore(restorer, {
    command: Commands.compareRuns,
    args: ({ model }) => ({ ids: model.ids.join(' ') }),
    name: ({ model }) => model.ids.join(' ')
  });
}

/** MLflow's own pages, in a tab; they come from this server, behind whatever prefix it has. */
function openMlflow(app: JupyterFrontEnd, { server, trans }: IHub): void {
  let shown: MainAreaWidget<IFrame> | null = null;
  app.commands.addCommand(Commands.openMlflow, {
    label: trans.__('Open MLflow'),
    describedBy: textArgs([]),
    execute: () => {
      if (!shown || shown.isDisposed) {
        const content = new IFrame({
          sandbox: [
            'allow-same-origin',
            'allow-scripts',
            'allow-forms',
            'allow-popups',
            'allow-downloads',
            'allow-modals'
          ]
        });
        content.url = address(server, 'hubcollab/mlflow/');
        content.title.label = trans.__('MLflow');
        content.title.icon = hubIcon;
        content.node
          .querySelector('iframe')
          ?.setAttribute('title', trans.__('MLflow'));
        shown = new MainAreaWidget({ content });
        shown.id = 'jupyter-hubcollab-mlflow';
        app.shell.add(shown, 'main', { type: 'MLflow' });
      }
      app.shell.activateById(shown.id);
    }
  });
}

/** A run's notebook as it was when the run began. */
function showThePast(app: JupyterFrontEnd, hub: IHub): void {
  const { server, actions, trans } = hub;
  app.commands.addCommand(Commands.openAsItWas, {
    label: trans.__('Open Notebook of Run as It Was'),
    describedBy: textArgs(['id']),
    execute: async args => {
      const id = textArg(args, 'id');
      if (!id) {
        return;
      }
      try {
        const notebook = await runNotebook(server, id);
        const { PastWidget } = await import('../ui/run/past');
        const openNow = () =>
          actions.openNotebook(notebook.path, notebook.cell);
        const content = new PastWidget({ notebook, openNow, trans });
        const widget = new MainAreaWidget({ content });
        widget.id = `jupyter-hubcollab-past-${id}-${Date.now()}`;
        app.shell.add(widget, 'main', { type: 'Hub past' });
        app.shell.activateById(widget.id);
      } catch (error) {
        Notification.error(failure(error).message);
      }
    }
  });
}

function stopRuns(app: JupyterFrontEnd, { server, trans }: IHub): void {
  app.commands.addCommand(Commands.stopRun, {
    label: trans.__('Stop Run'),
    describedBy: textArgs(['id'], ['name']),
    execute: async args => {
      const id = textArg(args, 'id');
      if (!id) {
        return;
      }
      const { button } = await showDialog({
        title: trans.__('Stop %1?', textArg(args, 'name') ?? id.slice(0, 8)),
        body: trans.__(
          'Its kernel is interrupted: the cell that runs now ends, whoever started it. What was logged stays.'
        ),
        buttons: [
          Dialog.cancelButton({ label: trans.__('Cancel') }),
          Dialog.warnButton({ label: trans.__('Stop') })
        ]
      });
      if (button.accept) {
        await stopRun(server, id).catch((error: unknown) =>
          Notification.error(failure(error).message)
        );
      }
    }
  });
}
