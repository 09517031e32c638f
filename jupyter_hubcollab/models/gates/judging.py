"""Judges a folder by rules: everything that a run does, on any machine.

Built as ``Judge(rules, place, sources)``. It knows no hub: where datasets and other versions come from is told by
`Sources`; the service of a hub and the command line each have their own.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import msgspec

from ...errors import HubError
from ..metrics import stated
from .environments import FOR_NOTEBOOKS, Environment, Environments, NoEnvironment
from .examples import Example
from .examples import read as read_examples
from .rules import Evaluation, Latency, OnDataset, Reproduction, Rules
from .sandbox import Box, Job
from .standing import Subject, judges_of, standing
from .verdicts import Again, Answer, Check, Judgement, bounded, failed, passed, percentile


class Sources(Protocol):
    """Where other things than the version come from."""

    def dataset(self, name: str) -> Path:
        """The files of a dataset, as ``team/digits-test@v1``; raises `HubError`."""
        ...

    def dataset_commit(self, name: str) -> str:
        """What names the content of a dataset; empty where nobody knows."""
        ...

    def measured(self, version: str, evaluation: str) -> dict[str, float] | None:
        """What an alias or version was measured to have; None if there is no such version, empty if nobody did."""
        ...

    def version(self, name: str) -> Path:
        """The files of an alias or version; raises `HubError`."""
        ...

    def passed_examples(self, version: str) -> set[str] | None:
        """The examples that an alias or version passes; None if there is no such version, or it was never asked."""
        ...


@dataclass(frozen=True)
class Workshop:
    """Where a judge works, and whom it tells."""

    box: Callable[[Path], Box]
    """A place to run programs with a Python."""
    environments: Environments
    log: Callable[[str], None]
    step: Callable[[float, str], None]
    """How much of it is done, 0 to 1, and what is done now; raises `Stopped`."""


@dataclass
class Judge:
    """Judges one version."""

    rules: Rules
    subject: Subject
    code: Path
    """Where scripts, notebooks and examples lie: a version does not bring its own judge along."""
    sources: Sources
    workshop: Workshop
    _checks: list[Check] = field(default_factory=list)
    _answers: list[Answer] = field(default_factory=list)
    _measured: dict[str, dict[str, float]] = field(default_factory=dict)
    _scores: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    _rows: dict[str, dict[str, str]] = field(default_factory=dict)
    _tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What the tables gave that were measured together with the examples."""
    _reproduced: list[Again] = field(default_factory=list)
    _isolation: dict[str, str] = field(default_factory=dict)
    _seconds: float = 0.0
    _number: int = 0

    def judge(self, digest: str = "") -> Judgement:
        """Do everything that the rules ask for; *digest* tells these rules from others.

        Raises:
            Stopped: somebody wants it to end.
        """
        self.workshop.step(0.0, "reading the version")
        self._checks += standing(self.rules, self.subject, self._of_card)
        examples = self._examples()
        about = ""
        if self._needs_program(examples):
            about = self._run_programs(examples)
        for check in self._checks:
            self.workshop.log(
                f"{check.state:>7}  {check.name}  {check.value}  ({check.threshold})  {check.why}".rstrip()
            )
        return Judgement(
            self._checks,
            answers=self._answers,
            measured=self._measured,
            scores=self._scores,
            rows=self._rows,
            higher=_directions(self.rules),
            rules=digest,
            environment=about,
            isolation=self._isolation,
            reproduced=self._reproduced,
            seconds_measuring=self._seconds,
        )

    def _run_programs(self, examples: Sequence[Example]) -> str:
        try:
            environment = self._environment()
        except NoEnvironment as error:
            self._checks.append(failed("rules", "environment", "the version's requirements", str(error)))
            return ""
        self.workshop.log(f"environment: {environment.about}")
        try:
            self._run_in(self.workshop.box(environment.python), examples)
        finally:
            self.workshop.environments.back(environment)
        return environment.about

    def _run_in(self, box: Box, examples: Sequence[Example]) -> None:
        steps = len(self.rules.evaluations) + 2
        if examples or isinstance(self.rules.latency, Latency) or _tables(self.rules):
            self.workshop.step(0.1, "asking the model")
            self._ask(box, examples)
        for number, one in enumerate(self.rules.evaluations):
            self.workshop.step(0.1 + 0.9 * (number + 1) / steps, f"evaluation {one.name}")
            self._evaluate(box, one)
        if isinstance(self.rules.reproduction, Reproduction):
            self.workshop.step(0.9, "reproduction")
            self._reproduce(box, self.rules.reproduction)

    def _examples(self) -> list[Example]:
        file = self.code / self.rules.examples.file
        if not file.is_file():
            return []
        try:
            return read_examples(file.read_text(encoding="utf-8", errors="replace"))
        except HubError as error:
            self._checks.append(failed("examples", "examples", "can be read", f"{self.rules.examples.file}: {error}"))
            return []

    def _needs_program(self, examples: Sequence[Example]) -> bool:
        rules = self.rules
        parts = (rules.latency, rules.reproduction)
        return bool(examples or rules.evaluations or any(one is not msgspec.UNSET for one in parts))

    def _environment(self) -> Environment:
        if self.rules.environment == "server":
            return self.workshop.environments.server()
        self.workshop.step(0.02, "preparing the environment")
        notebooks = [one for one in self.rules.evaluations if isinstance(one.notebook, str)]
        extra = FOR_NOTEBOOKS if notebooks or isinstance(self.rules.reproduction, Reproduction) else ()
        log, step = self.workshop.log, self.workshop.step
        return self.workshop.environments.pinned(
            self.subject.files(), extra, log, lambda: step(0.05, "preparing the environment")
        )

    def _run(self, box: Box, title: str, job: Job) -> dict[str, Any]:
        self.workshop.log(f"── {title}")
        self._number += 1
        begun = time.perf_counter()
        found = box.run(f"{self._number:02}", job)
        self._seconds += time.perf_counter() - begun
        self._isolation |= found.get("isolation", {})
        if "error" in found:
            self.workshop.log(f"{title}: {found['error']}")
        return found

    def _ask(self, box: Box, examples: Sequence[Example]) -> None:
        latency = self.rules.latency
        wanted: dict[str, Any] = {
            "examples": [{"name": one.name, "input": one.input, "expect": one.expect} for one in examples]
        }
        if isinstance(latency, Latency):
            wanted["runs"] = latency.runs
            wanted |= {"inputs": [latency.sample]} if latency.sample is not msgspec.UNSET else {}
        tables = {one.name: self._job(one, self.subject.files()) for one in _tables(self.rules)}
        wanted["tables"] = {name: {**job.wanted, "dataset": job.dataset} for name, job in tables.items()}
        found = self._run(box, "asking the model", Job("asking", self.subject.files(), self.code, wanted=wanted))
        error = found.get("error")
        self._tables = found.get("tables") or {name: {"error": error} for name in tables}
        self._answers = [Answer(**one) for one in found.get("examples", [])]
        if examples:
            self._checks += [failed("examples", "examples", "run", error)] if error else self._judge_answers()
        if isinstance(latency, Latency):
            self._checks.append(_judge_latency(latency, found))

    def _judge_answers(self) -> list[Check]:
        rules, answers = self.rules.examples, self._answers
        good = {one.name for one in answers if one.passed}
        threshold = f"≥ {rules.min_passed:.0%} pass"
        value = f"{len(good)} of {len(answers)}"
        missed = [one.name for one in answers if not one.passed]
        found = [
            passed("examples", "examples", value, threshold)
            if len(good) >= rules.min_passed * len(answers)
            else failed("examples", "examples", threshold, f"failed: {', '.join(missed[:5])}", value=value)
        ]
        if isinstance(rules.keep, str):
            found.append(self._judge_kept(rules.keep, good, {one.name for one in answers}))
        return found

    def _judge_kept(self, version: str, good: set[str], asked: set[str]) -> Check:
        threshold, before = f"what passes with {version} passes", self.sources.passed_examples(version)
        if before is None:
            return Check(
                "examples: kept", "examples", "skipped", "", threshold, f"there is no {version} that was asked"
            )
        lost = sorted((before & asked) - good)
        if lost:
            why = f"passed with {version}, fail now: {', '.join(lost[:5])}"
            return failed("examples", "examples: kept", threshold, why, value=f"{len(lost)} lost")
        return passed("examples", "examples: kept", f"{len(before & asked)} kept", threshold)

    def _evaluate(self, box: Box, one: Evaluation) -> None:
        found = self._tables.get(one.name)
        if found is None:
            found = self._run(box, f"evaluation {one.name}", self._job(one, self.subject.files()))
        if "error" in found:
            self._checks.append(failed("evaluation", one.name, "it runs", found["error"]))
            return
        self._measured[one.name] = values = found["metrics"]
        self._scores[one.name] = scores = found.get("scores", {})
        if scores:
            self._rows[one.name] = dict.fromkeys(scores, self._rows_of(one))
        if not one.metrics:
            self._checks.append(passed("evaluation", one.name, f"{len(values)} metrics", "it runs"))
        known: dict[str, dict[str, float] | None] = {}

        def reference(version: str, metric: str) -> float | None:
            if version not in known:
                known[version] = self._measured_for(box, one, version)
            values = known[version]
            return values.get(metric) if values else None

        self._checks += bounded(one.name, one.metrics, values, reference)

    def _measured_for(self, box: Box, one: Evaluation, version: str) -> dict[str, float] | None:
        """What *version* has in this evaluation; measured now, if nobody did."""
        known = self.sources.measured(version, one.name)
        if known is None or known:
            return known
        try:
            folder = self.sources.version(version)
        except HubError as error:
            self.workshop.log(f"{version}: {error}")
            return None
        found: dict[str, float] = self._run(box, f"evaluation {one.name} of {version}", self._job(one, folder)).get(
            "metrics", {}
        )
        return found

    def _job(self, one: Evaluation, folder: Path) -> Job:
        name = _dataset(one)
        dataset: Path | None = None
        if name is not None:
            try:
                dataset = self.sources.dataset(name)
            except HubError as error:
                self.workshop.log(f"dataset {name}: {error}")
        kind, wanted = _wanted(one)
        return Job(kind, folder, self.code, dataset, wanted)

    def _rows_of(self, one: Evaluation) -> str:
        """Names the rows of an evaluation and how they are scored, whatever is asked of the numbers."""
        kind, wanted = _wanted(one)
        code = [self.code / file for file in judges_of(one)]
        data = _dataset(one)
        parts = [
            kind,
            msgspec.json.encode({**wanted, "metrics": ()}, order="deterministic").decode(),
            *(hashlib.sha256(file.read_bytes()).hexdigest() for file in code if file.is_file()),
            f"{data} {self.sources.dataset_commit(data)}" if data is not None else "",
        ]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]

    def _reproduce(self, box: Box, wanted: Reproduction) -> None:
        threshold = f"within {wanted.tolerance:g}"
        claimed = {one.name: one for one in stated(self.subject.card.metadata)}
        names = wanted.metrics or list(claimed)
        if not names or not (self.subject.files() / wanted.notebook).is_file():
            what = "metrics to compare" if not names else wanted.notebook
            self._checks.append(failed("reproduction", "reproduction", threshold, f"the version has no {what}"))
            return
        job = Job("reproduction", self.subject.files(), self.code, wanted={"notebook": wanted.notebook})
        found = self._run(box, "reproduction", job)
        if "error" in found:
            self._checks.append(failed("reproduction", "reproduction", threshold, found["error"]))
            return
        again: dict[str, float] = found["metrics"]
        self._reproduced = [
            Again(name, claimed[name].value, again.get(name), wanted.tolerance) for name in names if name in claimed
        ]
        known = {one.name: one for one in self._reproduced}
        self._checks += [_again(name, known.get(name), wanted.tolerance) for name in names]

    def _of_card(self, version: str, metric: str) -> float | None:
        values = self.sources.measured(version, "")
        return values.get(metric) if values else None


