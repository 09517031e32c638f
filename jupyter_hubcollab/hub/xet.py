"""Xet: files stored as chunks in xorbs, uploaded and downloaded by the content-addressed protocol of Hugging Face.

What resolve, tree and commits need: `Xet.has`, `size` and `read` by SHA-256, like a blob; `file_of` gives the Xet hash
that clients may download by. A row for a file is written only after its SHA-256 was computed from the stored chunks.

Hashes are names, not rights. To refer to chunks, a shard must prove for each term that its sender knows the hashes of
all chunks in it; to download by hash, the file must belong to the repo that the token was made for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, or_, select, update

from ..clock import utc_now
from ..errors import BadRequestBody, BlobNotFound, DigestMismatch, TooLarge
from ..names import Digest
from ..storage.blobs import Part
from ..storage.database import Database
from ..storage.merkle import HASH_BYTES, Merkle, Node, XetHash, file_hash, shown, term_hash
from ..storage.recipes import Recipe, Recipes
from ..storage.schema import repo_blobs, uploads, xet_files, xet_xorbs
from ..storage.xorbs import IncomingXorb, OpenXorb, Xorbs
from .namespaces import Namespaces
from .xet_reading import Reading, Reconstruction
from .xet_shards import ShardFile, files_of, proofs_of, terms_of
from .xet_sharing import note_chunks, noted, readable
from .xet_store import XetStore
from .xet_tokens import Holder

_TOLD_EVERY = 64 << 20
_MOST_ASKED = 500
_SMALLEST_MEAN_CHUNK = 4 << 10
_FREE_CHUNKS = 1024


@dataclass(frozen=True, slots=True)
class Progress:
    """How many bytes of a shard's files were compared with their SHA-256."""

    verified: int
    total: int


