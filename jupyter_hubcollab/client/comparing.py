"""Two to five repos side by side, from a cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .. import wire
from ..names import RepoKind
from .connection import Connection, connect
from .tables import number, size, table


class Compared(Mapping[str, wire.Compared]):
    """What is known of each, by its name; a table in a notebook."""

    def __init__(self, reply: wire.ComparedList) -> None:
        self._each = {one.hit.model.id: one for one in reply.compared}

    def __getitem__(self, id: str) -> wire.Compared:
        return self._each[id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._each)

    def __len__(self) -> int:
        return len(self._each)

    def rows(self) -> list[list[str]]:
        """A row a fact: its name, then what each of them has."""
        columns = [_facts(one) for one in self._each.values()]
        names = list(dict.fromkeys(name for column in columns for name in column))
        return [[name, *(column.get(name, "") for column in columns)] for name in names]

    def __repr__(self) -> str:
        return "\n".join("  ".join(f"{cell[:38]:<40}" for cell in row) for row in [["", *self._each], *self.rows()])

    def _repr_html_(self) -> str:
        return table(f"{len(self)} side by side", ["", *self._each], self.rows())


def _facts(one: wire.Compared) -> dict[str, str]:
    model = one.hit.model
    facts = {
        "What it is": model.summary,
        "Task": model.task or "",
        "License": model.license or "",
        "Library": model.library or "",
        "Languages": ", ".join(one.languages),
        "Size": size(model.size_bytes) if model.size_bytes else "",
        "Parameters": f"{model.parameters:,}" if model.parameters is not None else "",
        "Numbers": one.dtype or "",
        "Architecture": one.architecture or "",
        "Made from": one.base_model or "",
        "Data": ", ".join(one.datasets),
        "Downloads": f"{model.downloads:,}",
        "Likes": f"{one.likes:,}",
        "Reviews": f"★ {one.stars:.1f} ({one.reviews})" if one.stars is not None else "",
        "Scan": one.safety or "",
        "Updated": model.updated_at.date().isoformat() if model.updated_at.year > 1970 else "",
    }
    metrics = {
        f"{metric.name} on {metric.dataset}" if metric.dataset else metric.name: number(metric.value)
        for metric in model.metrics
    }
    return {name: value for name, value in (facts | metrics).items() if value}


def compare(*ids: str, kind: RepoKind = "model", connection: Connection | None = None) -> Compared:
    """Two to five repos side by side, as in ``compare("team/digits", "team/letters")``.

    Raises:
        BadQuery: they are too few or too many.
        RepoNotFound: one of them is not there.
    """
    hub = connection or connect()
    return Compared(hub.get("compare", wire.ComparedList, id=ids, kind=kind))
