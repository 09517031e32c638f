"""What a revision says of itself as a model, read from git once and remembered: a commit never changes.

Built as ``FactsOf(database, refs, files)``. ``remember`` listens for `CommitMade`, so that lists find the rows there;
they would be made at the first question anyway, and the table may be emptied at any time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import bindparam, delete, insert, select

from ..errors import EntryNotFound, NotFound
from ..names import FilePath, RepoId, Revision
from ..storage.database import Database
from ..storage.schema import revision_facts
from . import cards, evaluations, examples, provenance
from .evaluations import ByExample
from .metrics import Measured, stated

if TYPE_CHECKING:
    import pygit2

    from ..access import Actor
    from ..hub.events import CommitMade, RepoDeleted
    from ..hub.files import Entry, Files
    from ..hub.refs import Commit, Refs

MOST_ASKED = 400
READING = 3
LONGEST_TEXT = cards.LONGEST * 4 + 4
"""Bytes; every card that is not too long fits."""


class Facts(msgspec.Struct, frozen=True):
    """What lists show of a revision."""

    summary: str
    task: str | None
    library: str | None
    license: str | None
    tags: tuple[str, ...]
    parameters: int | None
    metrics: tuple[Measured, ...]
    run_id: str | None
    size_bytes: int
    publication: str | None
    """Id that the publisher gave to the request, by which a repeated one is known."""
    author_name: str
    authors: tuple[str, ...] = ()
    """Who else had a hand in it."""
    parent: str | None = None
    """The commit before."""
    base_models: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    by_example: tuple[ByExample, ...] = ()
    """Files with results by example."""
    rolled_back_to: str | None = None
    """The version whose files it brought back."""
    reading: int = 0
    """Which `READING` made these; a commit is read again when we learn to read more of it."""


_DECODER = msgspec.json.Decoder(Facts)
_CO_AUTHOR = re.compile(r"^co-authored-by:\s*([^<\n]+?)\s*(?:<[^\n]*)?$", re.IGNORECASE | re.MULTILINE)


class FactsOf:
    """Reads facts, each commit's once."""

    def __init__(self, database: Database, refs: Refs, files: Files) -> None:
        self._database = database
        self._refs = refs
        self._files = files

    def one(self, actor: Actor, repo: RepoId, commit: str) -> Facts:
        """The facts of a commit."""
        return self.many(actor, [(repo, commit)])[repo, commit]

    def many(self, actor: Actor, asked: Iterable[tuple[RepoId, str]]) -> Mapping[tuple[RepoId, str], Facts]:
        """The facts of many commits, with one question to the index for those that were read before."""
        wanted = list(dict.fromkeys(asked))
        known = self._known([commit for _, commit in wanted])
        found: dict[tuple[RepoId, str], Facts] = {}
        fresh: dict[tuple[RepoId, str], Facts] = {}
        for repo, commit in wanted:
            facts = known.get((repo.key, commit))
            if facts is None:
                facts = fresh[repo, commit] = self._read(actor, repo, commit)
            found[repo, commit] = facts
        if fresh:
            self._remember(fresh)
        return found

    def remember(self, event: CommitMade) -> None:
        """Read a new commit before anybody asks."""
        if event.repo.kind == "model":
            with suppress(NotFound):  # deleted or rewritten meanwhile
                self.one(event.actor, event.repo, event.commit)

    def forget(self, event: RepoDeleted) -> None:
        """A repo is gone; so are its rows."""
        with self._database.write_derived() as connection:
            connection.execute(delete(revision_facts).where(revision_facts.c.repo == event.repo.key))

    def _known(self, commits: list[str]) -> dict[tuple[str, str], Facts]:
        found: dict[tuple[str, str], Facts] = {}
        with self._database.read() as connection:
            for start in range(0, len(commits), MOST_ASKED):
                some = commits[start : start + MOST_ASKED]
                rows = connection.execute(select(revision_facts).where(revision_facts.c.commit.in_(some)))
                found |= {(row.repo, row.commit): _DECODER.decode(row.facts) for row in rows}
        return {key: facts for key, facts in found.items() if facts.reading == READING}

    def _remember(self, fresh: Mapping[tuple[RepoId, str], Facts]) -> None:
        rows = [
            {"repo": repo.key, "commit": commit, "facts": msgspec.json.encode(facts).decode()}
            for (repo, commit), facts in fresh.items()
        ]
        with self._database.write_derived() as connection:
            same = (revision_facts.c.repo == bindparam("repo")) & (revision_facts.c.commit == bindparam("commit"))
            connection.execute(delete(revision_facts).where(same), rows)
            connection.execute(insert(revision_facts), rows)

    def _read(self, actor: Actor, repo: RepoId, commit: str) -> Facts:
        from ..hub.refs import commit_of

        revision = Revision(commit)
        _, at, found = self._refs.find(actor, repo, revision)
        card, made = (
            self.text(actor, repo, revision, name) if name in at.tree else "" for name in (cards.NAME, provenance.NAME)
        )
        left = self._evaluations(actor, repo, revision, at)
        # Of `main` the index knows the size, and no tree of many thousand files is walked.
        is_head = found.head == commit
        size = found.size_bytes if is_head else sum(one.size for one in self._files.tree(actor, repo, revision))
        facts = _facts(cards.shown(card), provenance.read(made), size, commit_of(at))
        if not left:
            return facts
        read = partial(self._content, actor, repo, revision)
        return msgspec.structs.replace(
            facts,
            metrics=_merged(facts.metrics, evaluations.measured(left, read)),
            by_example=tuple(evaluations.by_example(left)),
        )

    def _evaluations(self, actor: Actor, repo: RepoId, revision: Revision, at: pygit2.Commit) -> list[Entry]:
        """The files that evaluations left."""
        folders = [one for one in (examples.FOLDER, evaluations.RESULTS) if one.rstrip("/") in at.tree]
        found: list[Entry] = []
        for folder in folders:
            with suppress(EntryNotFound):  # a file of this name
                found += self._files.tree(actor, repo, revision, path=folder.rstrip("/"))
        return found

    def _content(self, actor: Actor, repo: RepoId, revision: Revision, entry: Entry) -> bytes:
        return b"".join(self._files.description(actor, repo, revision, entry))

    def text(self, actor: Actor, repo: RepoId, revision: Revision, path: str) -> str:
        """A text file of a revision, a very long one cut off; empty where there is none."""
        try:
            entry = self._files.entry(actor, repo, revision, FilePath(path))
        except EntryNotFound:
            return ""
        if entry.is_dir:
            return ""
        span = (0, min(entry.size, LONGEST_TEXT))
        return b"".join(self._files.description(actor, repo, revision, entry, span)).decode(errors="replace")


