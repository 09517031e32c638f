"""The checkpoints of a run: a list in code, a table in a notebook."""

from __future__ import annotations

from .. import wire
from .tables import Listed, Row, counted, number, size, table


class Checkpoints(Listed[wire.Checkpoint]):
    """The checkpoints of a run that are kept, by step."""

    def __repr__(self) -> str:
        return "\n".join([counted(len(self), "checkpoint"), *("  " + "  ".join(map(str, row)) for row in self._rows())])

    def _repr_html_(self) -> str:
        return table(counted(len(self), "checkpoint"), ["Step", "When", "Metrics", "Size"], self._rows())

    def _rows(self) -> list[Row]:
        return [
            [
                f"step {one.step}",
                f"{one.at:%Y-%m-%d %H:%M}",
                ", ".join(f"{name}={number(value)}" for name, value in one.metrics.items()),
                size(sum(file.size_bytes for file in one.files)),
            ]
            for one in self
        ]
