"""The index on disk for more than one machine: documents in PostgreSQL, their vectors in pgvector, beside each other.

Every server reads facts and words into memory as from a file, and is told by a counter when another one has written;
vectors stay in the database, which compares them there: exactly, among the documents that a search lets through.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from ..clock import Lately
from ..errors import NotSupported, Unavailable
from .columns import Facts, facts_of
from .documents import Document, passage
from .postings import packed
from .store import LAYOUT, Row, fields_of
from .vectors import DIMENSIONS

if TYPE_CHECKING:
    import psycopg
    from numpy.typing import NDArray

    from .rows import Rows

    Floats = NDArray[np.float32]
    Slots = NDArray[np.int64]
    Bools = NDArray[np.bool_]

_TABLES = f"""
CREATE EXTENSION IF NOT EXISTS vector;
CREATE TABLE IF NOT EXISTS catalogue_made (layout INTEGER NOT NULL, mark TEXT NOT NULL, writes BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS catalogue_documents (
    slot BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key TEXT NOT NULL UNIQUE, source TEXT NOT NULL,
    content BYTEA NOT NULL, facts BYTEA NOT NULL, words BYTEA NOT NULL, passage TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS catalogue_documents_by_source ON catalogue_documents (source);
CREATE TABLE IF NOT EXISTS catalogue_vectors (
    slot BIGINT PRIMARY KEY REFERENCES catalogue_documents ON DELETE CASCADE, embedding halfvec({DIMENSIONS}) NOT NULL
);
ALTER TABLE catalogue_vectors ALTER embedding SET STORAGE PLAIN;
CREATE TABLE IF NOT EXISTS catalogue_progress (source TEXT PRIMARY KEY, position TEXT NOT NULL);
"""
_LAYOUT = 100 * LAYOUT + 1
"""Of the file, and of the tables here: raised when either changes."""
_FEW = 2_000
"""Slots that are named one by one; more are told as a bit for each slot there is."""
_MAKING = 7_241_955
"""Number of the lock under which tables are made: two servers may start at once."""
_ANEW = "DROP TABLE IF EXISTS catalogue_made, catalogue_vectors, catalogue_documents, catalogue_progress"
# Not a LEFT JOIN where the embedding is NULL: for that, PostgreSQL reads all vectors; for this, two indexes.
_WITHOUT_VECTOR = (
    "catalogue_documents WHERE NOT EXISTS"
    " (SELECT FROM catalogue_vectors WHERE catalogue_vectors.slot = catalogue_documents.slot)"
)
_COUNTED_EVERY_S = 10
"""How often it is asked what lacks a vector, while some do."""
_IS_THERE = b""
"""Stands for a vector that stays in the database."""


class PgStore:
    """Documents by slot, a number that is never used twice, in a database that several servers share."""

    def __init__(self, url: str, file: Path) -> None:
        """Open the database at *url*; *file* names the place of this server's snapshot.

        Raises:
            Unavailable: the database does not answer, or has no pgvector.
        """
        self._lock = threading.RLock()
        self._depth = 0
        self._own = 0
        self.snapshot = file.with_suffix(".snapshot")
        """Folder of the index as it was in memory."""
        self._connection = _connected(url)
        self.mark = self._prepared()
        """Another one for every database that was ever made."""
        self.vectors_there: PgVectors | None = PgVectors(self)

    def close(self) -> None:
        """Let the connection go."""
        with self._lock:
            self._connection.close()

    def _prepared(self) -> str:
        with self._asking() as ask, self._connection.transaction():
            ask("SELECT pg_advisory_xact_lock(%s)", _MAKING)
            ask(_TABLES)
            made = ask("SELECT layout, mark FROM catalogue_made").fetchone()
            if made is not None and made[0] != _LAYOUT:
                ask(_ANEW)
                ask(_TABLES)
                made = None
            if made is None:
                made = (_LAYOUT, secrets.token_hex(8))
                ask("INSERT INTO catalogue_made VALUES (%s, %s, 0)", *made)
        return f"{_LAYOUT}:{made[1]}"

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction for all that is written inside."""
        with self._asking() as ask:
            if self._depth:
                yield
                return
            self._depth += 1
            try:
                with self._connection.transaction():
                    # Who writes waits here for the other writers, and all readers learn of it.
                    ask("UPDATE catalogue_made SET writes = writes + 1")
                    yield
                self._own += 1
            finally:
                self._depth -= 1

    @contextmanager
    def _asking(self) -> Iterator[Any]:
        import psycopg

        def ask(question: str, *values: object) -> psycopg.Cursor[Any]:
            return self._connection.execute(question, values or None)

        with self._lock:
            try:
                yield ask
            except psycopg.OperationalError as error:
                raise Unavailable(f"the database of the search index does not answer ({error})") from error

    def put(self, document: Document, embedder: str) -> Row:
        """Add *document* or replace what has its key; its vector is kept while its meaning stays."""
        text = f"{embedder}|{passage(document)}"
        found, facts = packed(fields_of(document)), facts_of(document)
        with self.writing(), self._asking() as ask:
            before = ask(
                "WITH gone AS (DELETE FROM catalogue_documents WHERE key = %s RETURNING slot, passage)"
                " SELECT slot, passage, embedding::text FROM gone LEFT JOIN catalogue_vectors USING (slot)",
                document.key,
            ).fetchone()
            vector = before[2] if before and before[1] == text else None
            made = ask(
                "INSERT INTO catalogue_documents (key, source, content, facts, words, passage)"
                " VALUES (%s, %s, %s, %s, %s, %s) RETURNING slot",
                document.key,
                document.source,
                msgspec.json.encode(document),
                msgspec.msgpack.encode(facts),
                found,
                text,
            ).fetchone()
            if vector is not None:
                ask("INSERT INTO catalogue_vectors VALUES (%s, %s::halfvec)", made[0], vector)
        return Row(made[0], facts, found, _IS_THERE if vector else None, before[0] if before else None)

    def drop(self, key: str) -> int | None:
        """Remove the document of *key*; its slot, if it was there."""
        with self.writing(), self._asking() as ask:
            row = ask("DELETE FROM catalogue_documents WHERE key = %s RETURNING slot", key).fetchone()
        return int(row[0]) if row else None

    def rows(self, after: int, most: int) -> list[Row]:
        """The first *most* documents in slots above *after*, in order."""
        decode = msgspec.msgpack.Decoder(Facts).decode
        asked = (
            "SELECT slot, facts, words, embedding IS NOT NULL FROM catalogue_documents"
            " LEFT JOIN catalogue_vectors USING (slot) WHERE slot > %s ORDER BY slot LIMIT %s"
        )
        with self._asking() as ask:
            found = ask(asked, after, most).fetchall()
        return [Row(slot, decode(facts), words, _IS_THERE if known else None) for slot, facts, words, known in found]

    def slot(self, key: str) -> int | None:
        """The slot of a document, if it is there."""
        with self._asking() as ask:
            row = ask("SELECT slot FROM catalogue_documents WHERE key = %s", key).fetchone()
        return int(row[0]) if row else None

    def count(self, last: int) -> int:
        """How many slots up to *last* are in use."""
        with self._asking() as ask:
            return int(ask("SELECT count(*) FROM catalogue_documents WHERE slot <= %s", last).fetchone()[0])

    def slots(self) -> Slots:
        """All slots that are in use."""
        with self._asking() as ask:
            return np.fromiter((slot for (slot,) in ask("SELECT slot FROM catalogue_documents")), np.int64)

    def state(self) -> int:
        """A number that is another one as soon as another server has written."""
        with self._asking() as ask:
            return int(ask("SELECT writes FROM catalogue_made").fetchone()[0]) - self._own

    def contents(self, keys: Sequence[str]) -> dict[str, Document]:
        """The documents of some keys."""
        with self._asking() as ask:
            found = ask("SELECT key, content FROM catalogue_documents WHERE key = ANY(%s)", list(keys)).fetchall()
        return dict(_decoded(found))

    def document(self, slot: int) -> Document:
        """The document in *slot*, which must be there."""
        return self.documents([slot])[slot]

    def documents(self, slots: Sequence[int]) -> dict[int, Document]:
        """The documents in some slots, in the order of the slots given; those that are gone are left out."""
        with self._asking() as ask:
            rows = ask("SELECT slot, content FROM catalogue_documents WHERE slot = ANY(%s)", list(slots)).fetchall()
        found = dict(_decoded(rows))
        return {slot: found[slot] for slot in slots if slot in found}

    def keys(self, source: str) -> dict[str, Document]:
        """The documents of *source* by key."""
        with self._asking() as ask:
            found = ask("SELECT key, content FROM catalogue_documents WHERE source = %s", source).fetchall()
        return dict(_decoded(found))

    def unembedded(self, most: int) -> list[tuple[int, str]]:
        """Slots that have no vector yet, with the text to embed; the newest first."""
        asked = f"SELECT slot, passage FROM {_WITHOUT_VECTOR} ORDER BY slot DESC LIMIT %s"  # noqa: S608 -- our own words
        with self._asking() as ask:
            return [(slot, text.partition("|")[2]) for slot, text in ask(asked, most).fetchall()]

    def without_vector(self) -> Slots:
        """Slots that have no vector yet."""
        with self._asking() as ask:
            found = ask(f"SELECT slot FROM {_WITHOUT_VECTOR}").fetchall()  # noqa: S608 -- our own words
        return np.array([slot for (slot,) in found], np.int64)

    def set_vectors(self, vectors: Iterable[tuple[int, bytes]]) -> None:
        """Remember the vectors of some slots."""
        values = [(_spelled(_unpacked(vector)), slot) for slot, vector in vectors]
        with self.writing(), self._connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO catalogue_vectors SELECT slot, %s::halfvec FROM catalogue_documents WHERE slot = %s"
                " ON CONFLICT (slot) DO UPDATE SET embedding = EXCLUDED.embedding",
                values,
            )

    def vectors(self, slots: Sequence[int]) -> list[tuple[int, bytes]]:
        """Nothing: they stay where they are."""
        return [(slot, _IS_THERE) for slot in slots[:0]]

    def progress(self, source: str) -> str | None:
        """Where reading *source* stopped."""
        with self._asking() as ask:
            row = ask("SELECT position FROM catalogue_progress WHERE source = %s", source).fetchone()
        return row[0] if row else None

    def set_progress(self, source: str, position: str) -> None:
        """Remember where reading *source* stopped."""
        with self.writing(), self._asking() as ask:
            ask(
                "INSERT INTO catalogue_progress VALUES (%s, %s)"
                " ON CONFLICT (source) DO UPDATE SET position = EXCLUDED.position",
                source,
                position,
            )

    def cosines(self, query: Floats, slots: Slots, most: int | None) -> list[tuple[int, float]]:
        """Those of *slots* that have a vector, the nearest first, each with its cosine to *query*."""
        among, values = _among(slots)
        near = "SELECT slot, 1 - (embedding <=> %s::halfvec) AS near FROM catalogue_vectors"
        asked = f"{near} WHERE {among} ORDER BY near DESC LIMIT %s"
        with self._asking() as ask:
            found = ask(asked, _spelled(query), *values, most).fetchall()
        return [(int(slot), float(near)) for slot, near in found]


class PgVectors:
    """What `Vectors` does in memory, done by the database."""

    def __init__(self, store: PgStore, now: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._lacking = Lately(store.without_vector, seconds=_COUNTED_EVERY_S, now=now)

    def load(self, rows: list[tuple[int, bytes]]) -> None:
        """Nothing to do: the database has them."""

    def drop(self, slot: int) -> None:
        """Nothing to do: the vector went with its document."""

    def nearness(self, query: Floats, slots: Slots) -> Floats:
        """Cosine of *query* with each of *slots*; 0 for those without a vector."""
        found = dict(self._store.cosines(query, slots, None))
        return np.array([found.get(slot, 0.0) for slot in slots.tolist()], np.float32)

    def nearest(self, query: Floats, slots: Slots, most: int) -> Slots:
        """The *most* of *slots* that are nearest to *query*."""
        return np.array([slot for slot, _ in self._store.cosines(query, slots, most)], np.int64)

    def unknown(self, alive: Bools) -> Slots:
        """None that a server would have to read."""
        return np.flatnonzero(alive)[:0]

    def lacking(self, alive: Bools) -> int:
        """How many of the *alive* have no vector yet, or had none some seconds ago."""
        slots = self._lacking.value()
        return int(alive[slots[slots < len(alive)]].sum())

    def parts(self, end: int) -> dict[str, Any]:  # noqa: ARG002 -- as `Vectors` has it
        """Nothing for a snapshot."""
        return {}

    def restore(self, arrays: Mapping[str, NDArray[Any]], rows: Rows | None) -> None:
        """Nothing was kept."""


def _connected(url: str) -> psycopg.Connection[Any]:
    try:
        import psycopg
    except ImportError as error:
        raise NotSupported("pip install 'jupyter-hubcollab[postgres]' for a catalogue in PostgreSQL") from error
    try:
        return psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://"), autocommit=True)
    except psycopg.OperationalError as error:
        raise Unavailable(f"the database of the search index does not answer ({error})") from error


def _decoded(rows: Iterable[tuple[Any, bytes]]) -> Iterator[tuple[Any, Document]]:
    decode = msgspec.json.Decoder(Document).decode
    return ((name, decode(content)) for name, content in rows)


def _unpacked(vector: bytes) -> Floats:
    """What `vectors.packed` packed."""
    largest = np.frombuffer(vector[:4], np.float32)[0]
    numbers: Floats = np.frombuffer(vector[4:], np.int8).astype(np.float32) * (largest / 127)
    return numbers


def _among(slots: Slots) -> tuple[str, tuple[object, ...]]:
    """The condition that a row is one of *slots*, and its values."""
    if len(slots) <= _FEW:
        return "slot = ANY(%s)", (slots.tolist(),)
    # A bit for each slot there is: nothing else is as quick to send and to ask.
    bits = np.zeros(int(slots.max()) + 1, np.bool_)
    bits[slots] = True
    return (
        "CASE WHEN slot < %s THEN get_bit(%s::bytea, slot) = 1 ELSE false END",
        (len(bits), np.packbits(bits, bitorder="little").tobytes()),
    )


def _spelled(vector: Floats) -> str:
    return f"[{','.join(f'{number:.5g}' for number in vector.tolist())}]"
