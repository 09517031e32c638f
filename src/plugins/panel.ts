import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILayoutRestorer } from '@jupyterlab/application';
import { ICommandPalette, Notification } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { models } from '../api/models';
import { repos } from '../api/repos';
import { runGroups, runs, series } from '../api/runs';
import { meaningOf, savedApi, search, searchAbroad } from '../api/search';
import { upstreamsApi } from '../api/upstreams';
import { Commands, textArgs } from '../commands';
import { MeaningModel } from '../model/meaning';
import { ModelsModel } from '../model/models';
import type { TabId } from '../model/panel';
import { PanelModel } from '../model/panel';
import { ReadThrough } from '../model/read-through';
import { ReposModel } from '../model/repos';
import { RunsModel } from '../model/runs';
import { SavedModel } from '../model/saved';
import { SearchModel } from '../model/search';
import { IHub } from '../tokens';
import { HubPanel } from '../ui/panel';

const ID = 'jupyter-hubcollab:panel';
const LONGEST_TEXT = 200_000;

/** Adds the panel to the left sidebar. */
export const panel: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: 'Adds the Hub panel: search, models, runs.',
  autoStart: true,
  requires: [IHub],
  optional: [
    INotebookTracker,
    ISettingRegistry,
    ILayoutRestorer,
    ICommandPalette
  ],
  activate: (
    app: JupyterFrontEnd,
    hub: IHub,
    notebooks: INotebookTracker | null,
    registry: ISettingRegistry | null,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null
  ): void => {
    const { actions, trans } = hub;
    const model = panelModel(hub);
    const widget = new HubPanel(model, actions, trans);
    app.shell.add(widget, 'left', { rank: 650, type: 'Hub' });
    restorer?.add(widget, widget.id);
    widget.disposed.connect(() => model.dispose());

    if (notebooks) {
      followNotebook(app, notebooks, model);
      addNotebookSearches(app, hub, notebooks, () => {
        app.shell.activateById(widget.id);
        widget.open('search');
        return model.search;
      });
    }
    tellNews(hub, model, () => {
      app.shell.activateById(widget.id);
      widget.open('search');
    });
    if (registry) {
      void applySettings(registry, model);
    }

    const category = trans.__('Hub');
    const show = (command: string, label: string, tab: TabId) => {
      app.commands.addCommand(command, {
        label,
        describedBy: textArgs([]),
        execute: () => {
          app.shell.activateById(widget.id);
          widget.open(tab);
        }
      });
      palette?.addItem({ command, category });
    };
    show(Commands.search, trans.__('Search Models'), 'search');
    show(Commands.showModels, trans.__('Show Models'), 'models');
    show(Commands.showRuns, trans.__('Show Runs'), 'runs');
    if (notebooks) {
      for (const command of [Commands.fitNotebook, Commands.likeCell]) {
        palette?.addItem({ command, category });
      }
    }
  }
};

function panelModel(hub: IHub): PanelModel {
  const { server, connection, workspace } = hub;
  const searches = new SearchModel(
    (searched, signal) => search(server, searched, signal),
    connection,
    (searched, signal, tell) => searchAbroad(server, searched, signal, tell)
  );
  return new PanelModel(
    connection,
    searches,
    new ModelsModel(asked => models(server, asked), connection),
    new RunsModel(
      {
        list: (asked, offset, limit) => runs(server, asked, offset, limit),
        series: (ids, metrics, most) => series(server, ids, metrics, most),
        groups: (asked, by, metric) => runGroups(server, asked, by, metric)
      },
      connection,
      workspace
    ),
    new ReposModel((kind, asked) => repos(server, kind, asked), connection),
    new SavedModel(savedApi(server), connection),
    new ReadThrough(() => upstreamsApi(server).hubs()),
    new MeaningModel(searches, kind => meaningOf(server, kind))
  );
}

/** What is new in saved searches is said once, wherever one works. */
function tellNews(hub: IHub, model: PanelModel, show: () => void): void {
  const { connection, trans } = hub;
  connection.happened.connect((_, event) => {
    if (event.type === 'savedSearch' && event.search.fresh.length > 0) {
      const { search } = event;
      const ids = search.fresh.map(({ model: { id } }) => id);
      Notification.info(
        trans.__('New for “%1”: %2', search.name, ids.slice(0, 3).join(', ')),
        {
          actions: [
            {
              label: trans.__('Show'),
              callback: () => {
                show();
                model.search.recall(search);
                void model.saved.see(search);
              }
            }
          ]
        }
      );
    }
  });
}

/** Models for the notebook in front, or for its active cell. */
function addNotebookSearches(
  app: JupyterFrontEnd,
  { trans }: IHub,
  notebooks: INotebookTracker,
  search: () => SearchModel
): void {
  app.commands.addCommand(Commands.fitNotebook, {
    label: trans.__('Find Models That Fit This Notebook'),
    describedBy: textArgs([]),
    isEnabled: () => notebooks.currentWidget !== null,
    execute: () => {
      const { currentWidget } = notebooks;
      const cells = currentWidget?.content.model?.cells;
      if (currentWidget && cells) {
        const code = Array.from(cells)
          .filter(({ type }) => type === 'code')
          .map(({ sharedModel }) => sharedModel.getSource());
        const text = code.join('\n\n').slice(0, LONGEST_TEXT);
        const name = currentWidget.title.label;
        search().like({ is: 'text', name, text, form: 'code' });
      }
    }
  });
  app.commands.addCommand(Commands.likeCell, {
    label: trans.__('Find Models Like This Cell'),
    describedBy: textArgs([]),
    isEnabled: () => notebooks.activeCell !== null,
    execute: () => {
      const { activeCell } = notebooks;
      if (activeCell) {
        const text = activeCell.model.sharedModel.getSource();
        const form = activeCell.model.type === 'code' ? 'code' : 'card';
        const name = trans.__('the cell');
        search().like({
          is: 'text',
          name,
          text: text.slice(0, LONGEST_TEXT),
          form
        });
      }
    }
  });
  app.contextMenu.addItem({
    command: Commands.likeCell,
    selector: '.jp-Notebook .jp-Cell',
    rank: 60
  });
}

/** Tell the runs which notebook is in front. */
function followNotebook(
  app: JupyterFrontEnd,
  notebooks: INotebookTracker,
  model: PanelModel
): void {
  const follow = () => {
    const path = notebooks.currentWidget?.context.path;
    const { contents } = app.serviceManager;
    model.runs.show({ notebook: path ? contents.localPath(path) : null });
  };
  notebooks.currentChanged.connect(follow);
  follow();
}

async function applySettings(
  registry: ISettingRegistry,
  model: PanelModel
): Promise<void> {
  const settings = await registry.load(ID);
  const apply = () => {
    const limit = settings.composite.searchLimit;
    if (typeof limit === 'number') {
      model.search.limit = limit;
    }
    const thisNotebookOnly =
      settings.composite.showRunsOfThisNotebookOnly === true;
    model.runs.show({ thisNotebookOnly });
    const columns = settings.composite.runColumns;
    if (Array.isArray(columns)) {
      model.runs.recall(columns.map(String));
    }
  };
  // What is chosen in the table is remembered as a setting.
  model.runs.columns.changed.connect((_, columns) => {
    if (
      JSON.stringify(columns) !== JSON.stringify(settings.composite.runColumns)
    ) {
      void settings.set('runColumns', [...columns]);
    }
  });
  settings.changed.connect(apply);
  apply();
}
