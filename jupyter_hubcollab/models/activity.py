"""What happened to a repo, newest first: commits, versions, aliases, gates, discussions, reviews, and who did it.

Built as ``Activities(database, repos, refs, facts)``. Git tells of commits and versions, rows of all the rest; each
source gives its newest, and the list is cut where the page ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING

import msgspec

from .. import wire
from ..errors import RevisionNotFound
from ..hub.refs import commit_of
from ..names import DEFAULT_BRANCH
from . import activity_rows

if TYPE_CHECKING:
    import pygit2

    from ..access import Actor
    from ..hub.refs import Commit, Ref, Refs
    from ..hub.repos import Repo, Repos
    from ..names import RepoId
    from ..storage.database import Database
    from .facts import FactsOf

MOST = 5_000
"""How far back pages go."""
MOST_BRANCHES = 50
RUNS = "runs/"
"""Branches of checkpoints: a step is no news."""
AT_ONCE = timedelta(seconds=5)
"""A commit and the tag on it that are so close are one version."""


class Activities:
    """The activity of all repos."""

    def __init__(self, database: Database, repos: Repos, refs: Refs, facts: FactsOf) -> None:
        self._database = database
        self._repos = repos
        self._refs = refs
        self._facts = facts

    def of(self, actor: Actor, repo: RepoId, *, limit: int, offset: int) -> wire.ActivityList:
        """A page of what happened.

        Raises:
            RepoNotFound: it is not there for *actor*.
        """
        found = self._repos.get(actor, repo)
        end = min(offset + limit, MOST)
        merged = activity_rows.merges(self._database, found)
        tags = self._refs.tags(actor, found.id)
        every = [
            *self._commits(actor, found, tags, merged, end + 1),
            *(_version(tag) for tag in tags),
            *activity_rows.listed(self._database, found, end + 1),
        ]
        every.sort(key=lambda one: (one.at, one.id), reverse=True)
        names = {one.by.name: one.by.display_name for one in every if one.by.display_name != one.by.name}
        page = [_named(one, names) for one in every[offset:end]]
        return wire.ActivityList(
            activities=self._rolled_back(actor, found, tags, page), has_more=len(every) > end and end < MOST
        )

    def _commits(
        self, actor: Actor, repo: Repo, tags: Sequence[Ref], merged: set[str], most: int
    ) -> Iterator[wire.Activity]:
        """The newest commits of ``main``, and those that other branches have besides."""
        known = {tag.commit: tag.at for tag in tags}
        for commit, branch in self._walked(actor, repo, most):
            is_version = commit.id in known and abs(known[commit.id] - commit.at) <= AT_ONCE
            if not is_version and commit.id not in merged:
                yield _commit(commit, branch)

    def _walked(self, actor: Actor, repo: Repo, most: int) -> Iterator[tuple[Commit, str | None]]:
        try:
            git, head, _ = self._refs.find(actor, repo.id, DEFAULT_BRANCH)
        except RevisionNotFound:  # nothing was ever committed
            return
        yield from ((one, None) for one in _newest(git, head.id, (), most))
        others = [one for one in self._refs.branches(actor, repo.id) if one.name != DEFAULT_BRANCH]
        fresh = sorted((one for one in others if not one.name.startswith(RUNS)), key=lambda one: one.at)
        seen: set[str] = set()
        for branch in fresh[-MOST_BRANCHES:]:
            for one in _newest(git, git[branch.commit].id, (head.id,), most):
                if one.id not in seen:
                    seen.add(one.id)
                    yield one, branch.name

    def _rolled_back(
        self, actor: Actor, repo: Repo, tags: Sequence[Ref], page: list[wire.Activity]
    ) -> list[wire.Activity]:
        """*page*, where versions that brought an earlier one back say so."""
        if repo.id.kind != "model":
            return page
        commits = {tag.name: tag.commit for tag in tags}
        shown = [commits[one.about] for one in page if one.kind == "version"]
        facts = self._facts.many(actor, [(repo.id, commit) for commit in shown])
        back = {commit: one.rolled_back_to for (_, commit), one in facts.items()}
        return [_going_back(one, back.get(commits.get(one.about, ""))) for one in page]


def _going_back(one: wire.Activity, to: str | None) -> wire.Activity:
    is_back = one.kind == "version" and to is not None
    return msgspec.structs.replace(one, kind="rollback", before=to) if is_back else one


def _named(one: wire.Activity, names: dict[str, str]) -> wire.Activity:
    """*one* with the name that people read, where something else tells it."""
    by = msgspec.structs.replace(one.by, display_name=names.get(one.by.name, one.by.display_name))
    return msgspec.structs.replace(one, by=by)


def _newest(git: pygit2.Repository, head: pygit2.Oid, without: Iterable[pygit2.Oid], most: int) -> list[Commit]:
    from pygit2.enums import SortMode

    walk = git.walk(head, SortMode.TIME)
    for one in without:
        walk.hide(one)
    return [commit_of(one) for one in islice(walk, most)]


def _commit(one: Commit, branch: str | None) -> wire.Activity:
    return wire.Activity(
        id=f"commit {one.id}",
        kind="commit",
        at=one.at,
        by=wire.Author(name=one.author, display_name=one.author_name),
        about=one.message.strip().split("\n", 1)[0],
        text="",
        number=None,
        before=branch,
        after=one.id,
        state="",
    )


def _version(tag: Ref) -> wire.Activity:
    return wire.Activity(
        id=f"version {tag.name}",
        kind="version",
        at=tag.at,
        by=wire.Author(name=tag.author, display_name=tag.author),
        about=tag.name,
        text=tag.message.strip().split("\n", 1)[0],
        number=None,
        before=None,
        after=tag.name,
        state="",
    )
