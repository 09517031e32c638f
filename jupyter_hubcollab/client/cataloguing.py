"""Everything that search knows, as a table: of pandas, of polars, or a plain list."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from .. import wire
from ..errors import NotSupported
from ..names import RepoKind
from .connection import Connection, connect

Table = Literal["pandas", "polars", "list"]


def catalogue(  # noqa: PLR0913 -- options by keyword
    where: str = "",
    *,
    table: Table = "pandas",
    kind: RepoKind | None = None,
    source: str | None = None,
    unknown: bool = False,
    body: bool = False,
    limit: int | None = None,
    connection: Connection | None = None,
) -> Any:
    """All that meets *where*, as in ``catalogue("task:summarization params<=1e9 -license:gpl-3.0")``.

    *unknown* takes in what does not tell the facts that are filtered by, *body* the texts of the cards.

    Raises:
        BadQuery: the filter has words that are none.
        NotSupported: the library of *table* is not installed.
    """
    given = {"where": where, "kind": kind, "source": source, "limit": limit, "unknown": unknown, "body": body}
    query = {name: str(1 if value is True else value) for name, value in given.items() if value}
    rows = list((connection or connect()).lines("catalogue", wire.CatalogueRow, **query))
    if table == "list":
        return rows
    names = [name for name in wire.CatalogueRow.__struct_fields__ if name != "cursor" and (body or name != "body")]
    columns = {name: [getattr(row, name) for row in rows] for name in names}
    return _pandas(columns) if table == "pandas" else _polars(columns)


def _pandas(columns: dict[str, list[Any]]) -> Any:
    try:
        import pandas
    except ImportError as error:
        raise NotSupported('pip install pandas, or ask for table="list"') from error
    return pandas.DataFrame(columns)


def _polars(columns: dict[str, list[Any]]) -> Any:
    try:
        import polars
    except ImportError as error:
        raise NotSupported('pip install polars, or ask for table="list"') from error
    # Rows of a name, a number and a text have no type of their own there.
    plain = columns | {"metrics": [[msgspec.json.encode(one).decode() for one in each] for each in columns["metrics"]]}
    return polars.DataFrame(plain, strict=False)
