"""The index on disk for more than one machine: documents in PostgreSQL, their vectors in pgvector, beside each other.

Every server reads facts and words into memory as from a file, and is told by a counter when another one has written;
vectors stay in the database, which compares them there: exactly, among the documents that a search lets through.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from ..errors import NotSupported, Unavailable
from .columns import Facts, facts_of
from .documents import Document, passage
from .pgvectors import PgVectors
from .postings import packed
from .store import LAYOUT, NOBODY, OfOneEmbedder, Row, fields_of

if TYPE_CHECKING:
    import psycopg
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Slots = NDArray[np.int64]

_TABLES = """
CREATE EXTENSION IF NOT EXISTS vector;
CREATE TABLE IF NOT EXISTS catalogue_made (layout INTEGER NOT NULL, mark TEXT NOT NULL, writes BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS catalogue_documents (
    slot BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key TEXT NOT NULL UNIQUE, source TEXT NOT NULL,
    content BYTEA NOT NULL, facts BYTEA NOT NULL, words BYTEA NOT NULL, passage TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS catalogue_documents_by_source ON catalogue_documents (source);
CREATE TABLE IF NOT EXISTS catalogue_embedders (
    number INT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id TEXT NOT NULL UNIQUE, dimensions INT NOT NULL,
    is_used BOOL NOT NULL DEFAULT false
);
CREATE TABLE IF NOT EXISTS catalogue_vectors_0 (
    slot BIGINT PRIMARY KEY REFERENCES catalogue_documents ON DELETE CASCADE, embedding halfvec NOT NULL
);
CREATE TABLE IF NOT EXISTS catalogue_progress (source TEXT PRIMARY KEY, position TEXT NOT NULL);
"""
_VECTORS = """
CREATE TABLE IF NOT EXISTS catalogue_vectors_{number} (
    slot BIGINT PRIMARY KEY REFERENCES catalogue_documents ON DELETE CASCADE, embedding halfvec({dimensions}) NOT NULL
);
ALTER TABLE catalogue_vectors_{number} ALTER embedding SET STORAGE {storage};
"""
"""One table for each embedder, so that what is compared is always by the same one; number 0 is nobody's."""
_FIT_A_PAGE = 3_500
"""Dimensions up to which a vector stands in its row, where it is read quickest."""
_LAYOUT = 100 * LAYOUT + 1
"""Of the file, and of the tables here: raised when either changes."""
_FEW = 2_000
"""Slots that are named one by one; more are told as a bit for each slot there is."""
_MAKING = 7_241_955
"""Number of the lock under which tables are made: two servers may start at once."""
_USED = "SELECT number, id, dimensions FROM catalogue_embedders WHERE is_used"
_ANEW = r"""
DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema()
        AND tablename ~ '^catalogue_(vectors(_\d+)?|made|documents|progress|embedders)$'
    LOOP EXECUTE 'DROP TABLE ' || quote_ident(name) || ' CASCADE'; END LOOP;
END $$
"""
# Not a LEFT JOIN where the embedding is NULL: for that, PostgreSQL reads all vectors; for this, two indexes.
_WITHOUT_VECTOR = "catalogue_documents WHERE NOT EXISTS (SELECT FROM {0} WHERE {0}.slot = catalogue_documents.slot)"
_IS_THERE = b""
"""Stands for a vector that stays in the database."""


class PgStore(OfOneEmbedder):
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
            self._hold(ask, ask(_USED).fetchone() or NOBODY)
        return f"{_LAYOUT}:{made[1]}"

    @property
    def _vectors(self) -> str:
        return f"catalogue_vectors_{self._embedder[0]}"

    def use(self, embedder: str, dimensions: int) -> bool:
        """From now on, vectors are those of *embedder*; whether that is another one.

        What was made by one that no server uses any more goes.
        """
        if embedder == self.embedder:
            return False
        storage = "PLAIN" if dimensions <= _FIT_A_PAGE else "EXTERNAL"
        with self._asking() as ask, self._connection.transaction():
            ask("SELECT pg_advisory_xact_lock(%s)", _MAKING)
            ask(
                "INSERT INTO catalogue_embedders (id, dimensions) VALUES (%s, %s) ON CONFLICT DO NOTHING",
                embedder,
                dimensions,
            )
            ask("UPDATE catalogue_embedders SET is_used = (id = %s)", embedder)
            used = ask(_USED).fetchone()
            ask(_VECTORS.format(number=used[0], dimensions=dimensions, storage=storage))
            self._hold(ask, used)
            for (number,) in ask("SELECT number FROM catalogue_embedders WHERE NOT is_used").fetchall():
                # Every server holds a lock on the one that it uses.
                if ask("SELECT pg_try_advisory_xact_lock(%s, %s)", _MAKING, number).fetchone()[0]:
                    ask(f"DROP TABLE IF EXISTS catalogue_vectors_{number}")
                    ask("DELETE FROM catalogue_embedders WHERE number = %s", number)
        self.vectors_there = PgVectors(self)
        return True

    def _hold(self, ask: Callable[..., Any], embedder: tuple[int, str, int]) -> None:
        """Keep the vectors of *embedder* from being deleted, and no others."""
        ask("SELECT pg_advisory_lock_shared(%s, %s)", _MAKING, embedder[0])
        if self._embedder is not NOBODY:
            ask("SELECT pg_advisory_unlock_shared(%s, %s)", _MAKING, self._embedder[0])
        self._embedder = embedder

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

    def put(self, document: Document) -> Row:
        """Add *document* or replace what has its key; its vector is kept while its meaning stays."""
        text = passage(document)
        found, facts = packed(fields_of(document)), facts_of(document)
        with self.writing(), self._asking() as ask:
            before = ask(
                "WITH gone AS (DELETE FROM catalogue_documents WHERE key = %s RETURNING slot, passage)"  # noqa: S608
                f" SELECT slot, passage, embedding::text FROM gone LEFT JOIN {self._vectors} USING (slot)",
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
                ask(f"INSERT INTO {self._vectors} VALUES (%s, %s::halfvec)", made[0], vector)  # noqa: S608
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
            "SELECT slot, facts, words, embedding IS NOT NULL FROM catalogue_documents"  # noqa: S608 -- our own words
            f" LEFT JOIN {self._vectors} USING (slot) WHERE slot > %s ORDER BY slot LIMIT %s"
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
        among = _WITHOUT_VECTOR.format(self._vectors)
        asked = f"SELECT slot, passage FROM {among} ORDER BY slot DESC LIMIT %s"  # noqa: S608 -- our own words
        with self._asking() as ask:
            return [(slot, text) for slot, text in ask(asked, most).fetchall()]

    def without_vector(self) -> Slots:
        """Slots that have no vector yet."""
        with self._asking() as ask:
            found = ask("SELECT slot FROM " + _WITHOUT_VECTOR.format(self._vectors)).fetchall()  # noqa: S608
        return np.array([slot for (slot,) in found], np.int64)

    def set_vectors(self, vectors: Iterable[tuple[int, bytes]]) -> None:
        """Remember the vectors of some slots."""
        values = [(_spelled(_unpacked(vector)), slot) for slot, vector in vectors]
        with self.writing(), self._connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {self._vectors} SELECT slot, %s::halfvec FROM catalogue_documents WHERE slot = %s"  # noqa: S608
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
        near = f"SELECT slot, 1 - (embedding <=> %s::halfvec) AS near FROM {self._vectors}"  # noqa: S608
        asked = f"{near} WHERE {among} ORDER BY near DESC LIMIT %s"
        with self._asking() as ask:
            found = ask(asked, _spelled(query), *values, most).fetchall()
        return [(int(slot), float(near)) for slot, near in found]


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
