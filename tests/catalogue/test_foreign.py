"""Questions in other languages."""

from __future__ import annotations

import pytest

from jupyter_hubcollab.catalogue.foreign import in_english
from jupyter_hubcollab.catalogue.query import understand
from jupyter_hubcollab.catalogue.terms import Known

KNOWN = Known(libraries=frozenset({"tensorflow"}), publishers=frozenset({"google"}))


@pytest.mark.parametrize(
    ("text", "topic", "expected"),
    [
        ("распознавание речи на русском языке", "speech recognition", ["language:ru"]),
        ("日本語の音声認識モデル 500MB以下", "speech recognition", ["size<=500000000", "language:ja"]),
        ("نموذج ترجمة من العربية", "translation", ["language:ar"]),
        ("हिन्दी पाठ वर्गीकरण", "text classification", ["language:hi"]),
        ("résumé en français, moins de 500 Mo", "summarization", ["size<=500000000", "language:fr"]),
        ("Gesichtserkennung, kleiner als 50 MB", "face recognition", ["size<=50000000"]),
        ("Klassifikation von Bildern", "image classification", []),
        ("nicht von Google, Bildklassifikation", "image classification", ["-publisher:google"]),
        ("análisis de sentimientos, licencia MIT", "sentiment analysis", ["license:mit"]),
        ("한국어 감정 분석 모델", "sentiment analysis", ["language:ko"]),
        ("中文文本分类模型，小于200MB", "text classification", ["size<=200000000", "language:zh"]),
        ("meno di 20 milioni di parametri su telefono", "", ["params<=20000000", "device:phone"]),
    ],
)
def test_a_need_and_its_limits_are_read_in_other_languages(text: str, topic: str, expected: list[str]) -> None:
    """What the embedding model and the readers of conditions get is English."""
    query = understand(text, KNOWN)

    assert topic in query.topic
    assert set(expected) <= {condition.key for condition in query.conditions}


@pytest.mark.parametrize(
    "text", ["learn sin and cos", "code in go, 2 go players", "unterwegs", "a tot of rum", "do re mi"]
)
def test_english_stays_as_it_is(text: str) -> None:
    """Also where a word stands in another language."""
    assert in_english(text) == text
