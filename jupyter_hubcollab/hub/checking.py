"""Is everything there that should be, and is it what its name says?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pygit2
from sqlalchemy import Row, select, text

from ..errors import HubError, RepoNotFound
from ..names import DEFAULT_BRANCH
from ..storage.merkle import XetHash
from ..storage.schema import repos, xet_files, xet_xorbs
from .collecting import Places
from .identity import read_identity
from .reachable import is_blank, reached, tips_of
from .refs import HEADS
from .work import Tell
from .xet_shards import terms_of


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be."""

    repo: str
    what: str


def check(places: Places, tell: Tell) -> Iterator[Finding]:
    """Refs that lead nowhere, objects, blobs and chunks that are missing, a stale index."""
    yield from _index(places)
    with places.database.read() as connection:
        rows = connection.execute(select(repos)).all()
    for at, row in enumerate(rows):
        name = f"{row.kind} {row.namespace}/{row.name}"
        tell(0.8 * at / len(rows), name)
        yield from (Finding(name, what) for what in _repo(places, row))
    known = {row.storage for row in rows}
    yield from (Finding(storage, what) for storage in places.bare.all() for what in _unknown(places, storage, known))
    yield from _chunks(places)
    tell(1.0, "")


def check_contents(places: Places, tell: Tell) -> Iterator[Finding]:
    """Read every byte again; what has changed since it came."""
    digests = list(places.blobs.whole.digests())
    for at, digest in enumerate(digests):
        tell(0.5 * at / len(digests), f"reading file {at + 1} of {len(digests)}")
        content = hashlib.sha256()
        for piece in places.blobs.whole.read(digest):
            content.update(piece)
        if content.hexdigest() != digest:
            yield Finding("", f"the blob {digest} has changed on disk; restore it from a backup")
    xorbs = list(places.xet.xorbs.all())
    for at, (xorb, _) in enumerate(xorbs):
        tell(0.5 + 0.5 * at / len(xorbs), f"reading chunks {at + 1} of {len(xorbs)}")
        try:
            places.xet.xorbs.indexed(xorb)
        except HubError:
            yield Finding("", f"the xorb {xorb} has changed on disk; restore it from a backup")
    tell(1.0, "")


def _index(places: Places) -> Iterator[Finding]:
    with places.database.read() as connection:
        if connection.dialect.name != "sqlite":
            return
        found = str(connection.execute(text("PRAGMA quick_check")).scalar())
    if found != "ok":
        yield Finding("", f"the index is damaged ({found}); restore it from a backup")


def _unknown(places: Places, storage: str, known: set[str]) -> Iterator[str]:
    """A repository that the index does not know; one that was never told to anybody is but a leftover."""
    if storage in known or read_identity(places.bare.path(storage)) is None:
        return
    with places.database.read() as connection:
        is_new = connection.execute(select(repos.c.pk).where(repos.c.storage == storage)).first() is not None
    if not is_new and not is_blank(places.bare.open(storage)):
        yield "the index does not know this repository; run jupyter hubcollab reindex"


def _repo(places: Places, row: Row[Any]) -> Iterator[str]:
    try:
        git = places.bare.open(row.storage)
    except RepoNotFound:
        if _is_known(places, row.pk):  # not deleted a moment ago
            yield f"its repository {row.storage} is gone; restore it, or delete the repo"
        return
    main = git.references.get(HEADS + DEFAULT_BRANCH)
    if (main is None or str(main.target) != row.head) and not _has_caught_up(places, row.pk):
        yield "the index is behind git; run jupyter hubcollab reindex"
    try:
        entries = list(reached(git, tips_of(git).values()))
    except (KeyError, ValueError, pygit2.GitError) as error:
        yield f"an object of git is missing or damaged ({error}); restore it from a backup"
        return
    for entry in entries:
        if entry.digest is not None and not places.blobs.has(entry.digest):
            yield f"'{entry.path}' needs the blob {entry.digest}, which is gone; restore it from a backup"
        elif entry.digest is not None and places.blobs.size(entry.digest) != entry.size:
            yield f"'{entry.path}' says {entry.size} bytes, but the blob {entry.digest} has another size"


def _is_known(places: Places, pk: int) -> bool:
    with places.database.read() as connection:
        return connection.execute(select(repos.c.pk).where(repos.c.pk == pk)).first() is not None


def _has_caught_up(places: Places, pk: int) -> bool:
    """Did a commit only fall between our two looks? Then index and ref agree once it is done."""
    with places.database.read() as connection:
        row = connection.execute(select(repos.c.storage, repos.c.head).where(repos.c.pk == pk)).first()
    if row is None:
        return True
    try:
        with places.bare.writing(row.storage) as git, places.database.read() as connection:
            head = connection.execute(select(repos.c.head).where(repos.c.pk == pk)).scalar()
            return tips_of(git).get(HEADS + DEFAULT_BRANCH) == head
    except RepoNotFound:
        return True


def _chunks(places: Places) -> Iterator[Finding]:
    with places.database.read() as connection:
        rows = connection.execute(select(xet_xorbs.c.hash, xet_xorbs.c.size_bytes)).all()
        files = connection.execute(select(xet_files.c.hash, xet_files.c.digest, xet_files.c.terms)).all()
    xorbs = {XetHash(row.hash): int(row.size_bytes) for row in rows}
    here = dict(places.xet.xorbs.all())
    for xorb, size in xorbs.items():
        if here.get(xorb) != size and places.xet.knows(xorb):
            what = "is gone" if xorb not in here else f"has {here[xorb]} bytes, not {size}"
            yield Finding("", f"the xorb {xorb} {what}; restore it from a backup")
    for hash, digest, terms in files:
        if any(term.xorb not in xorbs for term in terms_of(terms)) and places.xet.file_of(digest) is not None:
            yield Finding("", f"the file {digest} needs chunks that are gone; restore them from a backup")
        elif not places.xet.recipes.has(hash) and places.xet.file_of(digest) is not None:
            yield Finding("", f"the file {digest} has no recipe beside its chunks; run jupyter hubcollab reindex")
