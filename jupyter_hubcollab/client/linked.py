"""The catalogue as a graph that one asks in SPARQL: models, data, licences and who made what of what."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from ..errors import BadQuery, NotSupported
from .connection import Connection, connect

if TYPE_CHECKING:
    from pyoxigraph import Store

PREFIXES = {
    "schema": "http://schema.org/",
    "fair4ml": "https://w3id.org/fair4ml#",
    "spdx": "https://spdx.org/licenses/",
    "cr": "http://mlcommons.org/croissant/",
}
"""Names that a query may use without saying what they stand for."""
_NUMBERS = {"integer": int, "decimal": float, "double": float, "float": float}


class LinkedData:
    """A graph in memory; ``store`` is pyoxigraph's."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def __len__(self) -> int:
        return len(self.store)

    def query(self, sparql: str) -> list[dict[str, Any]]:
        """The answers to a SELECT, a row each by the names of its variables; an ASK is one row, ``{"answer": …}``.

        ``schema:``, ``fair4ml:``, ``spdx:`` and ``cr:`` are known.

        Raises:
            BadQuery: it is no SPARQL, or neither SELECT nor ASK.
        """
        from pyoxigraph import QueryBoolean, QuerySolutions

        try:
            found = self.store.query(sparql, prefixes=PREFIXES)
        except (SyntaxError, ValueError) as error:
            raise BadQuery(f"this is no SPARQL query: {error}") from error
        if isinstance(found, QueryBoolean):
            return [{"answer": bool(found)}]
        if not isinstance(found, QuerySolutions):
            raise BadQuery("ask with SELECT or ASK")
        names = [variable.value for variable in found.variables]
        return [{name: _plain(row[name]) for name in names} for row in found]

    def __repr__(self) -> str:
        return f"LinkedData({len(self):,} statements)"


def linked_data(where: str = "", *, connection: Connection | None = None) -> LinkedData:
    """What the catalogue knows of all that meets *where*, as a graph for SPARQL.

    Raises:
        BadQuery: *where* has words that are no filters.
        NotSupported: pyoxigraph is not installed.
    """
    try:
        from pyoxigraph import RdfFormat, Store
    except ImportError as error:
        raise NotSupported("SPARQL needs pyoxigraph: pip install 'jupyter_hubcollab[sparql]'") from error
    store, hub = Store(), connection or connect()
    asked = f"catalogue.jsonld?{urlencode({'where': where})}" if where else "catalogue.jsonld"
    with TemporaryDirectory(prefix="hubcollab") as folder:
        file = Path(folder) / "catalogue.jsonld"
        with file.open("wb") as written:
            written.writelines(hub.receive(asked))
        store.bulk_load(path=str(file), format=RdfFormat.JSON_LD)
    return LinkedData(store)


def _plain(term: Any) -> Any:
    """A term as a value of Python: numbers and truth as such, all others as their text."""
    from pyoxigraph import Literal

    if not isinstance(term, Literal):
        return None if term is None else term.value
    kind = term.datatype.value.rpartition("#")[2]
    return term.value == "true" if kind == "boolean" else _NUMBERS.get(kind, str)(term.value)
