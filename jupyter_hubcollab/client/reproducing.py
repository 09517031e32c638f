"""A version reproduced: its notebook runs again on the hub, and the metrics are compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from .. import wire
from ..names import repo_id
from .addresses import of_repo
from .connection import Connection, connect
from .downloads import parted
from .gating import UNDER_WAY, followed
from .tables import BAD, GOOD, Cell, Row, number, table


@dataclass(frozen=True, slots=True)
class Reproduction:
    """What came of running a version's notebook again."""

    run: wire.GateRun
    log: str
    """What its cells printed, as far as it was waited for."""

    @property
    def verdict(self) -> Literal["holds", "differs", "fails", "runs"]:
        """*fails*: the notebook did not run to its end, or there was nothing to compare; *runs*: not at its end yet."""
        if self.run.state in UNDER_WAY:
            return "runs"
        if self.run.state == "passed":
            return "holds"
        return "differs" if any(one.again is not None for one in self.metrics) else "fails"

    @property
    def metrics(self) -> Sequence[wire.ReproducedMetric]:
        """Each number that the version states, and what came out now."""
        return self.run.reproduced

    def __repr__(self) -> str:
        lines = [
            f"  {'✓' if one.holds else '✗'} {one.name}: {number(one.published)} → "
            f"{'—' if one.again is None else number(one.again)} (± {one.tolerance:g})"
            for one in self.metrics
        ]
        return "\n".join([self._title(), *lines])

    def _repr_html_(self) -> str:
        rows: list[Row] = [
            [
                one.name,
                number(one.published),
                Cell("—" if one.again is None else number(one.again), color=GOOD if one.holds else BAD),
                f"± {one.tolerance:g}",
                "holds" if one.holds else "differs",
            ]
            for one in self.metrics
        ]
        return table(self._title(), ["Metric", "Published", "Again", "Tolerance", "Verdict"], rows)

    def _title(self) -> str:
        run, missed = self.run, [one.why for one in self.run.checks if one.state == "failed" and one.why]
        why = f": {missed[0] if missed else run.detail}" if self.verdict in ("fails", "runs") else ""
        return f"{run.repo_id} {run.tag or run.commit[:8]} {self.verdict}{why}"


def reproduce(  # noqa: PLR0913 -- options by keyword
    repo: str,
    *,
    revision: str | None = None,
    tolerance: float | None = None,
    environment: Literal["pinned", "server"] | None = None,
    wait: bool = True,
    log: bool = True,
    connection: Connection | None = None,
) -> Reproduction:
    """Run the notebook of *revision* (else the newest version) again on the hub, and compare its metrics.

    Its log is printed while it runs; interrupting the cell cancels it. *environment* is ``pinned`` (what the
    version's ``requirements.txt`` says) or ``server`` (what the server has), as ``hubcollab.yaml`` says if you do not.

    Raises:
        AccessDenied: you may not write to the model, so nothing of it runs for you.
        NotFound: there is no such version.
    """
    name, at = parted(repo, revision)
    id, hub = repo_id(name), connection or connect()
    asked = wire.ReproductionAsked(revision=at, tolerance=tolerance, environment=environment)
    run = hub.post(f"{of_repo(id)}/reproductions", asked, wire.GateRun)
    heard: list[str] = []

    def say(text: str) -> None:
        heard.append(text)
        if log:
            print(text, end="", flush=True)

    return Reproduction(followed(hub, run, say) if wait else run, "".join(heard))
