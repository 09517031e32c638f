"""Working out again what git, blobs and xorbs know better than the index."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, cast

import pygit2
from sqlalchemy import case, delete, insert, select, update

from ..errors import BlobNotFound, HubError
from ..names import DEFAULT_BRANCH, RepoId, RepoKind, repo_id
from ..storage.merkle import XetHash
from ..storage.recipes import Recipe
from ..storage.schema import repo_blobs, repos, xet_chunks, xet_files, xet_xorbs
from .collecting import Places
from .identity import read_identity
from .index import index_blobs, index_head
from .reachable import named, tips_of
from .refs import HEADS
from .work import Tell
from .xet_shards import terms_of
from .xet_sharing import note_chunks, noted

Facts = Callable[[RepoId, str], None]
"""Notes what the weights of a repo, given with its owner, say of it."""


def reindex(places: Places, now: datetime, tell: Tell, facts: Facts) -> Iterator[str]:
    """Repo by repo; a repo that the index has lost comes back. Then the files that are kept as chunks."""
    storages = list(places.bare.all())
    for at, storage in enumerate(storages):
        fields = read_identity(places.bare.path(storage))
        if fields is None:
            continue
        name = f"{fields['kind']} {fields['namespace']}/{fields['name']}"
        tell(0.7 * at / len(storages), name)
        facts(*_repo(places, storage, fields, now))
        yield name
    reindex_chunks(places, now, lambda share, what: tell(0.7 + 0.3 * share, what))
    tell(1.0, "")


def reindex_chunks(places: Places, now: datetime, tell: Tell) -> None:
    """Xorbs that the index does not know are read and indexed; recipes and rows are made equal."""
    known = _known_xorbs(places)
    missing = [xorb for xorb, _ in places.xet.xorbs.all() if xorb not in known]
    for at, xorb in enumerate(missing):
        tell(at / len(missing), f"reading chunks {at + 1} of {len(missing)}")
        _xorb(places, xorb, now)
    with places.database.read() as connection:
        files = connection.execute(select(xet_files)).all()
    lost = [Recipe(XetHash(row.hash), row.digest, row.size_bytes, row.terms) for row in files]
    places.xet.recipes.put([recipe for recipe in lost if not places.xet.recipes.has(recipe.hash)])
    _recipes(places, {row.hash for row in files}, now)
    _chunks(places)


def _repo(places: Places, storage: str, fields: dict[str, Any], now: datetime) -> tuple[RepoId, str]:
    """Name and owner of the repo, as the index has them."""
    with places.bare.writing(storage) as git:
        entries = list(named(git, tips_of(git).values()))
        with places.database.write() as connection:
            pk = connection.execute(select(repos.c.pk).where(repos.c.storage == storage)).scalar()
            if pk is None:
                lost = _row(fields, storage, _begun_at(git))
                pk = connection.execute(insert(repos).values(**lost).returning(repos.c.pk)).scalar_one()
            mine = repos.c.pk == pk
            texts = connection.execute(select(repos.c.text_bytes).where(mine)).scalar_one()
            # Counted anew from nothing; only what earlier commits brought is not in the newest one.
            connection.execute(update(repos).where(mine).values(head=None, size_bytes=0, files=None, text_bytes=0))
            index_head(connection, pk, git, _changed_at(git))
            kept = case((repos.c.text_bytes < texts, texts), else_=repos.c.text_bytes)
            connection.execute(update(repos).where(mine).values(text_bytes=kept))
            index_blobs(connection, pk, entries, now)
            alive = {digest for _, digest, _ in entries}
            rows = connection.execute(select(repo_blobs.c.digest).where(repo_blobs.c.repo_pk == pk)).scalars()
            for digest in set(rows) - alive:
                stale = (repo_blobs.c.repo_pk == pk) & (repo_blobs.c.digest == digest)
                if not places.blobs.has(digest):
                    connection.execute(delete(repo_blobs).where(stale))
            row = connection.execute(select(repos).where(mine)).one()
            return RepoId(row.namespace, row.name, cast(RepoKind, row.kind)), row.owner


def _known_xorbs(places: Places) -> set[str]:
    with places.database.read() as connection:
        return set(connection.execute(select(xet_xorbs.c.hash)).scalars())


def _xorb(places: Places, xorb: XetHash, now: datetime) -> None:
    try:
        index = places.xet.xorbs.indexed(xorb)
    except (HubError, FileNotFoundError):  # damaged, which fsck tells, or collected meanwhile
        return
    row = {"hash": xorb, "size_bytes": index.ends[-1], "chunks": index.packed(), "added_at": now}
    with places.database.write() as connection:
        if connection.execute(select(xet_xorbs.c.hash).where(xet_xorbs.c.hash == xorb)).first() is None:
            connection.execute(insert(xet_xorbs).values(**row))


def _recipes(places: Places, known: set[str], now: datetime) -> None:
    """Rows for files of which only the recipe is left; where a xorb is missing, there is no file."""
    xorbs = _known_xorbs(places)
    for recipe in places.xet.recipes.all():
        if recipe.hash in known or any(term.xorb not in xorbs for term in terms_of(recipe.terms)):
            continue
        row = {"hash": recipe.hash, "digest": recipe.digest, "size_bytes": recipe.size, "terms": recipe.terms}
        with places.database.write() as connection:
            if connection.execute(select(xet_files.c.hash).where(xet_files.c.hash == recipe.hash)).first() is None:
                connection.execute(insert(xet_files).values(**row, added_at=now))


def _chunks(places: Places) -> None:
    """Note of files that have none noted which chunks clients may ask for."""
    with places.database.read() as connection:
        told = select(xet_chunks.c.id).where(xet_chunks.c.file == xet_files.c.hash).correlate(xet_files)
        files = connection.execute(select(xet_files.c.hash, xet_files.c.terms).where(~told.exists())).all()
    for hash, terms in files:
        with suppress(BlobNotFound):  # damaged, which fsck tells
            rows = noted(places.xet.reading, hash, terms)
            with places.database.write() as connection:
                if connection.execute(select(xet_files.c.hash).where(xet_files.c.hash == hash)).first() is not None:
                    note_chunks(connection, rows)


def _changed_at(git: pygit2.Repository) -> datetime:
    main = git.references.get(HEADS + DEFAULT_BRANCH)
    return datetime.fromtimestamp(main.peel(pygit2.Commit).commit_time if main is not None else 0, UTC)


def _begun_at(git: pygit2.Repository) -> datetime:
    main = git.references.get(HEADS + DEFAULT_BRANCH)
    if main is None:
        return datetime.fromtimestamp(0, UTC)
    first = min(commit.commit_time for commit in git.walk(main.peel(pygit2.Commit).id))
    return datetime.fromtimestamp(first, UTC)


def _row(fields: dict[str, Any], storage: str, at: datetime) -> dict[str, Any]:
    id = repo_id(f"{fields['namespace']}/{fields['name']}", fields["kind"])
    return {
        "storage": storage,
        "kind": id.kind,
        "namespace": id.namespace,
        "name": id.name,
        "key": id.key,
        "owner": fields["owner"],
        "private": fields["private"],
        "gated": fields.get("gated", ""),
        "created_at": at,
        "updated_at": at,
    }
