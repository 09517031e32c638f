"""``hub.panel()``: search, models and runs in a cell, for notebooks without our sidebar, as in VS Code."""

from __future__ import annotations

from html import escape
from typing import Any

from .. import wire
from ..errors import HubError, NotSupported
from .connection import Connection, connect
from .loading import load
from .search_view import View, variable
from .searching import search
from .tables import Row, number, table
from .variant_list import variants
from .version_list import versions

MOST_MODELS = 100
MOST_RUNS = 50


def panel(*, connection: Connection | None = None) -> Any:
    """The hub as a widget: what is found, versions and variants of a model with *Load*, the newest runs.

    Raises:
        NotSupported: ipywidgets is not installed here.
    """
    try:
        import ipywidgets
    except ImportError as error:
        raise NotSupported("the panel is made of widgets; pip install ipywidgets, then try again") from error
    return Panel(ipywidgets, connection or connect()).box


class Panel:
    """Three tabs; each is asked when it is shown first, and again by *Refresh*."""

    def __init__(self, widgets: Any, connection: Connection) -> None:
        self._widgets = widgets
        self._hub = connection
        self._said = widgets.HTML()
        self._models = widgets.VBox()
        self._runs = widgets.HTML()
        self._about = widgets.HTML()
        self._choice = widgets.Dropdown(description="Model")
        self._load = widgets.Button(description="Load", tooltip="Load the model into a variable")
        self._models.children = [widgets.HBox([self._choice, self._load]), self._about]
        found = View(widgets, search(limit=5, connection=connection)).box
        self._tabs = widgets.Tab([found, self._models, self._runs], titles=["Search", "Models", "Runs"])
        again = widgets.Button(description="Refresh", tooltip="Ask the hub again")
        self.box = widgets.VBox([self._tabs, again, self._said])
        self._choice.observe(lambda change: self._try(lambda: self._describe(change["new"])), names="value")
        self._load.on_click(lambda _: self._try(self._load_chosen))
        again.on_click(lambda _: self._try(self.refresh))
        self._tabs.observe(lambda _: self._try(self.refresh), names="selected_index")

    def refresh(self) -> None:
        """Ask for what the tab in front shows; a search is asked anew by its field."""
        if self._tabs.selected_index == 1:
            found = self._hub.get("models", wire.ModelList, limit=MOST_MODELS).models
            chosen, names = self._choice.value, [one.id for one in found]
            self._load.disabled = not names
            if names == list(self._choice.options):
                self._describe(chosen)
                return
            self._choice.options = names  # chooses the first, which is then described
            if chosen in names:
                self._choice.value = chosen
        elif self._tabs.selected_index == 2:
            self._runs.value = _runs(self._hub.get("runs", wire.RunList, limit=MOST_RUNS))

    def _describe(self, repo: str | None) -> None:
        """What versions and forms a model has."""
        if repo is None:
            self._about.value = "No models yet."
            return
        shown = versions(repo, connection=self._hub)._repr_html_()
        self._about.value = shown + variants(repo, connection=self._hub)._repr_html_()

    def _load_chosen(self) -> None:
        from IPython import get_ipython

        repo = self._choice.value
        self._said.value = f"Loading {escape(repo)} …"
        name, model = variable(repo.partition("/")[2]), load(repo, connection=self._hub)
        get_ipython().push({name: model})
        code = f'{name} = hub.load("{repo}")'
        self._said.value = f"Loaded as <code>{name}</code>; the same in a cell: <code>{escape(code)}</code>"

    def _try(self, deed: Any) -> None:
        """Do it; what the hub refuses is said below."""
        self._said.value = ""
        try:
            deed()
        except HubError as error:
            self._said.value = escape(str(error))


def _runs(found: wire.RunList) -> str:
    rows: list[Row] = []
    for run in found.runs:
        numbers = [f"{name} {number(float(value))}" for name, value in run.metrics.items()]
        about = [run.user, f"{run.started_at:%Y-%m-%d %H:%M}", run.notebook or ""]
        rows.append([run.name, run.status, ", ".join(numbers[:4]), *about])
    return table(
        f"{len(rows)} of {found.total} runs, newest first",
        ["Run", "Status", "Metrics", "By", "When (UTC)", "Notebook"],
        rows,
    )
