"""Results as tables in a notebook. Everything that comes from the hub is text, never HTML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import TypeVar, overload

from .. import wire

GOOD = "var(--jp-success-color0, #2e7d32)"
BAD = "var(--jp-error-color0, #c62828)"
"""The colours of what got better and worse, or passed and failed."""
_STYLE = "text-align:left;vertical-align:top;padding:4px 10px"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: text, and what a pointer over it tells."""

    text: str
    hint: str = ""
    color: str = ""


Row = Sequence[Cell | str]
One_co = TypeVar("One_co", covariant=True)


class Listed(Sequence[One_co]):
    """What the hub listed: a sequence in code; who extends it says how it looks in a notebook."""

    def __init__(self, listed: Sequence[One_co]) -> None:
        self._listed = tuple(listed)

    @overload
    def __getitem__(self, index: int) -> One_co: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[One_co]: ...
    def __getitem__(self, index: int | slice) -> One_co | Sequence[One_co]:
        return self._listed[index]

    def __len__(self) -> int:
        return len(self._listed)

    def __iter__(self) -> Iterator[One_co]:
        return iter(self._listed)


def table(caption: str, head: Sequence[str], rows: Sequence[Row]) -> str:
    """An HTML table."""
    top = "".join(f'<th scope="col" style="{_STYLE}">{escape(name)}</th>' for name in head)
    body = "".join("<tr>" + "".join(_cell(cell) for cell in row) + "</tr>" for row in rows)
    title = f'<caption style="{_STYLE};caption-side:top">{escape(caption)}</caption>'
    return f"<table>{title}<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def _cell(cell: Cell | str) -> str:
    one = Cell(cell) if isinstance(cell, str) else cell
    hint = f' title="{escape(one.hint)}"' if one.hint else ""
    color = f";color:{one.color}" if one.color else ""
    return f'<td style="{_STYLE}{color}"{hint}>{escape(one.text)}</td>'


def metric_cell(metric: wire.Metric | None) -> Cell:
    """A metric with its change: green where it got better, red where it got worse."""
    if metric is None:
        return Cell("")
    where = " ".join(word for word in (metric.dataset, metric.split) if word)
    if not metric.change:
        return Cell(number(metric.value), where)
    arrow = "▲" if metric.change > 0 else "▼"
    color = ""
    if metric.higher_is_better is not None:
        better = (metric.change > 0) == metric.higher_is_better
        color = GOOD if better else BAD
    return Cell(f"{number(metric.value)} {arrow} {number(abs(metric.change))}", where, color)


def number(value: float) -> str:
    """A number with four significant digits."""
    return f"{value:.4g}"


def counted(count: int, what: str) -> str:
    """1 version, 2 versions."""
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def size(size_bytes: int) -> str:
    """Bytes as people read them."""
    value = float(size_bytes)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.3g} {unit}"
        value /= 1000
    return f"{value:.3g} TB"
