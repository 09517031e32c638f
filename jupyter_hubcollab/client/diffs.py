"""What changed between two versions of a model: metrics, card, files."""

from __future__ import annotations

from dataclasses import dataclass

from .. import wire
from ..names import repo_id
from .connection import Connection, connect, part
from .tables import Cell, Row, number, table


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is different; None where one side lacks it."""

    what: str
    name: str
    before: str | None
    after: str | None


class Diff(tuple[Change, ...]):
    """All that is different between two revisions: a tuple in code, a table in a notebook."""

    __slots__ = ()

    def __repr__(self) -> str:
        lines = [f"  {one.what:<7} {one.name}: {one.before or '—'} → {one.after or '—'}" for one in self]
        return "\n".join([f"{len(self)} differences", *lines])

    def _repr_html_(self) -> str:
        rows: list[Row] = [[one.what, one.name, Cell(one.before or "—"), Cell(one.after or "—")] for one in self]
        return table(f"{len(self)} differences", ["What", "Name", "Before", "After"], rows)


def diff(repo: str, before: str, after: str, *, connection: Connection | None = None) -> Diff:
    """What changed from revision *before* to revision *after*.

    Raises:
        RevisionNotFound: the model has no such revision.
    """
    id, hub = repo_id(repo), connection or connect()
    address = f"models/{part(id.namespace)}/{part(id.name)}"
    old, new = (hub.get(address, wire.ModelPage, revision=one) for one in (before, after))
    return Diff(
        (
            *_changes("metric", _metrics(old), _metrics(new)),
            *_changes("card", _card(old), _card(new)),
            *_changes("package", _packages(old), _packages(new)),
            *_changes("file", _files(old), _files(new)),
        )
    )


def _changes(what: str, old: dict[str, str], new: dict[str, str]) -> list[Change]:
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    return [Change(what, name, old.get(name), new.get(name)) for name in names]


def _metrics(page: wire.ModelPage) -> dict[str, str]:
    for version in page.versions:
        if version.commit == page.files.commit:
            return {one.name: number(one.value) for one in version.metrics}
    return {}


def _card(page: wire.ModelPage) -> dict[str, str]:
    fields = {name: str(value) for name, value in page.card.metadata.items() if name not in ("model-index", "metrics")}
    return fields | {"text": page.card.markdown.strip()[:2000]}


def _packages(page: wire.ModelPage) -> dict[str, str]:
    return dict(page.provenance.packages) if page.provenance else {}


def _files(page: wire.ModelPage) -> dict[str, str]:
    return {file.path: f"{file.digest[:12]} ({file.size_bytes} bytes)" for file in page.files.files}
