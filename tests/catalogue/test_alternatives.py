"""What may be chosen in place of a condition."""

from __future__ import annotations

import pytest

from jupyter_hubcollab.catalogue.alternatives import alternatives
from jupyter_hubcollab.catalogue.query import understand
from jupyter_hubcollab.catalogue.terms import Known

KNOWN = Known(
    libraries=frozenset({"sklearn", "onnx"}),
    datasets=frozenset({"imagenet1k"}),
    publishers=frozenset({"google"}),
    name_words=frozenset({"whisp"}),
)
SENTENCES = [
    "under 100 MB",
    "about 3B parameters",
    "fits 8 GB of VRAM",
    "better than 0.9 F1",
    "WER below 10",
    "more than 10k downloads",
    "at least 4 stars",
    "updated this year",
    "permissive license",
    "not GPL",
    "Korean or Japanese",
    "for scikit-learn",
    "trained on ImageNet",
    "by Google",
    "not whisper",
    "not a fine-tune",
    "runs on a phone",
]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_every_condition_can_be_changed(sentence: str) -> None:
    """For at least one other; put into a sentence, each is read as what it is."""
    (condition,) = understand(sentence, KNOWN).conditions

    offered = alternatives(condition)

    assert offered
    assert condition.key not in [one.key for one in offered]
    assert [[read.key for read in understand(one.key, KNOWN).conditions] for one in offered] == [
        [one.key] for one in offered
    ]
    assert all(one.text for one in offered)