class Xet:
    """The files that are stored as chunks."""

    def __init__(
        self,
        database: Database,
        xorbs: Xorbs,
        recipes: Recipes,
        namespaces: Namespaces,
        *,
        largest_file: int = 64 << 30,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self.xorbs = xorbs
        self.recipes = recipes
        self._namespaces = namespaces
        self._largest_file = largest_file
        self._now = now
        self.reading = Reading(database, xorbs)
        self._store = XetStore(database, xorbs)

    @property
    def store(self) -> str:
        """Name of this store and its epoch, a part of the URL that clients upload to."""
        return self._store.name

    def begin_epoch(self) -> None:
        """Make clients forget what they remember to have uploaded."""
        self._store.begin_epoch()

    def forget(self, xorb: XetHash) -> None:
        """Do not rely on a xorb any more."""
        self.reading.forget(xorb)

    def knows(self, xorb: XetHash) -> bool:
        """Does the index have it?"""
        with self._database.read() as connection:
            return connection.execute(select(xet_xorbs.c.hash).where(xet_xorbs.c.hash == xorb)).first() is not None

    def has(self, sha256: Digest) -> bool:
        """Is a file with this SHA-256 here, whole?"""
        return self._by_digest(sha256) is not None

    def file_of(self, sha256: Digest) -> XetHash | None:
        """The Xet hash of the file with this SHA-256, if it is here."""
        row = self._by_digest(sha256)
        return None if row is None else XetHash(row.hash)

    def files_of(self, sha256s: Iterable[Digest]) -> dict[Digest, str]:
        """The Xet hashes of those files that are here, asked at once for a whole listing."""
        asked, found = list(set(sha256s)), {}
        with self._database.read() as connection:
            for start in range(0, len(asked), _MOST_ASKED):
                some = xet_files.c.digest.in_(asked[start : start + _MOST_ASKED])
                rows = connection.execute(select(xet_files.c.digest, xet_files.c.hash).where(some))
                found.update({Digest(row.digest): str(row.hash) for row in rows})
        return found

    def size(self, sha256: Digest) -> int:
        """Bytes of a file.

        Raises:
            BlobNotFound: it is not here.
        """
        return int(self._required(sha256).size_bytes)

    def read(self, sha256: Digest, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes of a file from *start* up to *end*, in pieces; only the chunks that hold them are decoded.

        Raises:
            BlobNotFound: it is not here.
        """
        row = self._required(sha256)
        size = int(row.size_bytes)
        return self.reading.pieces(terms_of(row.terms), start, size if end is None else min(end, size))

    def chunks(self, sha256: Digest) -> Iterator[Node]:
        """Hash and size of the chunks of a file, in its order."""
        for term in terms_of(self._required(sha256).terms):
            yield from self.reading.index(term.xorb).nodes(term.start, term.end)

    def parts(self, sha256: Digest, start: int, end: int) -> Iterator[Part]:
        """The same, to be sent: each part is good until the next one is asked for."""
        row = self._required(sha256)
        return self.reading.parts(terms_of(row.terms), start, min(end, int(row.size_bytes)))

    def incoming(self) -> IncomingXorb:
        """Begin to receive a xorb."""
        return self.xorbs.incoming()

    def finish(self, incoming: IncomingXorb, expected: XetHash) -> None:
        """Keep a xorb, durably.

        Raises:
            DigestMismatch: other chunks came than *expected* stands for.
        """
        index = incoming.checked(expected)
        incoming.sync()  # what is here already takes as long
        if self._make_young({expected}) and self.xorbs.has(expected):
            return
        incoming.finish(expected)
        row = {"hash": expected, "size_bytes": index.ends[-1], "chunks": index.packed(), "added_at": self._now()}
        with self._database.write() as connection:
            if connection.execute(select(xet_xorbs.c.hash).where(xet_xorbs.c.hash == expected)).first() is None:
                connection.execute(insert(xet_xorbs).values(**row))

    def add(self, holder: Holder, shard: bytes) -> Iterator[Progress]:
        """Check the files of a shard, and keep them when the last step is done: all of them or none.

        The first step checks hashes and proofs; the others decode each file that is new and compare its SHA-256.

        Raises:
            BlobNotFound: a file needs a xorb that is not here.
            BadRequestBody: it is no shard, or a term or a hash in it is wrong.
            DigestMismatch: the chunks of a file are not the bytes that it is announced to have.
        """
        files = {file.hash: file for file in files_of(shard)}
        self._make_young({term.xorb for file in files.values() for term in terms_of(file.terms)})
        sizes = {file.hash: self._checked(file) for file in files.values()}
        known = self._known(holder, files)
        total = sum(size for hashed, size in sizes.items() if hashed not in known)
        verified = told = 0
        yield Progress(0, total)
        for hashed in files.keys() - known.keys():
            content = hashlib.sha256()
            for part in self.reading.parts(terms_of(files[hashed].terms), 0, sizes[hashed]):
                for chunk in part:
                    content.update(chunk)
                    verified += len(chunk)
                if verified - told >= _TOLD_EVERY:
                    told = verified
                    yield Progress(verified, total)
            known[hashed] = Digest(content.hexdigest())
        for hashed, file in files.items():
            _compare(file.digest, known[hashed])
        self._keep(holder, [_row(file, known[hashed], sizes[hashed]) for hashed, file in files.items()])
        yield Progress(total, total)

    def file_size(self, holder: Holder, file: XetHash) -> int:
        """Bytes of a file of the holder's repo.

        Raises:
            BlobNotFound: the repo has no such file.
        """
        return int(self._of_repo(holder, file).size_bytes)

    def reconstruction(self, holder: Holder, file: XetHash, start: int, end: int) -> Reconstruction:
        """How to put the bytes of a file of the holder's repo together, from *start* up to *end*.

        Raises:
            BlobNotFound: the repo has no such file.
        """
        return self.reading.reconstruction(terms_of(self._of_repo(holder, file).terms), start, end)

    def xorb_parts(self, xorb: XetHash, start: int, end: int) -> Iterator[Part]:
        """Bytes of a xorb as it is stored, to be sent.

        Raises:
            BlobNotFound: it is gone.
        """
        return _stretch(self.xorbs.open(xorb), start, end)

    def _checked(self, file: ShardFile) -> int:
        """The size of *file*, after its terms, proofs and hash were found right."""
        tree, size, chunks = Merkle(), 0, 0
        present: set[XetHash] = set()
        for term, proof in zip(terms_of(file.terms), proofs_of(file.proofs), strict=True):
            if term.xorb not in present:
                self._require_xorb(term.xorb)
                present.add(term.xorb)
            index = self.reading.index(term.xorb)
            if not term.start < term.end <= len(index) or term.size != index.content_size(term.start, term.end):
                raise BadRequestBody(f"the file {file.hash} names chunks that the xorb {term.xorb} does not have")
            if term_hash(index.hashes[term.start * HASH_BYTES : term.end * HASH_BYTES]) != proof:
                raise BadRequestBody(f"the file {file.hash} names chunks of {term.xorb} with a wrong verification hash")
            size, chunks = size + term.size, chunks + term.end - term.start
            self._limit(size, chunks)
            for node in index.nodes(term.start, term.end):
                tree.add(node)
        if shown(file_hash(tree.root())) != file.hash:
            raise BadRequestBody(f"the chunks that are named for the file {file.hash} make another file")
        return size

    def _make_young(self, xorbs: set[XetHash]) -> int:
        """Let the collector of garbage leave xorbs alone that somebody needs from now on; how many are known."""
        asked, known = sorted(xorbs), 0
        with self._database.write() as connection:
            for start in range(0, len(asked), _MOST_ASKED):
                some = xet_xorbs.c.hash.in_(asked[start : start + _MOST_ASKED])
                known += connection.execute(update(xet_xorbs).where(some).values(added_at=self._now())).rowcount
        return known

    def _require_xorb(self, xorb: XetHash) -> None:
        self.reading.index(xorb)
        if self.xorbs.has(xorb):
            return
        # Clients remember what they uploaded, and would name it forever; another epoch makes them upload it again.
        with self._database.write() as connection:
            connection.execute(delete(xet_xorbs).where(xet_xorbs.c.hash == xorb))
        self.reading.forget(xorb)
        self._store.begin_epoch()
        raise BlobNotFound(f"the xorb {xorb} is gone from this hub's storage; upload the file again")

    def _limit(self, size: int, chunks: int) -> None:
        if size > self._largest_file:
            raise TooLarge(f"a file may have at most {self._largest_file} bytes on this hub")
        if chunks > _FREE_CHUNKS + size // _SMALLEST_MEAN_CHUNK:
            raise TooLarge("the file has too many small chunks; use chunks of 64 KiB")

    def _known(self, holder: Holder, files: Iterable[XetHash]) -> dict[XetHash, Digest]:
        """The SHA-256 of those files that are here already; of others' files nobody learns that, nor by the time."""
        asked, known = list(files), {}
        sent = select(uploads.c.digest).where(uploads.c.user == holder.actor.name)
        own = or_(xet_files.c.digest.in_(sent), readable(self._namespaces, holder.actor))
        with self._database.read() as connection:
            for start in range(0, len(asked), _MOST_ASKED):
                some = xet_files.c.hash.in_(asked[start : start + _MOST_ASKED])
                rows = connection.execute(select(xet_files.c.hash, xet_files.c.digest).where(some, own))
                known.update({XetHash(row.hash): Digest(row.digest) for row in rows})
        return known

    def _keep(self, holder: Holder, rows: list[dict[str, Any]]) -> None:
        now = self._now()
        recipes = [Recipe(row["hash"], row["digest"], row["size_bytes"], row["terms"]) for row in rows]
        self.recipes.put(recipes)
        chunks = {row["hash"]: noted(self.reading, row["hash"], row["terms"]) for row in rows}
        with self._database.write() as connection:
            # The collector of garbage, who is kept out here, may have taken an old file away with its recipe just now.
            if gone := [recipe for recipe in recipes if not self.recipes.has(recipe.hash)]:
                self.recipes.put(gone)
            for row in rows:
                if connection.execute(select(xet_files.c.hash).where(xet_files.c.hash == row["hash"])).first() is None:
                    connection.execute(insert(xet_files).values(**row, added_at=now))
                    note_chunks(connection, chunks[row["hash"]])
                _note_upload(connection, row["digest"], holder.actor.name, now)

    def _by_digest(self, digest: Digest) -> Row[Any] | None:
        with self._database.read() as connection:
            return connection.execute(select(xet_files).where(xet_files.c.digest == digest).limit(1)).first()

    def _required(self, digest: Digest) -> Row[Any]:
        row = self._by_digest(digest)
        if row is None:
            raise BlobNotFound(f"no blob {digest} is stored here; send its bytes first")
        return row

    def _of_repo(self, holder: Holder, file: XetHash) -> Row[Any]:
        query = select(xet_files).join(repo_blobs, repo_blobs.c.digest == xet_files.c.digest)
        mine = repo_blobs.c.repo_pk == holder.repo.pk
        with self._database.read() as connection:
            row = connection.execute(query.where(xet_files.c.hash == file, mine)).first()
        if row is None:
            raise BlobNotFound(f"{holder.repo.id} has no file with the Xet hash {file}")
        return row


def _stretch(xorb: OpenXorb, start: int, end: int) -> Iterator[Part]:
    with xorb:
        yield xorb.stretch(start, end)


def _compare(announced: Digest | None, found: Digest) -> None:
    if announced is not None and announced != found:
        raise DigestMismatch(f"the uploaded chunks have SHA-256 {found}, not {announced}; upload the file again")


def _row(file: ShardFile, digest: Digest, size: int) -> dict[str, Any]:
    return {"hash": file.hash, "digest": digest, "size_bytes": size, "terms": file.terms}


def _note_upload(connection: Connection, digest: Digest, user: str, at: datetime) -> None:
    connection.execute(delete(uploads).where(uploads.c.digest == digest, uploads.c.user == user))
    connection.execute(insert(uploads).values(digest=digest, user=user, at=at))
