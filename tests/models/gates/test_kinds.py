"""Each kind of rule, met and missed, on the files of a version; what its programs would find is given."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import pytest

from jupyter_hubcollab.models.gates import reading
from jupyter_hubcollab.models.gates.environments import Environments
from jupyter_hubcollab.models.gates.judging import Judge, Workshop
from jupyter_hubcollab.models.gates.sandbox import Job
from jupyter_hubcollab.models.gates.standing import subject_in

CARD = """---
license: mit
pipeline_tag: image-classification
datasets: []
model-index:
- name: digits
  results:
  - task: {type: image-classification}
    dataset: {type: digits, name: digits}
    metrics: [{type: accuracy, value: 0.9}]
---
Digits, written by hand.
"""
EXAMPLES = (
    '{"name": "one", "input": 1, "expect": {"equals": 1}}\n{"name": "two", "input": 2, "expect": {"equals": 2}}\n'
)
ANSWERS = [{"name": name, "passed": name == "one", "output": 1, "why": ""} for name in ("one", "two")]
FOUND = {
    "asking": {"examples": ANSWERS, "latencies_ms": [1.0] * 19 + [9.0]},
    "script": {"metrics": {"f1": 0.8, "loss": 0.5}},
    "reproduction": {"metrics": {"accuracy": 0.895}},
}
"""What the programs find, by their kind."""


class Programs:
    """A box in which every program finds what was said."""

    def __init__(self, found: dict[str, Any]) -> None:
        self.found = found

    def run(self, _name: str, job: Job) -> dict[str, Any]:
        return dict(self.found[job.kind])


class Champion:
    """Sources of which the champion has known numbers and passes every example."""

    def dataset(self, name: str) -> Path:
        raise AssertionError(name)

    def dataset_commit(self, _name: str) -> str:
        return ""

    def measured(self, version: str, evaluation: str) -> dict[str, float] | None:
        return ({"f1": 0.85} if evaluation else {"accuracy": 0.91}) if version == "champion" else None

    def version(self, name: str) -> Path:
        raise AssertionError(name)

    def passed_examples(self, version: str) -> set[str] | None:
        return {"one", "two"} if version == "champion" else None


def judged(folder: Path, rules: str, found: dict[str, Any] | None = None) -> dict[str, tuple[str, str]]:
    """State and reason of each check."""
    box: Any = Programs(FOUND if found is None else found)
    workshop = Workshop(lambda _python: box, Environments(folder / "environments", {}), lambda _: None, lambda *_: None)
    sources = Champion()
    judge = Judge(reading.read(f"environment: server\n{rules}"), subject_in(folder), folder, sources, workshop)
    return {one.name: (one.state, one.why) for one in judge.judge().checks}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "README.md").write_text(CARD)
    (tmp_path / "notebook.ipynb").write_text("{}")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "examples.jsonl").write_text(EXAMPLES)
    (tmp_path / "weights.bin").write_bytes(b"\x01" * 2_000_000)
    return tmp_path


OWN = "evaluations: [{name: own, python: own.py, metrics: "


@pytest.mark.parametrize(
    ("rules", "name", "state", "why"),
    [
        ("card: [license, text]", "card: text", "passed", ""),
        ("card: [datasets]", "card: datasets", "failed", "does not say datasets"),
        ("licenses: [mit]", "license", "passed", ""),
        ("licenses: [apache-2.0]", "license", "failed", "mit is not among"),
        ("size_mb: 3", "size", "passed", ""),
        ("size_mb: 1.5", "size", "failed", "larger"),
        ("scan: caution", "scan", "passed", ""),
        ("metrics: {accuracy: {min: 0.9}}", "card: accuracy", "passed", ""),
        ("metrics: {accuracy: {no_worse_than: champion}}", "card: accuracy", "failed", "champion has 0.91"),
        ("metrics: {accuracy: {no_worse_than: champion, by: 0.02}}", "card: accuracy", "passed", ""),
        ("metrics: {accuracy: {no_worse_than: nobody}}", "card: accuracy", "skipped", "there is no nobody"),
        ("metrics: {f1: {min: 0}}", "card: f1", "failed", "not measured; there are accuracy"),
        (OWN + "{f1: {min: 0.8, max: 0.8}}}]", "own: f1", "passed", ""),
        (OWN + "{f1: {no_worse_than: champion}}}]", "own: f1", "failed", "champion has 0.85"),
        (OWN + "{loss: {max: 0.4}}}]", "own: loss", "failed", "misses the bound"),
        (OWN + "{}}]", "own", "passed", ""),
        ("latency: {max_ms: 2, percentile: 50}", "latency", "passed", ""),
        ("latency: {max_ms: 2, percentile: 100}", "latency", "failed", "takes longer"),
        ("examples: {min_passed: 0.5}", "examples", "passed", ""),
        ("examples: {min_passed: 0.6}", "examples", "failed", "failed: two"),
        ("examples: {min_passed: 0, keep: champion}", "examples: kept", "failed", "fail now: two"),
        ("examples: {min_passed: 0, keep: nobody}", "examples: kept", "skipped", "there is no nobody"),
        ("reproduction: {tolerance: 0.01}", "reproduction: accuracy", "passed", ""),
        ("reproduction: {tolerance: 0.001}", "reproduction: accuracy", "failed", "differs by 0.005"),
        ("reproduction: {metrics: [f1]}", "reproduction: f1", "failed", "does not state it"),
        ("reproduction: {notebook: other.ipynb}", "reproduction", "failed", "has no other.ipynb"),
    ],
)
def test_a_rule_is_met_or_missed(folder: Path, rules: str, name: str, state: str, why: str) -> None:
    """The check has the rule's name, its state, and where it did not pass the reason."""
    found = judged(folder, rules)

    assert found[name][0] == state, found
    assert why in found[name][1]


@pytest.mark.parametrize("scan", ["safe", "caution"])
def test_a_file_that_runs_code_does_not_pass_the_scan(folder: Path, scan: str) -> None:
    """Neither word lets a pickle through that calls the system."""

    class Evil:
        def __reduce__(self) -> Any:
            return eval, ("1",)

    (folder / "model.pkl").write_bytes(pickle.dumps(Evil()))

    state, why = judged(folder, f"scan: {scan}")["scan"]

    assert (state, "model.pkl" in why) == ("failed", True)


@pytest.mark.parametrize(
    ("rules", "name"),
    [
        (OWN + "{f1: {min: 0}}}]", "own"),
        ("latency: {max_ms: 2}", "latency"),
        ("reproduction: {}", "reproduction"),
        ("card: []", "examples"),
    ],
)
def test_a_program_that_fails_does_not_pass(folder: Path, rules: str, name: str) -> None:
    """Nobody is promoted because a check could not run; the reason is the program's."""
    found = judged(folder, rules, {kind: {"error": "SIGILL"} for kind in FOUND})

    assert found[name] == ("failed", "SIGILL")


def test_examples_that_cannot_be_read_do_not_pass(folder: Path) -> None:
    """A typo in the file is no way around the examples."""
    (folder / "tests" / "examples.jsonl").write_text(json.dumps({"name": "one"}))

    state, why = judged(folder, "card: []")["examples"]

    assert (state, "line 1" in why) == ("failed", True)
