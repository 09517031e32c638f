"""What differs between two sides."""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
import pytest
from people import ANN, BOB, DIGITS
from weights import safetensors

from jupyter_hubcollab import wire
from jupyter_hubcollab.errors import BadName, HubError
from jupyter_hubcollab.hub.hub import Hub
from jupyter_hubcollab.jobs import Jobs
from jupyter_hubcollab.models import Models
from jupyter_hubcollab.models.diff import Diffs, RepoSides
from jupyter_hubcollab.models.diff.numbers import decoded
from jupyter_hubcollab.names import RepoId


@pytest.fixture
def diffs(hub: Hub, models: Models) -> Any:
    jobs = Jobs(hub.database, lambda event: None)
    yield Diffs(sides(hub, models), hub.database, jobs)
    jobs.close()


def sides(hub: Hub, models: Models) -> Any:
    return {"": RepoSides(hub.refs, hub.files, hub.blobs, models.facts, models.evaluated).open}


def compare(diffs: Diffs, before: str = "v1", after: str = "v2") -> wire.ModelDiff:
    return diffs.between(*(diffs.open(ANN, f"{DIGITS}@{one}") for one in (before, after)))


def test_tensors_are_compared_by_how_far_they_moved(publish: Any, diffs: Diffs) -> None:
    """The layer that moved farthest comes first; what came, went or has another shape or type is told."""
    ones, one = np.ones((4, 4), np.float32), np.ones(4, np.float32)
    publish({"m.safetensors": safetensors(a__0__w=ones, a__1__w=ones, a__2__w=ones, gone=one, b=one, h=one)})
    moved = {"a__0__w": ones, "a__1__w": ones * 1.5, "a__2__w": ones * 1.1, "new": one, "b": np.ones(5, np.float32)}
    publish({"m.safetensors": safetensors(**moved, h=one.astype(np.float16))})

    found = compare(diffs).tensors

    told = {one.name: (one.change, None if one.relative is None else round(one.relative, 5)) for one in found.tensors}
    assert [one.name for one in found.tensors][:2] == ["a.1.w", "a.2.w"]
    assert told == {
        **{"a.1.w": ("changed", 0.5), "a.2.w": ("changed", 0.1), "h": ("retyped", 0.0), "b": ("reshaped", None)},
        **{"gone": ("removed", None), "new": ("added", None)},
    }
    assert (found.unchanged, found.changed, found.added, found.removed) == (1, 2, 1, 1)
    assert [(one.name, one.changed) for one in found.layers][:3] == [("a.0", 0), ("a.1", 1), ("a.2", 1)]


@pytest.mark.parametrize("kind", ["F64", "F32", "F16", "BF16", "F8_E4M3", "F8_E5M2", "I32", "I8", "U8"])
def test_numbers_of_every_kind_are_understood(kind: str) -> None:
    """One and two are one and two, however they are written."""
    written = {
        "F64": np.array([1, 2], "<f8").tobytes(),
        "F32": np.array([1, 2], "<f4").tobytes(),
        "F16": np.array([1, 2], "<f2").tobytes(),
        "BF16": (np.array([1, 2], "<f4").view("<u4") >> 16).astype("<u2").tobytes(),
        "F8_E4M3": bytes([0x38, 0x40]),
        "F8_E5M2": bytes([0x3C, 0x40]),
        "I32": np.array([1, 2], "<i4").tobytes(),
        "I8": bytes([1, 2]),
        "U8": bytes([1, 2]),
    }[kind]

    assert decoded(written, kind).tolist() == [1, 2]


def test_numbers_that_overflow_are_compared_all_the_same(publish: Any, diffs: Diffs) -> None:
    """The squares of large numbers of single precision need double."""
    publish({"m.safetensors": safetensors(w=np.full(8, 1e30, np.float32))})
    publish({"m.safetensors": safetensors(w=np.full(8, 2e30, np.float32))})

    assert compare(diffs).tensors.tensors[0].relative == pytest.approx(1)


def test_arrays_of_numpy_and_broken_files_are_told(publish: Any, diffs: Diffs) -> None:
    """A npz is read like other weights; what is no weight file says so and breaks nothing."""
    for factor in (1, 2):
        file = io.BytesIO()
        np.savez_compressed(file, w=np.arange(1, 5) * factor)
        publish({"m.npz": file.getvalue(), "x.gguf": b"nonsense" * factor})

    found = compare(diffs).tensors

    assert [(one.name, one.relative) for one in found.tensors] == [("w", 1.0)]
    assert found.unread == ["x.gguf: this is no GGUF file"]


def test_fields_are_compared_by_name(publish: Any, diffs: Diffs) -> None:
    """Card, configuration, packages and data are told field by field, those that are the same left out."""
    config = {"hidden": {"size": 8, "act": "relu"}, "layers": [1, 2]}
    publish({"config.json": json.dumps(config).encode(), "requirements.txt": b"numpy==1.0\nTorch==2\n"}, license="mit")
    config["hidden"]["size"] = 16  # type: ignore[index]
    card = b"---\nlicense: apache-2.0\ndatasets: [team/data@r2]\n---\n# Digits\n"
    files = {
        "config.json": json.dumps(config).encode(),
        "requirements.txt": b"numpy==2.0\ntorch==2\n",
        "README.md": card,
    }
    publish(files)

    found = {(one.section, one.name): (one.before, one.after) for one in compare(diffs).fields}

    assert found == {
        ("card", "license"): ("mit", "apache-2.0"),
        ("config", "hidden.size"): ("8", "16"),
        ("environment", "numpy"): ("1.0", "2.0"),
        ("data", "team/data"): (None, "r2"),
    }


