"""How numbers go over versions."""

from __future__ import annotations

import json
from typing import Any

import pytest
from people import ANN, DIGITS

from jupyter_hubcollab import wire
from jupyter_hubcollab.errors import BadInput
from jupyter_hubcollab.hub.hub import Hub
from jupyter_hubcollab.models import Models, examples
from jupyter_hubcollab.models.histories import Histories


@pytest.fixture
def histories(hub: Hub, models: Models) -> Histories:
    runs = {"r1": {"accuracy": 0.1, "loss": 0.5}}
    of_runs = {"of_runs": lambda _actor, _ids: runs}
    return Histories(models.versions, models.facts, models.evaluated, hub.files, hub.database, **of_runs)


def results(right: int, of: int = 200) -> bytes:
    return "".join(json.dumps({"id": at, "score": int(at < right)}) + "\n" for at in range(of)).encode()


def points(found: wire.MetricHistory, name: str) -> list[wire.MetricPoint]:
    return next(one.points for one in found.series if one.name == name)


def test_numbers_come_from_cards_evaluations_and_runs(publish: Any, histories: Histories) -> None:
    """Each number says where it is from; what the card has is not taken from the run again."""
    result = b"- dataset: {id: cais/hle, task_id: default}\n  value: 20.9\n"
    files = {"evaluation/digits/test/f1_ms.jsonl": results(150), ".eval_results/hle.yaml": result}
    publish(files, metrics={"accuracy": 0.9}, run_id="r1")

    found = histories.of(ANN, DIGITS).series

    assert [(one.name, one.dataset, one.split, one.unit, one.points[0].source) for one in found] == [
        ("accuracy", "digits", None, None, "card"),
        ("f1_ms", "digits", "test", "ms", "evaluation"),
        ("default", "cais/hle", None, None, "evaluation"),
        ("loss", None, None, None, "run"),
    ]
    assert found[1].points[0].value == 0.75


def test_regressions_are_marked_where_examples_say_so(publish: Any, histories: Histories) -> None:
    """A fall of one example in 200 may be chance, one of 60 is not; bare numbers alone mark nothing."""
    for right in (180, 179, 120):
        publish({"evaluation/digits/accuracy.jsonl": results(right)}, metrics={"accuracy": right / 200, "f1": right})

    found = histories.of(ANN, DIGITS)

    assert [one.is_regression for one in points(found, "accuracy")] == [False, False, True]
    assert [one.is_regression for one in points(found, "f1")] == [False, False, False]
    assert histories.of(ANN, DIGITS) == found


def test_unit_and_direction_that_a_name_does_not_tell_stand_in_the_card(
    publish: Any, models: Models, histories: Histories
) -> None:
    """What the publisher says of a number is kept with it, in the card."""
    request = publish.request({"a.json": b"1"})
    metric = wire.MetricGiven(name="zeal", value=3, unit="zl", higher_is_better=False)
    models.publications.publish(ANN, DIGITS, wire.PublicationRequest(files=request.files, metrics=[metric]))

    (found,) = histories.of(ANN, DIGITS).series

    assert (found.unit, found.higher_is_better) == ("zl", False)


@pytest.mark.parametrize(
    ("change", "count"),
    [
        ([1.0, -1.0, 0.0, 0.0], 100),
        ([i / 1000 - 1 for i in range(2001)], 2),
        ([i / 1e5 - 0.1 for i in range(20_001)], 1),
    ],
)
def test_intervals_hold_the_mean(change: list[float], count: int) -> None:
    """Few values, many values and very many are resampled differently, with the same meaning."""
    changes = change * count
    before = {str(at): 0.0 for at in range(len(changes))}
    after = {str(at): one for at, one in enumerate(changes)}

    found = examples.interval(before, after)

    assert found is not None
    assert found.low < sum(changes) / len(changes) < found.high
    assert found.high - found.low < 0.3


def test_few_examples_say_nothing() -> None:
    """Nobody can tell chance from a handful of examples."""
    assert examples.interval({"1": 1.0}, {"1": 0.0}) is None


@pytest.mark.parametrize("content", [b"{}\n", b"[1]\n", b"no json", b'{"id": 1}\n'])
def test_broken_results_are_named_by_line(content: bytes) -> None:
    """Who wrote the file finds the place."""
    with pytest.raises(BadInput, match="line 1"):
        examples.read("evaluation/a.jsonl", content)


def test_results_may_be_parquet(tmp_path: Any) -> None:
    """Both formats say the same."""
    import pyarrow
    import pyarrow.parquet

    pyarrow.parquet.write_table(pyarrow.table({"id": ["a", "b"], "score": [1, 0]}), tmp_path / "a.parquet")

    assert examples.read("evaluation/a.parquet", (tmp_path / "a.parquet").read_bytes()) == {"a": 1.0, "b": 0.0}
