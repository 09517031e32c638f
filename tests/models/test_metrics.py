"""Metrics know in which direction they improve, and how cards state them."""

from __future__ import annotations

import pytest

from jupyter_hubcollab.models.metrics import Measured, direction, model_index, stated


@pytest.mark.parametrize(
    ("name", "higher_is_better"),
    [
        ("accuracy", True),
        ("test_accuracy", True),
        ("valAccuracy", True),
        ("f1", True),
        ("f1_macro", True),
        ("rougeL", True),
        ("eval/bleu", True),
        ("loss", False),
        ("val_loss", False),
        ("rmse", False),
        ("mean_squared_error", False),
        ("neg_mean_squared_error", True),
        ("perplexity", False),
        ("latency_ms", False),
        ("epochs", None),
        ("größe", None),
        ("", None),
    ],
)
def test_a_name_tells_the_direction(name: str, higher_is_better: bool | None) -> None:
    """Green means better; where the name does not tell, nothing is coloured."""
    assert direction(name) is higher_is_better


def test_a_model_index_reads_back() -> None:
    """What a publication writes into the card, the list of versions reads from it."""
    metrics = [Measured("accuracy", 0.9, "digits", "test"), Measured("loss", 0.1, None, None)]

    card: dict[str, object] = {"model-index": model_index("digits", metrics, "image-classification")}

    assert stated(card) == metrics


@pytest.mark.parametrize("index", [None, 1, "x", [1], [{"results": 3}], [{"results": [{"metrics": [{"value": "x"}]}]}]])
def test_a_model_index_of_another_shape_is_passed_over(index: object) -> None:
    """Cards come from everywhere."""
    assert stated({"model-index": index}) == []