def notebook(*sources: str) -> bytes:
    cells = [
        {
            "cell_type": "code",
            "id": source[:5],
            "source": source,
            "outputs": [],
            "metadata": {},
            "execution_count": None,
        }
        for source in sources
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def test_what_every_save_writes_anew_is_no_difference(publish: Any, diffs: Diffs) -> None:
    """Of MLflow's description of a model only what was decided is told."""
    described = "flavors:\n  sklearn:\n    code: null\n    sklearn_version: {}\nmodel_uuid: {}\nutc_time_created: {}\n"
    for version, number in (("1.8", "0cc7"), ("1.9", "93ab")):
        publish({"MLmodel": described.format(version, number, f"'2026-11-21 17:44:57.{number}'").encode()})

    fields = [(one.name, one.before, one.after) for one in compare(diffs).fields if one.section == "config"]

    assert fields == [("flavors.sklearn.sklearn_version", "1.8", "1.9")]


def test_notebooks_are_compared_cell_by_cell(publish: Any, diffs: Diffs) -> None:
    """A cell in between moves the others; only what was written differs."""
    publish({"notebook.ipynb": notebook("import numpy", "model.fit(x)\nscore()", "done()")})
    publish({"notebook.ipynb": notebook("import numpy", "print('new')", "model.fit(x, y)\nscore()", "done()")})

    found = compare(diffs).notebook

    assert found is not None
    assert found.unchanged == 2
    assert [(one.change, one.before, one.after) for one in found.cells] == [("added", None, 1), ("changed", 1, 2)]
    signs = [(line.sign, line.text) for line in found.cells[1].lines]
    assert signs == [("-", "model.fit(x)"), ("+", "model.fit(x, y)"), (" ", "score()")]


def results(scores: list[float]) -> bytes:
    return "".join(json.dumps({"id": at, "score": score}) + "\n" for at, score in enumerate(scores)).encode()


def test_a_regression_is_told_from_chance_by_its_examples(publish: Any, diffs: Diffs) -> None:
    """With results by example a change comes with an interval; one that has zero in it is neither better nor worse."""
    good, unlucky, bad = [1.0] * 95 + [0.0] * 5, [1.0] * 94 + [0.0] * 6, [1.0] * 60 + [0.0] * 40
    for scores in (good, unlucky, bad):
        files = {"evaluation/digits/accuracy.jsonl": results(scores)}
        publish(files, metrics={"accuracy": sum(scores) / 100, "f1": sum(scores) / 100})

    unclear = compare(diffs).metrics
    worse = compare(diffs, "v2", "v3").metrics

    assert [(one.name, one.verdict, one.is_regression) for one in unclear] == [
        ("accuracy", "unclear", False),
        ("f1", "worse", False),
    ]
    assert (worse[0].verdict, worse[0].is_regression) == ("worse", True)
    assert worse[0].interval is not None
    assert worse[0].interval.low < -0.34 < worse[0].interval.high < 0
    assert (worse[0].interval.examples, worse[0].interval.worse, worse[0].interval.better) == (100, 34, 0)


def test_large_weights_are_measured_by_a_job(publish: Any, hub: Hub, models: Models, heard: Any) -> None:
    """What takes long is asked for, done once, and known from then on."""
    jobs = Jobs(hub.database, heard)
    diffs = Diffs(sides(hub, models), hub.database, jobs, read_at_once=0)
    for factor in (1, 2):
        publish({"m.safetensors": safetensors(w=np.full(8, factor, np.float32))})
    before = compare(diffs).tensors

    diffs.measure(ANN, wire.DiffAsked(before=f"{DIGITS}@v1", after=f"{DIGITS}@v2"))
    heard.wait(lambda event: event.job.state == "done")

    assert (before.measured, before.bytes_to_read, before.tensors[0].relative) == (False, 64, None)
    after = compare(diffs).tensors
    assert (after.measured, after.tensors[0].relative) == (True, 1.0)
    jobs.close()


def test_two_models_are_compared_like_two_versions(publish: Any, diffs: Diffs) -> None:
    """The sides may be different repos, whatever their weight files are called."""
    other = RepoId("team", "other")
    publish({"m.safetensors": safetensors(w=np.ones(4, np.float32))})
    publish({"weights.safetensors": safetensors(w=np.full(4, 3, np.float32))}, repo=other)

    found = diffs.between(diffs.open(ANN, str(DIGITS)), diffs.open(ANN, str(other)))

    assert [(one.name, one.relative) for one in found.tensors.tensors] == [("w", 2.0)]
    assert {one.path for one in found.files} >= {"m.safetensors", "weights.safetensors"}


@pytest.mark.parametrize("subject", ["", "digits", "a/b/c", "team/digits@..", "run:1", "team/digits@v9", "nobody/none"])
def test_a_side_that_is_none_is_refused(publish: Any, diffs: Diffs, subject: str) -> None:
    """What cannot be compared is said in words."""
    publish()

    with pytest.raises(HubError):
        diffs.open(ANN, subject or "x")


def test_private_sides_stay_private(publish: Any, diffs: Diffs) -> None:
    """Nobody sees by comparing what they may not see by looking."""
    publish(visibility="private")

    with pytest.raises(HubError):
        diffs.open(BOB, f"{DIGITS}@v1")
    with pytest.raises(BadName):
        diffs.open(BOB, "nonsense")
