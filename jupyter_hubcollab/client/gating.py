"""Gates from a cell: verdicts, the examples that a team shares, and who leads where."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from .. import wire
from ..errors import BadInput, NotFound
from ..names import repo_id
from .addresses import inner, of_repo, part
from .connection import Connection, connect
from .tables import BAD, GOOD, Cell, Row, counted, table

How = Literal["equals", "close", "contains", "label", "one_of", "python"]
UNDER_WAY = ("queued", "running")
_COLORS = {"passed": GOOD, "failed": BAD}
LONGEST_SHOWN = 60
WAIT_S = 2


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gates say of a version: each check with its value, its threshold, and why."""

    run: wire.GateRun

    @property
    def passed(self) -> bool:
        """Did it meet everything?"""
        return self.run.state == "passed"

    @property
    def checks(self) -> Sequence[wire.GateCheck]:
        """Everything that was asked of it."""
        return self.run.checks

    def __repr__(self) -> str:
        return "\n".join([self._title(), *(f"  {one.state:<7} {_line(one)}" for one in self.checks)])

    def _repr_html_(self) -> str:
        rows: list[Row] = [
            [Cell(one.state, color=_COLORS.get(one.state, "")), one.name, one.value, one.threshold, one.why]
            for one in self.checks
        ]
        return table(self._title(), ["Verdict", "Check", "Value", "Threshold", "Why"], rows)

    def _title(self) -> str:
        about = self.run.tag or (f"pull request {self.run.pull}" if self.run.pull else self.run.commit[:8])
        old = "" if self.run.is_current else " (the rules have changed since)"
        return f"{self.run.repo_id} {about}: {self.run.state}{f', {self.run.detail}' if self.run.detail else ''}{old}"


@dataclass(frozen=True, slots=True)
class ExamplesTable:
    """The examples of a model, and what its last versions made of them."""

    table: wire.ExampleTable

    def __len__(self) -> int:
        return len(self.table.examples)

    def __repr__(self) -> str:
        return "\n".join(
            "  ".join(cell if isinstance(cell, str) else cell.text for cell in row) for row in self._rows()
        )

    def _repr_html_(self) -> str:
        head = ["Example", "Input", "Expected", *(column.tag for column in self.table.columns)]
        return table(counted(len(self), "example"), head, self._rows())

    def _rows(self) -> list[Row]:
        answers = [{one.name: one for one in column.answers} for column in self.table.columns]
        return [
            [one.name, _short(one.input), _short(one.expect), *(_answer(known.get(one.name)) for known in answers)]
            for one in self.table.examples
        ]


@dataclass(frozen=True, slots=True)
class ExamplesDiff:
    """What changed between two versions, example by example; what broke comes first."""

    comparison: wire.ExampleComparison

    def __iter__(self) -> Any:
        return iter(self.comparison.rows)

    def __repr__(self) -> str:
        lines = [f"  {one.change:<8} {one.name}: {_said(one.before)} → {_said(one.after)}" for one in self]
        return "\n".join([f"{self.comparison.before} → {self.comparison.after}", *lines])

    def _repr_html_(self) -> str:
        caption = f"{self.comparison.before} → {self.comparison.after}"
        rows: list[Row] = [[one.change, one.name, _answer(one.before), _answer(one.after)] for one in self]
        return table(caption, ["Change", "Example", "Before", "After"], rows)


def gates(repo: str, revision: str, *, connection: Connection | None = None) -> Verdict:
    """The last verdict on a version.

    Raises:
        NotFound: nobody has judged it; `judge` does.
    """
    hub = connection or connect()
    page = hub.get(f"{_where(repo)}/gates", wire.GateRuns, revision=revision, limit=50)
    if not page.has_rules:
        raise NotFound(f"{repo} has no hubcollab.yaml on main, so it has no gates")
    judged = next((run for run in page.runs if run.what == "gates"), None)
    if judged is None:
        raise NotFound(f'nobody has judged {repo}@{revision}; say hub.judge("{repo}", "{revision}")')
    return Verdict(judged)


def judge(
    repo: str, revision: str, *, wait: bool = True, log: bool = True, connection: Connection | None = None
) -> Verdict:
    """Run the gates on a version, print their log, and wait for the verdict; interrupting the cell cancels the run."""
    hub = connection or connect()
    run = hub.post(f"{_where(repo)}/gates/runs", wire.GateAsked(revision=revision), wire.GateRun)
    return Verdict(followed(hub, run, _printed if log else _ignored) if wait else run)