def _dataset(one: Evaluation) -> str | None:
    """The dataset on which it measures."""
    table = next((part for part in (one.evaluate, one.mlflow) if isinstance(part, OnDataset)), None)
    name = table.dataset if table else one.dataset
    return name if isinstance(name, str) else None


def _directions(rules: Rules) -> dict[str, dict[str, bool]]:
    """Where the rules say which direction is good."""
    said = {
        one.name: {
            name: to.higher_is_better for name, to in one.metrics.items() if isinstance(to.higher_is_better, bool)
        }
        for one in rules.evaluations
    }
    return {name: those for name, those in said.items() if those}


def _tables(rules: Rules) -> list[Evaluation]:
    """Evaluations that run none of the repo's code: one process, which has the model loaded, does them all."""
    return [one for one in rules.evaluations if isinstance(one.evaluate, OnDataset)]


def _wanted(one: Evaluation) -> tuple[str, dict[str, Any]]:
    """The kind of program, and what it is told."""
    if isinstance(one.notebook, str):
        return "notebook", {"notebook": one.notebook, "parameters": one.parameters}
    if isinstance(one.python, str):
        kind = "script" if one.python.endswith(".py") else "function"
        return kind, {"entry": one.python, "parameters": one.parameters}
    table = one.evaluate if isinstance(one.evaluate, OnDataset) else one.mlflow
    assert isinstance(table, OnDataset)
    kind = "evaluate" if table is one.evaluate else "mlflow"
    fields = {name: getattr(table, name) for name in ("file", "target", "metrics", "model_type")}
    return kind, fields


def _judge_latency(wanted: Latency, found: dict[str, Any]) -> Check:
    threshold = f"p{wanted.percentile:g} ≤ {wanted.max_ms:g} ms"
    error = found.get("error") or found.get("latency_error")
    if error:
        return failed("latency", "latency", threshold, error)
    took = percentile(found["latencies_ms"], wanted.percentile)
    value = f"{took:.3g} ms"
    if took <= wanted.max_ms:
        return passed("latency", "latency", value, threshold)
    return failed("latency", "latency", threshold, "one prediction takes longer", value=value)


def _again(name: str, found: Again | None, tolerance: float) -> Check:
    label, threshold = f"reproduction: {name}", f"within {tolerance:g}"
    if found is None or found.again is None:
        missing = "the version does not state it" if found is None else "the notebook did not give it again"
        return failed("reproduction", label, threshold, missing)
    value, threshold = f"{found.again:.6g}", f"{found.published:.6g} ± {tolerance:g}"
    if found.holds:
        return passed("reproduction", label, value, threshold)
    difference = abs(found.again - found.published)
    return failed("reproduction", label, threshold, f"it differs by {difference:.6g}", value=value)
