"""Two branches of a model made one by people: conflicts of a pull request solved, and weights mixed.

Built as ``Solutions(shelves, pulls, discussions, sides, jobs)``. What comes of it is an ordinary commit: on the pull
request's own branch, or on a branch of its own. Merging it is another step, and passes whatever gates there are.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from .. import wire
from ..access import require
from ..errors import BadInput, EntryNotFound, MergeConflict
from ..hub.changes import Change, Delete, Put
from ..hub.merge3 import parts
from ..hub.merging import Conflict, Solving
from ..hub.objects import content_of
from ..hub.pointers import LONGEST_POINTER, parse_pointer
from ..names import Digest, FilePath, RepoId, Revision
from . import cards, weight_merging
from .diff.tensor_files import tensors_of

if TYPE_CHECKING:
    import pygit2

    from ..access import Actor
    from ..hub.discussed import Discussion
    from ..hub.discussions import Discussions
    from ..hub.pulls import Conflicting, Pulls
    from ..jobs import Jobs, Progress
    from .diff.sides import Side
    from .publications import Shelves

LARGEST_TEXT = 1 << 20
WEIGHTS = ".safetensors"
OpenSide = Callable[["Actor", str], "Side"]


class Solutions:
    """Solves conflicts, and mixes weights."""

    def __init__(
        self, shelves: Shelves, pulls: Pulls, discussions: Discussions, open_side: OpenSide, jobs: Jobs
    ) -> None:
        self._shelves = shelves
        self._pulls = pulls
        self._discussions = discussions
        self._open_side = open_side
        self._jobs = jobs

    def conflicts(self, actor: Actor, repo: RepoId, number: int) -> wire.PullConflicts:
        """The files that keep a pull request from being merged, text in parts."""
        pull = self._discussions.get(actor, repo, number)
        found = self._pulls.conflicting(actor, pull)
        git = self._shelves.refs.open(pull.repo)
        return wire.PullConflicts(
            head=found.head,
            target=pull.target or "",
            target_head=found.target_head,
            files=[_shown(git, one) for one in found.files],
        )

    def solve(self, actor: Actor, repo: RepoId, number: int, asked: wire.PullSolution) -> wire.Job | None:
        """Bring the target into the pull request, with the files in conflict as they were decided.

        Mixing weights takes long: it is a job; without it all is done, and there is none.

        Raises:
            MergeConflict: nothing is said of a file that both sides changed.
            StaleParent: there are newer commits than those that were looked at.
        """
        pull = self._discussions.get(actor, repo, number)
        found = self._pulls.conflicting(actor, pull)
        taken = {one.path: one for one in asked.files}
        left = [one.path for one in found.files if one.path not in taken]
        if left:
            raise MergeConflict(f"say what becomes of {', '.join(left[:20])}, too")
        if not any(one.take == "mixed" for one in asked.files):
            self._commit(actor, pull, found, asked, {})
            return None
        require(actor, "write", pull.repo)
        how = _recipe(asked.weights, 2)
        paths = [one.path for one in asked.files if one.take == "mixed"]

        def work(progress: Progress) -> None:
            name = str(pull.repo.id)
            models = [self._open_side(actor, f"{name}@{one}") for one in (found.target_head, found.head)]
            base = self._open_side(actor, f"{name}@{found.base}")
            puts = self._mixed(models, base, (how, paths), progress)
            self._commit(actor, pull, found, asked, puts)

        return self._jobs.start(actor, "merge", f"Mix the weights of {pull.title}", work)

    def merge_weights(self, actor: Actor, repo: RepoId, asked: wire.WeightMergeRequest) -> wire.Job:
        """Begin to mix the weights of branches or versions of a model; the result is a commit on a branch.

        Raises:
            BadInput: they cannot be mixed.
            RevisionNotFound: there is no such branch.
        """
        found = self._shelves.repos.get(actor, repo)
        require(actor, "write", found)
        if len(asked.revisions) < 2:
            raise BadInput("name two or more branches or versions to mix")
        how = _recipe(asked.weights, len(asked.revisions))
        sides = [self._open_side(actor, f"{found.id}@{one}") for one in asked.revisions]
        base = self._open_side(actor, f"{found.id}@{asked.base}") if asked.base else None
        paths = [path for path in sides[0].source.files if path.endswith(WEIGHTS)]
        if not paths:
            raise BadInput(f"{sides[0].title} has no safetensors; other formats are not mixed")
        for path in paths:  # only headers are read
            weight_merging.check(*_weights(sides, base, path, how), how)

        def work(progress: Progress) -> None:
            puts = self._mixed(sides, base, (how, paths), progress)
            card = self._card(sides, base, how)
            self._begin_branch(actor, found.id, asked)
            changes: list[Change] = [*puts.values(), Put(FilePath(cards.NAME), card, len(card))]
            message = asked.message.strip() or f"Mix {' and '.join(asked.revisions)} ({how.method})"
            self._shelves.commits.commit(actor, found.id, changes, message=message, branch=Revision(asked.into))

        return self._jobs.start(actor, "merge", f"Mix {' and '.join(asked.revisions)} of {found.id}", work)

    def _begin_branch(self, actor: Actor, repo: RepoId, asked: wire.WeightMergeRequest) -> None:
        """Make the branch that gets the result, unless it is there."""
        branches = {ref.name for ref in self._shelves.refs.branches(actor, repo)}
        if asked.into not in branches:
            self._shelves.refs.create_branch(actor, repo, asked.into, Revision(asked.revisions[0]))

    def _mixed(
        self,
        sides: Sequence[Side],
        base: Side | None,
        wanted: tuple[weight_merging.Recipe, Sequence[str]],
        progress: Progress,
    ) -> dict[str, Put]:
        """The mixed weight files, stored; by path."""
        how, paths = wanted
        total = max(sum(sides[0].source.files[path].size for path in paths), 1)
        done = 0

        def tell(count: int) -> None:
            nonlocal done
            done += count
            progress(min(done / total, 1.0), f"mixed {done >> 20} of {total >> 20} MiB")

        found: dict[str, Put] = {}
        for path in paths:
            models, origin = _weights(sides, base, path, how)
            digest = self._shelves.blobs.put(weight_merging.mixed(models, origin, how, tell))
            found[path] = Put(FilePath(path), digest, self._shelves.blobs.size(digest))
        return found

    def _card(self, sides: Sequence[Side], base: Side | None, how: weight_merging.Recipe) -> bytes:
        """The card of the first side, with the lineage of the mix."""
        return _with_lineage(sides[0].text(cards.NAME) or "", sides, base, how)

    def _commit(
        self,
        actor: Actor,
        pull: Discussion,
        found: Conflicting,
        asked: wire.PullSolution,
        mixed: dict[str, Put],
    ) -> None:
        git = self._shelves.refs.open(pull.repo)
        forms = {one.path: one for one in found.files}
        changes = [mixed.get(one.path) or _change(git, forms, one) for one in asked.files]
        if mixed:
            changes = self._noted(actor, pull, found, changes, asked)
        message = asked.message.strip() or f"Bring {pull.target} into the pull request"
        solving = Solving(
            Revision(f"refs/pr/{pull.number}"),
            Revision(pull.target or ""),
            asked.head,
            asked.target_head,
            pull.base,
            message,
        )
        self._shelves.commits.solve(actor, pull.repo.id, changes, solving)

    def _noted(
        self, actor: Actor, pull: Discussion, found: Conflicting, changes: list[Change], asked: wire.PullSolution
    ) -> list[Change]:
        """*changes* with the lineage of the mix in the card."""
        name = str(pull.repo.id)
        sides = [self._open_side(actor, f"{name}@{one}") for one in (found.target_head, found.head)]
        base = self._open_side(actor, f"{name}@{found.base}")
        put = next((one for one in changes if isinstance(one, Put) and one.path == cards.NAME), None)
        given = put.content.decode() if put is not None and isinstance(put.content, bytes) else None
        text = given if given is not None else sides[1].text(cards.NAME) or ""
        card = _with_lineage(text, sides, base, _recipe(asked.weights, 2))
        return [*(one for one in changes if one.path != cards.NAME), Put(FilePath(cards.NAME), card, len(card))]


def _recipe(asked: wire.WeightRecipe, count: int) -> weight_merging.Recipe:
    return weight_merging.recipe(asked.method, asked.shares, count, asked.density, asked.scale)


def _with_lineage(text: str, sides: Sequence[Side], base: Side | None, how: weight_merging.Recipe) -> bytes:
    """A card that says of what its weights were mixed."""
    lineage: dict[str, object] = {
        "method": how.method,
        "of": [
            {"revision": side.revision, "commit": side.commit, "share": round(share, 6)}
            for side, share in zip(sides, how.shares, strict=True)
        ],
    }
    if base is not None:
        lineage["base"] = {"revision": base.revision, "commit": base.commit}
    if how.method == "ties":
        lineage |= {"density": how.density, "scale": how.scale}
    card = cards.shown(text)
    # What was measured of one side says nothing of the mix.
    kept = {name: value for name, value in card.metadata.items() if name not in ("model-index", "metrics")}
    fields: dict[str, object] = {"base_model_relation": "merge", "merge": lineage}
    return cards.render(cards.merged(cards.Card(kept, card.markdown), fields)).encode()


def _weights(
    sides: Sequence[Side], base: Side | None, path: str, how: weight_merging.Recipe
) -> tuple[list[weight_merging.Tensors], weight_merging.Tensors | None]:
    """What is in a weight file of all sides, and of the origin where the method asks for it."""
    origin = _tensors(base, path) if base is not None and how.method == "ties" else None
    return [_tensors(side, path) for side in sides], origin


def _tensors(side: Side, path: str) -> weight_merging.Tensors:
    kept = side.source.files.get(path)
    if kept is None:
        raise EntryNotFound(f"{side.title} has no '{path}'")
    listed = tensors_of(path, kept.size, lambda start, end: side.source.span(path, start, end))
    return {one.name: one for one in listed}


def _change(git: pygit2.Repository, forms: dict[str, Conflict], one: wire.SolvedFile) -> Change:
    """What a decision means for a file."""
    path = FilePath(one.path)
    if one.take == "text":
        _check_text(one.path, one.text)
        content = one.text.encode()
        return Put(path, content, len(content))
    if one.path not in forms:
        raise BadInput(f"'{one.path}' is not in conflict; its text may be changed, but no side can be taken")
    oid = forms[one.path].ours if one.take == "target" else forms[one.path].theirs
    if oid is None:
        return Delete(path)
    content = content_of(git, oid)
    pointer = parse_pointer(content) if len(content) <= LONGEST_POINTER else None
    return Put(path, content, len(content)) if pointer is None else Put(path, Digest(pointer.digest), pointer.size)


def _check_text(path: str, text: str) -> None:
    """Lines of both sides do not always make a file.

    Raises:
        BadInput: it is no JSON or YAML any more, or no card.
    """
    if path == cards.NAME:
        cards.parse(text)
    elif path.endswith(".json"):
        try:
            json.loads(text)
        except (ValueError, RecursionError) as error:
            raise BadInput(f"with these lines '{path}' is no JSON any more: {error}") from error
    elif path.endswith((".yaml", ".yml")):
        cards.parse(f"---\n{text}\n---\n")


def _shown(git: pygit2.Repository, one: Conflict) -> wire.ConflictFile:
    """A file in conflict: text in parts, everything else by what is there."""
    contents = [None if oid is None else content_of(git, oid) for oid in (one.base, one.ours, one.theirs)]
    texts = [_text(content) for content in contents]
    base, ours, theirs = texts
    is_text = ours is not None and theirs is not None and not (contents[0] is not None and base is None)
    return wire.ConflictFile(
        path=one.path,
        is_text=is_text,
        in_target=contents[1] is not None,
        in_pull=contents[2] is not None,
        may_mix=one.path.endswith(WEIGHTS) and all(content is not None for content in contents),
        parts=[
            wire.ConflictPart(merged=part.merged, base=part.base, target=part.ours, pull=part.theirs)
            for part in parts(base or "", ours or "", theirs or "")
        ]
        if is_text
        else [],
    )


def _text(content: bytes | None) -> str | None:
    """A small text; None for what is none, or stands for a file of the store."""
    if content is None or len(content) > LARGEST_TEXT or b"\0" in content or parse_pointer(content) is not None:
        return None
    try:
        return content.decode()
    except UnicodeDecodeError:
        return None