def followed(hub: Connection, run: wire.GateRun, say: Callable[[str], None]) -> wire.GateRun:
    """Wait until *run* has ended, and *say* what its log says; interrupting the cell cancels it."""
    address = f"{_where(run.repo_id)}/gates/runs/{run.id}"
    read = 0
    try:
        while run.state in UNDER_WAY:
            run = hub.get(address, wire.GateRun, wait=WAIT_S)
            while (piece := hub.get(f"{address}/log", wire.GateLog, after=read)).next > read:
                say(piece.text)
                read = piece.next
    except KeyboardInterrupt:
        hub.delete(address)
        raise
    return run


def _printed(text: str) -> None:
    print(text, end="", flush=True)


def _ignored(_text: str) -> None:
    """Nobody wants to read it."""


def expect(  # noqa: PLR0913 -- options by keyword
    repo: str,
    input: Any,
    output: Any,
    *,
    name: str | None = None,
    how: How | None = None,
    tolerance: float | None = None,
    connection: Connection | None = None,
) -> None:
    """Let every version of *repo* be asked for *input*: *output* is expected.

    *how*: ``equals``, ``close`` (within *tolerance*; what numbers with a fraction get without being asked),
    ``contains``, ``label`` (a class, or the place of the highest score), ``one_of`` (a list), or ``python`` (*output*
    is then ``module:function`` in the repo, which gets output and input). An example of the same *name* is replaced.
    """
    given, wanted = _plain(input), _plain(output)
    way = how or ("close" if _has_fraction(wanted) else "equals")
    expected: dict[str, object] = {way: wanted}
    if way == "close":
        expected["tolerance"] = 1e-6 if tolerance is None else tolerance
    elif tolerance is not None:
        raise BadInput("a tolerance goes with how='close'")
    label = name or f"example {hashlib.sha256(json.dumps(given, sort_keys=True).encode()).hexdigest()[:8]}"
    asked = wire.ExampleAsked(name=label, input=given, expect=expected)
    (connection or connect()).post(f"{_where(repo)}/examples", asked, wire.ModelExample)


def unexpect(repo: str, name: str, *, connection: Connection | None = None) -> None:
    """Forget the example called *name*."""
    (connection or connect()).delete(f"{_where(repo)}/examples/one/{inner(name)}")


def examples(repo: str, *, versions: int = 5, connection: Connection | None = None) -> ExamplesTable:
    """The team's examples of *repo*, and what its last versions made of them."""
    hub = connection or connect()
    return ExamplesTable(hub.get(f"{_where(repo)}/examples", wire.ExampleTable, versions=versions))


def compare_examples(repo: str, before: str, after: str, *, connection: Connection | None = None) -> ExamplesDiff:
    """What changed from one version to another, example by example."""
    hub = connection or connect()
    address = f"{_where(repo)}/examples/compare"
    return ExamplesDiff(hub.get(address, wire.ExampleComparison, before=before, after=after))


def alias(repo: str, name: str, version: str, *, reason: str = "", connection: Connection | None = None) -> None:
    """Let the alias *name* lead to *version*.

    A protected alias takes versions that passed their gates; an admin overrides that with a *reason*, which is kept.

    Raises:
        GateNotPassed: it is protected, and the version did not pass.
    """
    asked = wire.AliasAsked(tag=version, reason=reason)
    (connection or connect()).put(f"{_where(repo)}/aliases/{part(name)}", asked, wire.AliasList)


def _where(repo: str) -> str:
    return of_repo(repo_id(repo))


def _line(one: wire.GateCheck) -> str:
    return f"{one.name}: {one.value or '—'} ({one.threshold}){f': {one.why}' if one.why else ''}"


def _answer(one: wire.ExampleAnswer | None) -> Cell:
    if one is None:
        return Cell("—")
    state = "passed" if one.passed else "failed"
    return Cell(f"{'✓' if one.passed else '✗'} {_short(one.output)}", one.why or state, _COLORS[state])


def _said(one: wire.ExampleAnswer | None) -> str:
    return _answer(one).text


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"


def _plain(value: Any) -> Any:
    """Arrays, tables and tensors as lists.

    Raises:
        BadInput: it cannot be written as JSON.
    """
    if hasattr(value, "to_dict") and not isinstance(value, dict):
        value = value.to_dict()
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if value is None or isinstance(value, str | bool | int) or (isinstance(value, float) and math.isfinite(value)):
        return value
    raise BadInput(f"an example is made of numbers, texts, lists and dicts; {type(value).__name__} is none of them")


def _has_fraction(value: Any) -> bool:
    if isinstance(value, list | dict):
        return any(_has_fraction(one) for one in (value.values() if isinstance(value, dict) else value))
    return isinstance(value, float) and not value.is_integer()
