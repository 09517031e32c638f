"""Conflicts of pull requests, and weights of branches made one."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
from people import ANN, BOB, DIGITS
from weights import safetensors

from jupyter_hubcollab import wire
from jupyter_hubcollab.errors import BadCard, BadInput, HubError, MergeConflict, StaleParent
from jupyter_hubcollab.hub.changes import Change, Put
from jupyter_hubcollab.hub.hub import Hub
from jupyter_hubcollab.hub.merge3 import parts
from jupyter_hubcollab.hub.pulls import Proposal
from jupyter_hubcollab.jobs import Jobs
from jupyter_hubcollab.models import Models, cards
from jupyter_hubcollab.models.diff import RepoSides
from jupyter_hubcollab.models.diff.tensor_files import tensors_of
from jupyter_hubcollab.models.publications import Shelves
from jupyter_hubcollab.models.solutions import Solutions
from jupyter_hubcollab.models.weight_merging import Recipe, encoded, mixed, recipe
from jupyter_hubcollab.names import FilePath, Revision

CARD = "---\nlicense: mit\ntags: [a]\n---\n# Digits\n\nWhat it is.\n\nHow to use it.\n"


@pytest.fixture
def solutions(hub: Hub, models: Models, heard: Any) -> Any:
    jobs = Jobs(hub.database, heard)
    shelves = Shelves(hub.repos, hub.refs, hub.files, hub.commits, hub.blobs)
    sides = RepoSides(hub.refs, hub.files, hub.blobs, models.facts, models.evaluated)
    yield Solutions(shelves, hub.social.pulls, hub.social.discussions, sides.open, jobs)
    jobs.close()


def commit(hub: Hub, branch: str, **files: Any) -> str:
    changes: list[Change] = []
    for name, content in files.items():
        path = FilePath({"card": "README.md", "weights": "model.safetensors"}.get(name, f"{name}.json"))
        data = content.encode() if isinstance(content, str) else content
        kept = hub.blobs.put([data]) if name == "weights" else data
        changes.append(Put(path, kept, len(data)))
    return hub.commits.commit(ANN, DIGITS, changes, message="change", branch=Revision(branch)).id


@pytest.fixture
def number(hub: Hub) -> int:
    """A pull request whose card and weights conflict with main."""
    hub.repos.create(ANN, DIGITS)
    ones = np.ones(64, np.float32)
    commit(hub, "main", card=CARD, weights=safetensors(w=ones))
    hub.refs.create_branch(ANN, DIGITS, "wide")
    commit(hub, "wide", card=CARD.replace("What it is.", "What it was."), weights=safetensors(w=ones * 3), new="{}")
    commit(hub, "main", card=CARD.replace("What it is.", "What it will be."), weights=safetensors(w=ones * 2))
    return hub.social.pulls.open(ANN, DIGITS, Proposal("Wide", "", start=Revision("wide"))).number


def text(hub: Hub, revision: str, path: str = "README.md") -> str:
    return hub.files.read_text(ANN, DIGITS, Revision(revision), FilePath(path))


def solution(found: wire.PullConflicts, *files: wire.SolvedFile, **fields: Any) -> wire.PullSolution:
    return wire.PullSolution(head=found.head, target_head=found.target_head, files=list(files), **fields)


def test_conflicts_come_in_parts(solutions: Solutions, number: int) -> None:
    """What only one side changed is put together; of the rest both forms are shown."""
    found = solutions.conflicts(ANN, DIGITS, number)

    card, weights = found.files
    assert [one.merged is None for one in card.parts] == [False, True, False]
    assert (card.parts[1].target, card.parts[1].pull) == ("What it will be.\n", "What it was.\n")
    assert (weights.path, weights.is_text, weights.may_mix) == ("model.safetensors", False, True)


def test_conflicts_are_solved_and_the_pull_request_merges(solutions: Solutions, hub: Hub, number: int) -> None:
    """The files become what people decided; all else of both sides is kept."""
    found = solutions.conflicts(ANN, DIGITS, number)
    written = CARD.replace("What it is.", "What it was and will be.")
    files = [
        wire.SolvedFile(path="README.md", take="text", text=written),
        wire.SolvedFile(path="model.safetensors", take="pull"),
    ]

    assert solutions.solve(ANN, DIGITS, number, solution(found, *files)) is None

    merged = hub.social.pulls.merge(ANN, DIGITS, number)
    assert merged.status == "merged"
    assert text(hub, "main") == written
    assert text(hub, "main", "new.json") == "{}"
    digests = [
        hub.files.entry(ANN, DIGITS, Revision(one), FilePath("model.safetensors")).digest for one in ("main", "wide")
    ]
    assert digests[0] == digests[1]


def test_a_file_may_be_taken_from_the_target(solutions: Solutions, hub: Hub, number: int) -> None:
    """Also where the pull request had another one."""
    found = solutions.conflicts(ANN, DIGITS, number)
    files = [wire.SolvedFile(path=one.path, take="target") for one in found.files]

    solutions.solve(ANN, DIGITS, number, solution(found, *files))

    assert "What it will be." in text(hub, f"refs/pr/{number}")
    assert hub.social.pulls.standing(ANN, hub.social.discussions.get(ANN, DIGITS, number)).conflicts == ()


def test_nothing_is_decided_by_leaving_it_out(solutions: Solutions, hub: Hub, number: int) -> None:
    """A file of which nothing is said stops it, and so does a commit that nobody has seen."""
    found = solutions.conflicts(ANN, DIGITS, number)
    card = wire.SolvedFile(path="README.md", take="pull")
    weights = wire.SolvedFile(path="model.safetensors", take="pull")

    with pytest.raises(MergeConflict, match=r"model\.safetensors"):
        solutions.solve(ANN, DIGITS, number, solution(found, card))
    commit(hub, "main", other="{}")
    with pytest.raises(StaleParent):
        solutions.solve(ANN, DIGITS, number, solution(found, card, weights))


def test_lines_of_both_sides_must_make_a_file(solutions: Solutions, hub: Hub, number: int) -> None:
    """A card or configuration that nobody can read is refused before anything is written."""
    found = solutions.conflicts(ANN, DIGITS, number)
    card = wire.SolvedFile(path="README.md", take="text", text="---\na: [\n---\n")

    weights = wire.SolvedFile(path="model.safetensors", take="pull")

    with pytest.raises(BadCard):
        solutions.solve(ANN, DIGITS, number, solution(found, card, weights))
    config = wire.SolvedFile(path="new.json", take="text", text='{"a": 1 "b": 2}')
    whole = [wire.SolvedFile(path=one.path, take="pull") for one in found.files]
    with pytest.raises(BadInput, match="no JSON"):
        solutions.solve(ANN, DIGITS, number, solution(found, *whole, config))


def test_weights_in_conflict_are_mixed(solutions: Solutions, hub: Hub, number: int, heard: Any) -> None:
    """The mix is a commit on the pull request, and the card says of what it was made."""
    found = solutions.conflicts(ANN, DIGITS, number)
    files = [wire.SolvedFile(path="README.md", take="pull"), wire.SolvedFile(path="model.safetensors", take="mixed")]
    asked = solution(found, *files, weights=wire.WeightRecipe(method="linear", shares=[1, 3]))

    assert solutions.solve(ANN, DIGITS, number, asked) is not None
    heard.wait(lambda event: event.job.state == "done")

    card = cards.parse(text(hub, f"refs/pr/{number}")).metadata
    assert card["base_model_relation"] == "merge"
    assert [one["share"] for one in card["merge"]["of"]] == [0.25, 0.75]  # type: ignore[index]
    assert numbers(hub, f"refs/pr/{number}") == [2.75] * 64


def numbers(hub: Hub, revision: str) -> list[float]:
    content = b"".join(hub.files.open(ANN, DIGITS, Revision(revision), FilePath("model.safetensors")))
    start = 8 + int.from_bytes(content[:8], "little")
    return [float(one) for one in np.frombuffer(content[start:], "<f4")]


def test_branches_are_mixed_on_a_branch_of_their_own(solutions: Solutions, hub: Hub, number: int, heard: Any) -> None:
    """The result waits on a branch, to be judged before anybody merges it."""
    asked = wire.WeightMergeRequest(revisions=["main", "wide"], into="mixed", weights=wire.WeightRecipe(shares=[1, 1]))

    solutions.merge_weights(ANN, DIGITS, asked)
    heard.wait(lambda event: event.job.state == "done")

    assert numbers(hub, "mixed") == [2.5] * 64
    assert numbers(hub, "main") == [2.0] * 64
    assert "merge:" in text(hub, "mixed")


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"revisions": ["main"]}, BadInput),
        ({"revisions": ["main", "never"]}, HubError),
        ({"revisions": ["main", "wide"], "weights": wire.WeightRecipe(shares=[1])}, BadInput),
        ({"revisions": ["main", "wide", "main"], "weights": wire.WeightRecipe(method="slerp")}, BadInput),
        ({"revisions": ["main", "wide"], "weights": wire.WeightRecipe(density=0)}, BadInput),
    ],
)
def test_what_cannot_be_mixed_is_refused(solutions: Solutions, number: int, fields: Any, error: Any) -> None:
    """Before anything is read or written."""
    with pytest.raises(error):
        solutions.merge_weights(ANN, DIGITS, wire.WeightMergeRequest(into="mixed", **fields))


def test_strangers_solve_nothing(solutions: Solutions, hub: Hub, number: int) -> None:
    """Of a private repo they do not even see the conflicts."""
    hub.repos.set_private(ANN, DIGITS, True)

    with pytest.raises(HubError):
        solutions.conflicts(BOB, DIGITS, number)


def mix(how: Recipe, *models: Any, base: Any = None) -> list[float]:
    def tensors(array: Any) -> Any:
        content = safetensors(w=np.asarray(array, np.float32))
        listed = tensors_of("m.safetensors", len(content), lambda start, end: iter([content[start:end]]))
        return {one.name: one for one in listed}

    made = b"".join(mixed([tensors(one) for one in models], tensors(base) if base else None, how, lambda _: None))
    start = 8 + int.from_bytes(made[:8], "little")
    assert json.loads(made[8:start])["w"]["dtype"] == "F32"
    return [round(float(one), 6) for one in np.frombuffer(made[start:], "<f4")]


def test_slerp_follows_the_arc() -> None:
    """Halfway between two directions lies a vector of the same length."""
    half = round(math.sqrt(0.5), 6)

    assert mix(recipe("slerp", [], 2, 0.5, 1), [1, 0], [0, 1]) == [half, half]
    assert mix(recipe("slerp", [], 2, 0.5, 1), [1, 0], [1, 0]) == [1, 0]


def test_ties_keeps_what_models_agree_on() -> None:
    """Small changes are left out, and of opposed ones the stronger side counts."""
    base, a, b = [0.0, 1, 1, 1], [4.0, 1, 3, 1.01], [2.0, 1, 0, 1]

    assert mix(recipe("ties", [], 2, 0.5, 1), a, b, base=base) == [3, 1, 3, 1]
    assert mix(recipe("ties", [], 2, 0.5, 0.5), a, b, base=base) == [1.5, 1, 2, 1]


def test_brain_floats_are_rounded_to_the_nearest() -> None:
    """Mixed numbers are not cut off."""
    assert encoded(np.array([1.00390625, 1.01171875, np.nan]), "BF16").hex() == "803f823fc07f"


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "conflicts"),
    [
        ("a\nb\nc\n", "A\nb\nc\n", "a\nb\nC\n", 0),
        ("a\nb\nc\n", "x\na\nb\nc\n", "a\nb\nc\ny\n", 0),
        ("a\n", "b\n", "b\n", 0),
        ("a\nb\n", "a\nx\n", "a\ny\n", 1),
        ("", "a\n", "b\n", 1),
        ("a\nb\nc\nd\n", "1\nb\nc\n2\n", "3\nb\nc\n4\n", 2),
    ],
)
def test_parts_hold_all_of_both_sides(base: str, ours: str, theirs: str, conflicts: int) -> None:
    """Put together side by side, the parts are the texts that they were made of."""
    found = parts(base, ours, theirs)

    assert "".join(one.base for one in found) == base
    assert "".join(one.ours for one in found) == ours
    assert "".join(one.theirs for one in found) == theirs
    assert sum(one.merged is None for one in found) == conflicts
