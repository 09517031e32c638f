"""A search over models that live in a dict."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from shelf import Shelf, WordVectors, model

from jupyter_hubcollab.catalogue.search import Search


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def open_search(tmp_path: Path, shelf: Shelf) -> Iterator[Callable[[], Search]]:
    """Opens the same folder as often as it is called, like a server that is started again."""
    opened: list[Search] = []

    def open_() -> Search:
        while opened:
            opened.pop().close()
        opened.append(Search(tmp_path / "catalogue", shelf, WordVectors))
        return opened[-1]

    yield open_
    while opened:
        opened.pop().close()


@pytest.fixture
def search(open_search: Callable[[], Search]) -> Search:
    return open_search()


@pytest.fixture
def public(search: Search) -> Callable[..., None]:
    """Puts public models into the catalogue."""

    def put(*models: dict[str, Any]) -> None:
        search.put([model(**fields) for fields in models])
        search.embed_all()

    return put
