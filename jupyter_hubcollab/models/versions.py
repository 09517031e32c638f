"""The versions of a model: its tags, newest first, each with its metrics and how they changed.

Built as ``Versions(refs, facts, aliases, deprecations, evaluated)``. What is shown can be read from git, the tag and
what its commit says of itself, but for aliases, warnings and what was measured later.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

import msgspec

from .. import wire
from ..errors import VersionNotFound
from ..names import RepoId, Revision
from .evaluated import together
from .facts import Facts, FactsOf
from .metrics import compared

if TYPE_CHECKING:
    from ..access import Actor
    from ..hub.refs import Ref, Refs
    from .aliases import Aliases
    from .deprecations import Deprecations
    from .evaluated import Evaluated

RECENT = 20
"""So many versions are looked at for what the newest changed."""
MOST_STEPS = 50
MOST_REMEMBERED = 20_000
Numbers = Literal["running", "semantic"]
Part = Literal["major", "minor", "patch"]

_NUMBERED = re.compile(r"v(\d{1,9})")
_SEMANTIC = re.compile(r"v?(\d{1,9})\.(\d{1,9})\.(\d{1,9})")


class _Said(NamedTuple):
    """What is known of a version beyond its commit."""

    parent: str | None
    aliases: list[str]
    deprecated: wire.Deprecation | None


class Versions:
    """Lists the versions of models."""

    def __init__(
        self, refs: Refs, facts: FactsOf, aliases: Aliases, deprecations: Deprecations, evaluated: Evaluated
    ) -> None:
        self._refs = refs
        self._facts = facts
        self._aliases = aliases
        self.deprecations = deprecations
        self._evaluated = evaluated
        self._parents: dict[tuple[str, str], str | None] = {}

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
        facts = self._with_evaluations(repo, facts)
        deprecated = self.deprecations.of(actor, repo)
        aliases: dict[str, list[str]] = {}
        for alias, led_to in self._aliases.all(actor, repo).items():
            aliases.setdefault(led_to, []).append(alias)
        tagged = {tag.commit: tag.name for tag in tags}
        shown: list[wire.Version] = []
        before: Facts | None = None
        for tag in tags:
            now = facts[repo, tag.commit]
            parent = self._parent(actor, repo, now.parent, tagged)
            said = _Said(parent, aliases.get(tag.name, []), deprecated.get(tag.name))
            shown.append(_version(tag, now, before, said))
            before = now if now.metrics else before
        return shown[::-1]

    def _with_evaluations(
        self, repo: RepoId, facts: Mapping[tuple[RepoId, str], Facts]
    ) -> Mapping[tuple[RepoId, str], Facts]:
        """*facts* with the numbers that evaluations gave later."""
        more = self._evaluated.of(repo)
        return {
            key: msgspec.structs.replace(one, metrics=tuple(together(one.metrics, more[key[1]])))
            if key[1] in more
            else one
            for key, one in facts.items()
        }

    def _parent(self, actor: Actor, repo: RepoId, commit: str | None, tagged: Mapping[str, str]) -> str | None:
        """The nearest version among the ancestors; looks back a few dozen commits, which are remembered."""
        for _ in range(MOST_STEPS):
            if commit is None or commit in tagged:
                return tagged[commit] if commit is not None else None
            key = (repo.key, commit)
            if key not in self._parents:
                if len(self._parents) >= MOST_REMEMBERED:
                    self._parents.clear()
                parents = self._refs.resolve(actor, repo, Revision(commit)).parents
                self._parents[key] = parents[0] if parents else None
            commit = self._parents[key]
        return None

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


def next_tag(taken: Sequence[str], numbers: Numbers = "running", part: Part = "minor") -> str:
    """The number after the highest of *taken*: v1, v2 …, or v1.0.0, v1.1.0 … by the *part* that changes."""
    plain = [int(found[1]) for name in taken if (found := _NUMBERED.fullmatch(name))]
    semantic = [tuple(map(int, found.groups())) for name in taken if (found := _SEMANTIC.fullmatch(name))]
    if numbers == "running":
        return f"v{max([*plain, *(one[0] for one in semantic)], default=0) + 1}"
    if not semantic:
        return f"v{max(plain, default=0) + 1}.0.0"
    major, minor, patch = max(semantic)
    following = {"major": (major + 1, 0, 0), "minor": (major, minor + 1, 0), "patch": (major, minor, patch + 1)}[part]
    return "v" + ".".join(map(str, following))


def _age(tag: Ref) -> tuple[object, int, str]:
    """Two tags of one second are ordered by their number."""
    found = _NUMBERED.fullmatch(tag.name)
    return tag.at, int(found[1]) if found else 0, tag.name


def _version(tag: Ref, facts: Facts, before: Facts | None, said: _Said) -> wire.Version:
    author = wire.Author(name=tag.author, display_name=facts.author_name)
    return wire.Version(
        tag=tag.name,
        commit=tag.commit,
        message=tag.message,
        author=author,
        created_at=tag.at,
        run_id=facts.run_id,
        metrics=compared(facts.metrics, before.metrics if before else ()),
        size_bytes=facts.size_bytes,
        authors=[author, *(wire.Author(name=name, display_name=name) for name in facts.authors)],
        parent=said.parent,
        base_models=list(facts.base_models),
        datasets=list(facts.datasets),
        aliases=said.aliases,
        deprecated=said.deprecated,
    )
