"""What differs between two versions, branches, models or runs: a value in code, tables in a notebook."""

from __future__ import annotations

import re
import time
from html import escape
from typing import TYPE_CHECKING, Any

from .. import wire
from ..errors import BadName, Unavailable
from .connection import Connection, connect
from .progress import Progress
from .tables import BAD, GOOD, Cell, Row, number, size, table

if TYPE_CHECKING:
    import pandas

_RUN = re.compile(r"(?:run:)?([0-9a-f]{32})")
_ASK_EVERY_S = 0.2
_SHOWN_TENSORS = 20
_SHOWN_FIELDS = 60
_STRIP = ("#f2f2f2", "#fde0c5", "#f9b384", "#f0803c", "#c4420f", "#7f1d0c")
_STEPS = (0.0, 1e-4, 1e-3, 1e-2, 1e-1)
"""From which relative change on a layer has the next colour."""
_COLOR = {"better": GOOD, "worse": BAD}


class Diff:
    """All that differs between two sides; `found` has it as the hub told it."""

    def __init__(self, found: wire.ModelDiff) -> None:
        self.found = found

    @property
    def metrics(self) -> list[wire.MetricDiff]:
        """The numbers of both sides."""
        return self.found.metrics

    @property
    def fields(self) -> list[wire.FieldDiff]:
        """Card, configuration, environment and data, field by field."""
        return self.found.fields

    @property
    def files(self) -> list[wire.PathDiff]:
        """The files that differ."""
        return self.found.files

    @property
    def cells(self) -> list[wire.CellDiff]:
        """The cells of the notebook that differ."""
        return self.found.notebook.cells if self.found.notebook is not None else []

    @property
    def tensors(self) -> list[wire.TensorDiff]:
        """The tensors that differ, the ones that moved farthest first."""
        return self.found.tensors.tensors

    @property
    def layers(self) -> list[wire.LayerDiff]:
        """How far each layer moved, in the order of the files."""
        return self.found.tensors.layers

    @property
    def regressions(self) -> list[wire.MetricDiff]:
        """The metrics that got worse, and not by chance: their results by example say so."""
        return [one for one in self.metrics if one.is_regression]

    def to_pandas(self) -> pandas.DataFrame:
        """A row for each thing that differs."""
        import pandas

        return pandas.DataFrame(self._rows(), columns=["what", "name", "before", "after"])

    def __repr__(self) -> str:
        rows = [f"  {what:<11} {name}: {before} → {after}" for what, name, before, after in self._rows()]
        title = f"{self.found.before.title} → {self.found.after.title}: {len(rows)} differences"
        return "\n".join([title, *rows, *(f"  ({note})" for note in self.found.notes)])

    def _name(self, one: wire.MetricDiff) -> str:
        """A metric's name; with what it was measured on, where there are several of this name."""
        where = " ".join(word for word in (one.dataset, one.split) if word)
        is_alone = sum(other.name == one.name for other in self.metrics) == 1
        return one.name if is_alone or not where else f"{one.name} ({where})"

    def _rows(self) -> list[tuple[str, str, str, str]]:
        """Each thing that differs as text."""
        found: list[tuple[str, str, str, str]] = [
            ("metric", self._name(one), _number(one.before), f"{_number(one.after)}{_verdict(one)}")
            for one in self.metrics
            if one.change != 0
        ]
        found += [
            (
                one.section,
                one.name if one.file in _PLAIN else f"{one.file}: {one.name}",
                one.before or "—",
                one.after or "—",
            )
            for one in self.fields
        ]
        found += [("cell", _cell_name(one), "", one.change) for one in self.cells]
        found += [("file", one.path, _size(one.before_bytes), _size(one.after_bytes)) for one in self.files]
        return found + [
            ("tensor", one.name, _side(one.before), f"{_side(one.after)}{_moved(one)}") for one in self.tensors
        ]

    def _repr_html_(self) -> str:
        parts = [
            self._metrics_html(),
            self._fields_html(),
            self._cells_html(),
            self._tensors_html(),
            self._files_html(),
        ]
        title = f"<p><b>{escape(self.found.before.title)} → {escape(self.found.after.title)}</b></p>"
        notes = "".join(f"<p>{escape(note)}</p>" for note in self.found.notes)
        return title + notes + ("".join(parts) or "<p>Nothing differs.</p>")

    def _metrics_html(self) -> str:
        rows: list[Row] = [
            [
                self._name(one),
                _number(one.before),
                _number(one.after),
                Cell("" if one.change is None else f"{one.change:+.4g}", _interval(one), _COLOR.get(one.verdict, "")),
                "regression" if one.is_regression else one.verdict if one.interval else "",
            ]
            for one in self.metrics
        ]
        return table("Metrics", ["Metric", "Before", "After", "Change", ""], rows) if rows else ""

    def _fields_html(self) -> str:
        rows: list[Row] = [
            [one.section, one.file, one.name, one.before or "—", one.after or "—"]
            for one in self.fields[:_SHOWN_FIELDS]
        ]
        caption = f"{self.found.field_count} fields"
        return table(caption, ["What", "Where", "Name", "Before", "After"], rows) if rows else ""

    def _cells_html(self) -> str:
        rows: list[Row] = [
            [_cell_name(one), one.change, "\n".join(f"{line.sign} {line.text}" for line in one.lines[:12])]
            for one in self.cells
        ]
        return table("Notebook", ["Cell", "", "Lines"], rows) if rows else ""

    def _tensors_html(self) -> str:
        weights = self.found.tensors
        rows: list[Row] = [
            [one.name, one.change, _side(one.before), _side(one.after), _number(one.relative), _number(one.largest)]
            for one in self.tensors[:_SHOWN_TENSORS]
        ]
        if not rows:
            return ""
        caption = f"{len(self.tensors)} tensors differ, {weights.unchanged} do not"
        head = ["Tensor", "", "Before", "After", "‖b−a‖/‖a‖", "Largest"]
        return _strip(self.layers) + table(caption, head, rows)

    def _files_html(self) -> str:
        rows: list[Row] = [
            [one.path, one.change, _size(one.before_bytes), _size(one.after_bytes)]
            for one in self.files[:_SHOWN_FIELDS]
        ]
        return table(f"{self.found.file_count} files", ["File", "", "Before", "After"], rows) if rows else ""


