"""The team's examples of a model on a hub: added from a cell or the panel, kept in the repo, run for every version.

Built as ``SharedExamples(shelf, commits, stock, runs)``. They lie in ``tests/examples.jsonl`` on ``main``, or where the
rules say; each change is a commit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ... import wire
from ...access import covers, role
from ...errors import EntryNotFound, NotFound, StaleParent
from ...hub.changes import Put
from ...names import DEFAULT_BRANCH, FilePath, RepoId, Revision
from . import examples
from .examples import Example
from .runs import Runs
from .shown import answer
from .stock import Stock
from .verdicts import Answer

if TYPE_CHECKING:
    from ...access import Actor
    from ...hub.commits import Commits

TRIES = 5
MOST_VERSIONS = 20
_GRAVEST: tuple[wire.ExampleChange, ...] = ("broken", "fixed", "changed", "added", "removed", "same")
Edit = Callable[[Sequence[Example]], list[Example]]


class SharedExamples:
    """The examples of all models."""

    def __init__(self, stock: Stock, commits: Commits, runs: Runs) -> None:
        self._stock = stock
        self._commits = commits
        self._runs = runs

    def table(self, actor: Actor, id: RepoId, *, versions: int = 5) -> wire.ExampleTable:
        """The examples on main, and what the last versions made of them."""
        repo = self._stock.shelf.repos.get(actor, id)
        found, _ = self._read(actor, repo.id)
        tags = self._stock.shelf.refs.tags(actor, repo.id)
        # v10 comes after v9, also where both were made in the same second.
        tags = sorted(tags, key=lambda one: (one.at, len(one.name), one.name), reverse=True)[
            : min(versions, MOST_VERSIONS)
        ]
        verdicts = self._runs.verdicts(repo.pk, [one.commit for one in tags])
        judged = {commit: run.judgement for commit, run in verdicts.items() if run.judgement is not None}
        return wire.ExampleTable(
            examples=[wire.ModelExample(name=one.name, input=one.input, expect=one.expect, by=one.by) for one in found],
            columns=[
                wire.ExampleColumn(
                    tag=tag.name, commit=tag.commit, answers=[answer(one) for one in judged[tag.commit].answers]
                )
                for tag in tags
                if tag.commit in judged
            ],
            may_edit=covers(role(actor, repo), "write") and actor.scope != "read",
        )

    def put(self, actor: Actor, id: RepoId, asked: wire.ExampleAsked) -> wire.ModelExample:
        """Add an example, or replace the one of its name; for those who may write.

        Raises:
            BadGates: it makes no sense.
        """
        one = examples.checked(Example(asked.name, asked.input, asked.expect, actor.name))
        self._edit(actor, id, lambda known: examples.added(known, one), f"Expect: {one.name}")
        return wire.ModelExample(name=one.name, input=one.input, expect=one.expect, by=one.by)

    def remove(self, actor: Actor, id: RepoId, name: str) -> None:
        """Forget an example.

        Raises:
            EntryNotFound: there is none.
        """
        self._edit(actor, id, lambda known: examples.without(known, name), f"Expect no more: {name[:80]}")

    def compare(self, actor: Actor, id: RepoId, before: str, after: str) -> wire.ExampleComparison:
        """What changed from one version to another, example by example.

        Raises:
            NotFound: one of them was never asked.
        """
        old, new = (self._answers(actor, id, name) for name in (before, after))
        rows = [
            wire.ExampleDifference(
                name=name,
                change=change(old.get(name), new.get(name)),
                before=answer(old[name]) if name in old else None,
                after=answer(new[name]) if name in new else None,
            )
            for name in {**new, **old}
        ]
        rows.sort(key=lambda one: _GRAVEST.index(one.change))
        return wire.ExampleComparison(before=before, after=after, rows=rows)

    def _answers(self, actor: Actor, id: RepoId, name: str) -> dict[str, Answer]:
        repo = self._stock.shelf.repos.get(actor, id)
        commit = self._stock.version_of(actor, repo, name)
        verdict = self._runs.verdicts(repo.pk, [commit]).get(commit) if commit else None
        if verdict is None or verdict.judgement is None:
            what = "no verdict yet; run its gates" if commit else "no such version"
            raise NotFound(f"{repo.id}@{name}: {what}")
        return {one.name: one for one in verdict.judgement.answers}

    def _edit(self, actor: Actor, id: RepoId, edit: Edit, message: str) -> None:
        for left in reversed(range(TRIES)):
            head = self._stock.shelf.refs.resolve(actor, id, DEFAULT_BRANCH).id
            known, path = self._read(actor, id)
            content = examples.written(edit(known)).encode()
            put = Put(FilePath(path), content, len(content))
            try:
                self._commits.commit(actor, id, [put], message=message, parent=head)
                return
            except StaleParent:
                if not left:
                    raise

    def _read(self, actor: Actor, id: RepoId) -> tuple[list[Example], str]:
        path = self._stock.statutes(actor, id).rules.examples.file
        shelf = self._stock.shelf
        try:
            entry = shelf.files.entry(actor, id, DEFAULT_BRANCH, FilePath(path))
        except EntryNotFound:
            return [], path
        pieces = shelf.files.content(actor, id, Revision(DEFAULT_BRANCH), entry)
        return examples.read(b"".join(pieces).decode(errors="replace")), path


def change(before: Answer | None, after: Answer | None) -> wire.ExampleChange:
    """What became of an example."""
    if before is None or after is None:
        return "added" if before is None else "removed"
    if before.passed != after.passed:
        return "fixed" if after.passed else "broken"
    return "same" if before.output == after.output else "changed"
