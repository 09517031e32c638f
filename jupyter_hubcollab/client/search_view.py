"""Search results as widgets: chips for the conditions, *Load* and *Compare* for each hit.

Without ipywidgets, or outside of a kernel, there is no view and results are a plain table.
"""

from __future__ import annotations

import keyword
import re
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, Any

from ..errors import HubError
from .tables import size

if TYPE_CHECKING:
    from .. import wire
    from .searching import Found, SearchResults

MOST_COMPARED = 5


def view_of(results: SearchResults) -> Any:
    """The widget that shows *results*; None where it could not be seen."""
    try:
        import ipywidgets
        from IPython import get_ipython
    except ImportError:
        return None
    if getattr(get_ipython(), "kernel", None) is None:
        return None
    return View(ipywidgets, results).box


class View:
    """One box whose contents are replaced by those of the next search."""

    def __init__(self, widgets: Any, results: SearchResults) -> None:
        self._widgets = widgets
        self._said = widgets.HTML()
        self._field = widgets.Text(
            value=results.question.query, placeholder="Describe what you need", continuous_update=False
        )
        self._field.layout.width = "100%"
        self._field.observe(lambda change: self._ask(query=change["new"], without=()), names="value")
        self._body = widgets.VBox()
        self._below = widgets.Output()
        self.box = widgets.VBox([self._field, self._body, self._said, self._below])
        self._show(results)

    def _show(self, results: SearchResults) -> None:
        self._results = results
        self._chosen: list[str] = []
        title = self._widgets.HTML(f"<b>{escape(results.title)}</b>")
        hits = [self._hit(found) for found in results]
        self._body.children = [self._chips(results), title, *self._unread(results), *hits, self._compare_button()]

    def _unread(self, results: SearchResults) -> list[Any]:
        """How far the meaning of all is read, while it is."""
        left = results.reply.meaning
        if left is None:
            return []
        said = self._widgets.HTML(escape(results.unread))
        if left.stopped:
            return [said]
        bar = self._widgets.IntProgress(value=left.total - left.unread, max=left.total)
        again = self._button("Ask again", "Ask again, by what is read now", self._ask)
        return [self._widgets.HBox([bar, said, again])]

    def _chips(self, results: SearchResults) -> Any:
        row = self._widgets.HBox([widget for one in results.reply.constraints for widget in self._chip(one)])
        row.layout.flex_flow = "row wrap"
        if results.question.without:
            row.children += (self._button("Put back", "Take all conditions in again", lambda: self._ask(without=())),)
        return row

    def _chip(self, one: wire.Constraint) -> list[Any]:
        """What was understood: a choice where it could mean something else, and a button that leaves it out."""
        text = ("probably " if one.guessed else "") + one.text + ("" if one.met else " – none fits")
        asked = self._results.question
        leave_out = self._button(
            f"{text} ×", f"Leave out “{one.text}”", lambda: self._ask(without=(*asked.without, one.key))
        )
        if not one.alternatives:
            return [leave_out]
        others = [(text, one.key), *zip(one.spoken, one.alternatives, strict=True)]
        choice = self._widgets.Dropdown(options=others, value=one.key, tooltip="Choose another")
        choice.layout.width = "auto"
        choice.observe(lambda change: self._swap(one.key, change["new"]), names="value")
        return [choice, self._button("×", f"Leave out “{one.text}”", leave_out.click)]

    def _swap(self, understood: str, chosen: str) -> None:
        asked = self._results.question
        self._ask(query=f"{asked.query} {chosen}".strip(), without=(*asked.without, understood))

    def _hit(self, found: Found) -> Any:
        about = self._widgets.HTML(_about(found))
        about.layout.flex = "1"
        buttons = []
        if found.hit.kind == "model" and found.hit.source == "hub":
            buttons.append(self._button("Load", f"Load {found.id}", lambda: self._load(found)))
        compare = self._widgets.Checkbox(value=False, description="Compare", indent=False)
        compare.layout.width = "auto"
        compare.observe(lambda change: self._choose(found.id, is_chosen=change["new"]), names="value")
        return self._widgets.HBox([about, *buttons, compare])

    def _choose(self, id: str, *, is_chosen: bool) -> None:
        self._chosen = [*self._chosen, id] if is_chosen else [one for one in self._chosen if one != id]
        self._comparing.disabled = not 2 <= len(self._chosen) <= MOST_COMPARED

    def _compare_button(self) -> Any:
        self._comparing = self._button("Compare the chosen", "Two to five side by side", self._compare)
        self._comparing.disabled = True
        return self._comparing

    def _compare(self) -> None:
        from .comparing import compare

        try:
            found = compare(*self._chosen, kind=self._results.question.kind, connection=self._results.connection)
        except HubError as error:
            self._say(str(error))
            return
        self._said.value = found._repr_html_()

    def _load(self, found: Found) -> None:
        from IPython import get_ipython

        name = variable(found.model.name)
        self._say(f"Loading {found.id} …")
        try:
            get_ipython().push({name: found.load()})
        except HubError as error:
            self._say(str(error))
            return
        self._say(f"Loaded as {name}; the same in a cell: {name} = {found.code}")

    def _ask(self, **changes: Any) -> None:
        try:
            self._show(replace(self._results.question, **changes).ask(self._results.connection))
            self._say("")
        except HubError as error:
            self._say(str(error))

    def _say(self, text: str) -> None:
        self._said.value = escape(text)

    def _button(self, text: str, hint: str, deed: Any) -> Any:
        button = self._widgets.Button(description=text, tooltip=hint)
        button.layout.width = "auto"
        button.on_click(lambda _: deed())
        return button


def _about(found: Found) -> str:
    model = found.model
    facts = [
        model.task or "",
        model.license or "",
        size(model.size_bytes) if model.size_bytes else "",
        found.hit.source,
    ]
    why = "; ".join(found.why)
    return (
        f"<b>{escape(model.id)}</b> {escape(model.summary[:200])}<br>"
        f"<small>{escape(' · '.join(fact for fact in facts if fact))}<br>{escape(why)}</small>"
    )


def variable(name: str) -> str:
    """What a model of this name is called in a notebook."""
    plain = re.sub(r"\W+", "_", name).strip("_").lower() or "model"
    return f"model_{plain}" if plain[0].isdigit() or keyword.iskeyword(plain) else plain