def _merged(first: tuple[Measured, ...], more: Sequence[Measured]) -> tuple[Measured, ...]:
    """All of *first*, and those of *more* that say something else."""
    known = {(one.name, one.dataset, one.split) for one in first}
    return (*first, *(one for one in more if (one.name, one.dataset, one.split) not in known))


def _facts(card: cards.Card, made: dict[str, object], size: int, commit: Commit) -> Facts:
    front = card.metadata
    helped = [*_CO_AUTHOR.findall(commit.message), *_words(made.get("authors"))]
    about = made.get("parameter_count")
    return Facts(
        summary=cards.summary(card.markdown),
        task=_word(front.get("pipeline_tag")),
        library=_word(front.get("library_name")),
        license=_word(front.get("license")),
        tags=tuple(_words(front.get("tags"))),
        parameters=about if isinstance(about, int) and not isinstance(about, bool) and about >= 0 else None,
        metrics=tuple(stated(front)),
        run_id=_word(made.get("run_id")),
        size_bytes=size,
        publication=_word(made.get("publication")),
        author_name=commit.author_name,
        authors=tuple(name for name in dict.fromkeys(helped) if name not in (commit.author, commit.author_name)),
        parent=commit.parents[0] if commit.parents else None,
        base_models=tuple(_words(front.get("base_model"))),
        datasets=tuple(_words(front.get("datasets"))),
        rolled_back_to=_word(made.get("rolled_back_to")),
        reading=READING,
    )


def _word(value: object) -> str | None:
    first = value[0] if isinstance(value, list) and value else value
    return first[:200] if isinstance(first, str) and first else None


def _words(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [one[:200] for one in values if isinstance(one, str) and one][:100]
