"""Numbers and results by example as a cell gives them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jupyter_hubcollab.client.measured import example_files, metrics_of
from jupyter_hubcollab.errors import BadInput


def test_a_metric_may_say_what_it_was_measured_on() -> None:
    """A number alone, or with its unit, split and direction."""
    said = {"accuracy": 0.9, "speed": {"value": 3, "unit": "ms", "split": "test", "higher_is_better": False}}

    plain, rich = metrics_of(said, "digits")

    assert (plain.value, plain.dataset, plain.unit) == (0.9, "digits", None)
    assert (rich.value, rich.dataset, rich.split, rich.higher_is_better) == (3, "digits", "test", False)


@pytest.mark.parametrize("said", [{"a": "x"}, {"a": None}, {"a": {"unit": "s"}}, {"a": {"value": 1, "colour": "red"}}])
def test_what_is_no_metric_is_refused(said: Any) -> None:
    """The text says what is wrong with it."""
    with pytest.raises(BadInput):
        metrics_of(said, None)


@pytest.mark.parametrize("scores", [{"0": 1, "1": 0.5}, [1, 0.5]])
def test_scores_become_a_file_of_the_version(scores: Any, tmp_path: Path) -> None:
    """By id, or in a fixed order."""
    ((path, file),) = example_files({"top/1": scores}, "team/digits", tmp_path)

    assert path == "evaluation/team-digits/top-1.jsonl"
    assert file.read_text() == '{"id": "0", "score": 1.0}\n{"id": "1", "score": 0.5}\n'
