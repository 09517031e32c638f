"""Where a model comes from and what became of it: base models, data sets, and models made of it, as cards tell.

Built as ``Lineages(repos)``. A repo that the asker may not see looks like one that is elsewhere.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from .. import wire
from ..errors import HubError
from ..names import RepoId, RepoKind, repo_id

if TYPE_CHECKING:
    from ..access import Actor
    from ..hub.repos import Repo, Repos

MOST_STEPS = 5
MOST_NODES = 200


class Lineages:
    """Follows what cards say they were made of."""

    def __init__(self, repos: Repos) -> None:
        self._repos = repos

    def of(self, actor: Actor, repo: RepoId) -> wire.Lineage:
        """What *repo* was made of, up to `MOST_STEPS` back, and what was made of it.

        Raises:
            RepoNotFound: it is not there for *actor*.
        """
        found = self._repos.get(actor, repo)
        nodes: dict[tuple[str, str], wire.LineageNode] = {}
        for node in (*self._back(actor, found), *self._forth(actor, found)):
            if len(nodes) == MOST_NODES:
                return wire.Lineage(id=str(found.id), nodes=_nearest(nodes.values()), is_cut=True)
            nodes.setdefault((node.kind, node.id), node)
        return wire.Lineage(id=str(found.id), nodes=_nearest(nodes.values()), is_cut=False)

    def _back(self, actor: Actor, start: Repo) -> Iterator[wire.LineageNode]:
        seen = {str(start.id)}
        waiting = deque([(start, 1)])
        while waiting:
            repo, steps = waiting.popleft()
            how = _how(repo)
            for name in _names(repo.card.get("base_model")):
                if name in seen:
                    continue
                seen.add(name)
                base = self._found(actor, name, "model")
                yield _node(name, "base", via=repo, how=how, steps=steps, here=base is not None)
                if base is not None and steps < MOST_STEPS:
                    waiting.append((base, steps + 1))
            for name in _names(repo.card.get("datasets")):
                data = self._found(actor, name, "dataset")
                yield _node(name, "data", via=repo, how="", steps=steps, here=data is not None)

    def _forth(self, actor: Actor, start: Repo) -> Iterator[wire.LineageNode]:
        from ..hub.repos import Listing

        seen = {start.id.key}
        waiting = deque([(start, 1)])
        while waiting:
            repo, steps = waiting.popleft()
            asked = Listing("model", tags=[f"base_model:{repo.id}"], limit=MOST_NODES + 1)
            for child in self._repos.select(actor, asked):
                if child.id.key in seen:
                    continue
                seen.add(child.id.key)
                yield _node(str(child.id), "child", via=repo, how=_how(child), steps=steps, here=True)
                if steps < MOST_STEPS:
                    waiting.append((child, steps + 1))

    def _found(self, actor: Actor, name: str, kind: RepoKind) -> Repo | None:
        """The repo that a card names; None if it is elsewhere, or not for *actor*."""
        try:
            return self._repos.get(actor, repo_id(name, kind))
        except HubError:  # a name of elsewhere may have no namespace
            return None


def _names(value: object) -> list[str]:
    given = value if isinstance(value, list) else [value]
    return [one for one in given if isinstance(one, str) and one][:50]


def _how(repo: Repo) -> str:
    said = repo.card.get("base_model_relation")
    return said if isinstance(said, str) else ""


def _node(
    name: str, relation: wire.LineageRelation, *, via: Repo, how: str, steps: int, here: bool
) -> wire.LineageNode:
    kind: wire.RepoKind = "dataset" if relation == "data" else "model"
    return wire.LineageNode(id=name, kind=kind, relation=relation, via=str(via.id), how=how, is_here=here, steps=steps)


def _nearest(nodes: Iterable[wire.LineageNode]) -> list[wire.LineageNode]:
    return sorted(nodes, key=lambda node: node.steps)
