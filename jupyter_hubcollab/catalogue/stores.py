"""Where documents are kept: a file of this server, or a database that several servers share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .documents import Document
    from .rows import Rows
    from .store import Row

    Floats = NDArray[np.float32]
    Slots = NDArray[np.int64]


class VectorIndex(Protocol):
    """Vectors by slot; nearness is the cosine. `vectors.Vectors` says the same of memory."""

    def load(self, rows: list[tuple[int, bytes]]) -> None:
        """Set many rows."""
        ...

    def drop(self, slot: int) -> None:
        """Forget a row, or remove the document of a key."""
        ...

    def nearness(self, query: Floats, slots: Slots) -> Floats:
        """Cosine of *query* with each of *slots*; 0 for those without a vector."""
        ...

    def nearest(self, query: Floats, slots: Slots, most: int) -> Slots:
        """The *most* of *slots* that are nearest to *query*."""
        ...

    def unknown(self, alive: NDArray[np.bool_]) -> Slots:
        """Those of the *alive* whose vector has to be read from the store."""
        ...

    def lacking(self, alive: NDArray[np.bool_]) -> int:
        """How many of the *alive* have no vector yet; asked without the lock of the index."""
        ...

    def parts(self, end: int) -> dict[str, Any]:
        """What a snapshot keeps of the slots below *end*."""
        ...

    def restore(self, arrays: Mapping[str, NDArray[Any]], rows: Rows | None) -> None:
        """Take what `parts` gave."""
        ...


class Stored(Protocol):
    """Documents by slot, a number that is never used twice; `store.Store` says what each call does."""

    snapshot: Path
    mark: str

    @property
    def vectors_there(self) -> VectorIndex | None:
        """The vectors, where the store itself compares them; else they are read into memory."""
        ...

    def close(self) -> None:
        """Let it go."""
        ...

    def writing(self) -> AbstractContextManager[None]:
        """One transaction for all that is written inside."""
        ...

    @property
    def embedder(self) -> str:
        """Whose vectors are read and written here; empty: nobody's as yet."""
        ...

    @property
    def dimensions(self) -> int:
        """Numbers of each of those vectors."""
        ...

    def use(self, embedder: str, dimensions: int) -> bool:
        """From now on, vectors are those of *embedder*; whether that is another one."""
        ...

    def put(self, document: Document) -> Row:
        """Add *document* or replace what has its key."""
        ...

    def drop(self, key: str) -> int | None:
        """Forget a row, or remove the document of a key."""
        ...

    def rows(self, after: int, most: int) -> list[Row]:
        """The first *most* documents in slots above *after*, in order."""
        ...

    def slot(self, key: str) -> int | None:
        """The slot of a document, if it is there."""
        ...

    def count(self, last: int) -> int:
        """How many slots up to *last* are in use."""
        ...

    def slots(self) -> Slots:
        """All slots that are in use."""
        ...

    def state(self) -> int:
        """A number that is another one as soon as somebody else has written."""
        ...

    def contents(self, keys: Sequence[str]) -> dict[str, Document]:
        """The documents of some keys."""
        ...

    def document(self, slot: int) -> Document:
        """The document in *slot*, which must be there."""
        ...

    def documents(self, slots: Sequence[int]) -> dict[int, Document]:
        """The documents in some slots; those that are gone are left out."""
        ...

    def keys(self, source: str) -> dict[str, Document]:
        """The documents of *source* by key."""
        ...

    def unembedded(self, most: int) -> list[tuple[int, str]]:
        """Slots that have no vector yet, with the text to embed."""
        ...

    def set_vectors(self, vectors: Iterable[tuple[int, bytes]]) -> None:
        """Remember the vectors of some slots."""
        ...

    def vectors(self, slots: Sequence[int]) -> list[tuple[int, bytes]]:
        """Those of *slots* that have a vector, with it."""
        ...

    def progress(self, source: str) -> str | None:
        """Where reading *source* stopped."""
        ...

    def set_progress(self, source: str, position: str) -> None:
        """Remember where reading *source* stopped."""
        ...


def opened(file: Path, url: str = "") -> Stored:
    """The catalogue in *file*, or in the PostgreSQL at *url*.

    Raises:
        Unavailable: it cannot be opened.
    """
    if url:
        from .pgstore import PgStore

        return PgStore(url, file)
    from .store import Store

    return Store(file)