_PLAIN = ("README.md", "packages", "data", "parameters")


def diff(
    a: Any, b: Any, after: str | None = None, *, tensors: bool = True, connection: Connection | None = None
) -> Diff:
    """What differs between *a* and *b*: ``team/digits@v1``, a branch ``team/digits@wide``, another model, a run's id.

    ``diff("team/digits", "v1", "v2")`` compares two revisions of one model. Large weights are read by the hub, which
    takes a second per gigabyte or so; without *tensors* only their headers are compared then.

    Raises:
        RevisionNotFound: the model has no such revision.
    """
    hub = connection or connect()
    first, second = (subject(a), subject(b)) if after is None else (f"{a}@{b}", f"{a}@{after}")
    found = hub.get("diffs", wire.ModelDiff, before=first, after=second)
    if tensors and not found.tensors.measured:
        job = hub.post("diffs", wire.DiffAsked(before=first, after=second), wire.Job)
        wait(hub, job, "comparing the weights")
        found = hub.get("diffs", wire.ModelDiff, before=first, after=second)
    return Diff(found)


def subject(side: Any) -> str:
    """How the hub calls a side: a run, a published version, or a repo with its revision."""
    if hasattr(side, "info") and hasattr(side.info, "run_id"):
        return f"run:{side.info.run_id}"
    if hasattr(side, "repo_id") and hasattr(side, "revision"):
        return f"{side.repo_id}@{side.revision}"
    text = str(side)
    run = _RUN.fullmatch(text)
    if run is None and "/" not in text:
        raise BadName(f"'{text[:80]}' is neither a model, as team/digits@v1, nor a run's id")
    return f"run:{run[1]}" if run is not None else text


def wait(hub: Connection, job: wire.Job, title: str) -> None:
    """Show how far the job is until it is done.

    Raises:
        Unavailable: it failed; the text says why.
    """
    bar = Progress(title, 1000)
    while job.state in ("queued", "running"):
        time.sleep(_ASK_EVERY_S)
        job = hub.get(f"jobs/{job.id}", wire.Job)
        bar.add(max(0, int(job.progress * 1000) - bar.done))
    bar.finish()
    if job.state != "done":
        raise Unavailable(f"{title}: {job.detail}")


def _verdict(one: wire.MetricDiff) -> str:
    if one.change is None:
        return ""
    word = "regression" if one.is_regression else one.verdict
    return f" ({one.change:+.4g}{'' if word in ('unknown', 'same') else ', ' + word}{_interval(one, ', ')})"


def _interval(one: wire.MetricDiff, before: str = "") -> str:
    if one.interval is None:
        return ""
    percent, count = round(one.interval.confidence * 100), one.interval.examples
    return f"{before}{percent} %: {one.interval.low:+.4g} … {one.interval.high:+.4g} over {count} examples"


def _number(value: float | wire.NotFinite | None) -> str:
    return "—" if value is None else number(float(value))


def _size(value: int | None) -> str:
    return "—" if value is None else size(value)


def _cell_name(one: wire.CellDiff) -> str:
    at = one.after if one.after is not None else one.before
    return f"{one.kind} {(at or 0) + 1}"


def _side(one: wire.TensorSide | None) -> str:
    return "—" if one is None else f"{one.dtype} {'×'.join(map(str, one.shape)) or 'scalar'}"


def _moved(one: wire.TensorDiff) -> str:
    return "" if one.relative is None else f" (moved by {one.relative:.3g})"


def _strip(layers: list[wire.LayerDiff]) -> str:
    """A cell for each layer, the darker the farther it moved."""
    style = f"display:inline-block;width:{_width(layers)}px;height:18px;background:"
    cells = "".join(
        f'<span title="{escape(f"{one.name}: {_number(one.relative)}")}" style="{style}{_shade(one.relative)}"></span>'
        for one in layers
    )
    label = f"How far {len(layers)} layers moved, from the first to the last"
    return f'<div role="img" aria-label="{label}" style="line-height:0">{cells}</div>'


def _width(layers: list[wire.LayerDiff]) -> int:
    return max(2, min(24, 720 // max(len(layers), 1)))


def _shade(relative: float | None) -> str:
    return _STRIP[sum(relative > step for step in _STEPS)] if relative is not None else "transparent"
