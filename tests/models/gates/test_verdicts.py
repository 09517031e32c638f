"""Numbers against their bounds, licenses against what is allowed."""

from __future__ import annotations

import pytest

from jupyter_hubcollab.models.gates.rules import Bound
from jupyter_hubcollab.models.gates.standing import is_allowed
from jupyter_hubcollab.models.gates.verdicts import bounded, percentile


@pytest.mark.parametrize(
    ("name", "bound", "value", "champion", "state"),
    [
        ("accuracy", Bound(min=0.9), 0.9, None, "passed"),
        ("accuracy", Bound(min=0.9), 0.89, None, "failed"),
        ("loss", Bound(max=0.5), 0.6, None, "failed"),
        ("accuracy", Bound(no_worse_than="champion"), 0.95, 0.95, "passed"),
        ("accuracy", Bound(no_worse_than="champion", by=0.005), 0.945, 0.95, "passed"),
        ("accuracy", Bound(no_worse_than="champion", by=0.005), 0.944, 0.95, "failed"),
        ("loss", Bound(no_worse_than="champion"), 0.4, 0.5, "passed"),
        ("loss", Bound(no_worse_than="champion"), 0.6, 0.5, "failed"),
        ("wibble", Bound(no_worse_than="champion"), 1.0, 0.5, "failed"),
        ("wibble", Bound(no_worse_than="champion", higher_is_better=True), 1.0, 0.5, "passed"),
        ("accuracy", Bound(no_worse_than="champion"), 0.1, None, "skipped"),
    ],
)
def test_a_number_meets_its_bound_or_not(
    name: str, bound: Bound, value: float, champion: float | None, state: str
) -> None:
    """Relative bounds know in which direction a metric improves; where nobody can, they say so."""
    (check,) = bounded("test", {name: bound}, {name: value}, lambda *_: champion)

    assert check.state == state


def test_a_number_that_is_not_there_fails() -> None:
    """What was not measured did not pass."""
    (check,) = bounded("test", {"f1": Bound(min=0.5)}, {"accuracy": 1.0}, lambda *_: None)

    assert (check.state, check.why) == ("failed", "it was not measured; there are accuracy")


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("MIT", True),
        ("apache-2.0", True),
        ("gpl-3.0", False),
        ("GPL-3.0 OR MIT", True),
        ("GPL-3.0 AND MIT", False),
        ("(GPL-3.0 OR MIT) AND Apache-2.0", True),
        ("(GPL-3.0 OR MIT) AND (LGPL-2.1 OR (MIT AND BSD-3-Clause))", False),
        ("Apache-2.0 WITH LLVM-exception", True),
        ("(MIT", False),
        ("MIT)", False),
        ("", False),
    ],
)
def test_an_spdx_expression_is_allowed_or_not(expression: str, allowed: bool) -> None:
    """One license of an OR is enough, of an AND all are needed; what cannot be read is not allowed."""
    assert is_allowed(expression, ["mit", "Apache-2.0"]) is allowed


def test_a_percentile_lies_between_values() -> None:
    """Of a hundred, the 95th is not the slowest."""
    assert percentile([float(one) for one in range(101)], 95) == 95.0
    assert percentile([3.0], 99) == 3.0
