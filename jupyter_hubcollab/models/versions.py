"""The versions of a model: its tags, newest first, each with its metrics and how they changed.

Built as ``Versions(refs, facts)``. Everything shown can be read from git: the tag, and what its commit says of itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .. import wire
from ..errors import VersionNotFound
from ..names import RepoId
from .facts import Facts, FactsOf
from .metrics import compared

if TYPE_CHECKING:
    from ..access import Actor
    from ..hub.refs import Ref, Refs

RECENT = 20
"""So many versions are looked at for what the newest changed."""

_NUMBERED = re.compile(r"v(\d{1,9})")


class Versions:
    """Lists the versions of models."""

    def __init__(self, refs: Refs, facts: FactsOf) -> None:
        self._refs = refs
        self._facts = facts

    def list(self, actor: Actor, repo: RepoId) -> Sequence[wire.Version]:
        """All versions, newest first."""
        return self._shown(actor, repo, sorted(self._refs.tags(actor, repo), key=_age))

    def newest(self, actor: Actor, repo: RepoId) -> wire.Version | None:
        """The newest version; None where there is none."""
        shown = self._shown(actor, repo, sorted(self._refs.tags(actor, repo), key=_age)[-RECENT:])
        return shown[0] if shown else None

    def _shown(self, actor: Actor, repo: RepoId, tags: Sequence[Ref]) -> Sequence[wire.Version]:
        """*tags*, oldest first, as versions, newest first."""
        facts = self._facts.many(actor, [(repo, tag.commit) for tag in tags])
        shown: list[wire.Version] = []
        before: Facts | None = None
        for tag in tags:
            now = facts[repo, tag.commit]
            shown.append(_version(tag, now, before))
            before = now if now.metrics else before
        return shown[::-1]

    def one(self, actor: Actor, repo: RepoId, tag: str) -> wire.Version:
        """The version with this tag.

        Raises:
            VersionNotFound: there is none.
        """
        for version in self.list(actor, repo):
            if version.tag == tag:
                return version
        raise VersionNotFound(f"{repo} has no version {tag}; GET its versions to see which it has")

    def published_as(self, actor: Actor, repo: RepoId, publication: str) -> wire.Version | None:
        """The version that a request with this id made, if it was carried out before."""
        tags = self._refs.tags(actor, repo)
        facts = self._facts.many(actor, [(repo, tag.commit) for tag in tags])
        for tag in tags:
            if facts[repo, tag.commit].publication == publication:
                return self.one(actor, repo, tag.name)
        return None


def next_tag(taken: Sequence[str]) -> str:
    """The running number after the highest of *taken*."""
    numbers = [int(found[1]) for name in taken if (found := _NUMBERED.fullmatch(name))]
    return f"v{max(numbers, default=0) + 1}"


def _age(tag: Ref) -> tuple[object, int, str]:
    """Two tags of one second are ordered by their number."""
    found = _NUMBERED.fullmatch(tag.name)
    return tag.at, int(found[1]) if found else 0, tag.name


def _version(tag: Ref, facts: Facts, before: Facts | None) -> wire.Version:
    return wire.Version(
        tag=tag.name,
        commit=tag.commit,
        message=tag.message,
        author=wire.Author(name=tag.author, display_name=facts.author_name),
        created_at=tag.at,
        run_id=facts.run_id,
        metrics=compared(facts.metrics, before.metrics if before else ()),
        size_bytes=facts.size_bytes,
    )
