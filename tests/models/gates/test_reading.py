"""hubcollab.yaml: what it may say, and where it is wrong."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest

from jupyter_hubcollab.errors import BadGates
from jupyter_hubcollab.models.gates import reading
from jupyter_hubcollab.models.gates.rules import Rules, schema


@pytest.mark.parametrize(
    ("text", "line", "key", "why"),
    [
        ("protectd: [a]", 1, "protectd", "did you mean 'protected'"),
        ("card: [license]\nmetrics:\n  accuracy: {mni: 1}", 3, "metrics.accuracy.mni", "did you mean 'min'"),
        ("metrics:\n  f1:\n    min: high", 3, "metrics.f1.min", "is no number"),
        ("card: []\ncard: []", 2, "card", "twice"),
        ("scan: strict", 1, "scan", "is none of caution, safe"),
        ("evaluations:\n - name: a\n   python: x.py\n   notebook: y.ipynb", 2, "evaluations[0]", "exactly one of"),
        ("evaluations:\n - {name: a, python: nofunction}", 2, "evaluations[0].python", "module:function"),
        ("evaluations:\n - {name: a, notebook: ../../a.ipynb}", 2, "evaluations[0].notebook", "no path inside a repo"),
        ("evaluations:\n - {name: a, python: a.py, dataset: x}", 2, "evaluations[0].dataset", "no repo id"),
        ("limits: {time_s: -1}", 1, "limits.time_s", ""),
        ("evaluations: [", 1, "", "no YAML"),
        ("- a\n- b", 1, "", "is no object"),
        ("a: &a [1]\nb: *a", 1, "a", "there is no such key"),
        ("x: " + "y" * 70_000, 1, "", "more than 64 KiB"),
        ("#" * (5 << 20), 1, "", "more than 64 KiB"),
        ("[" * 5000, 1, "", "no YAML"),
        ("card: [a\0b]", 1, "", "no YAML"),
        ("card: []\n---\ncard: []", 2, "", "no YAML"),
        ("card: &a [*a]", 1, "card" + "[0]" * 20, "more than rules can"),
        ("size_mb: '5'", 1, "size_mb", "is no number"),
        ("size_mb: true", 1, "size_mb", "is no number"),
        ("limits: {memory_mb: 512.5}", 1, "limits.memory_mb", "is no integer"),
        ("latency:", 1, "latency", "is no object"),
        ("latency: {}", 1, "latency", "'max_ms' is missing"),
        ("licenses: []", 1, "licenses", ""),
        ("[a, b]: 1", 1, "?", "no such key"),
        ("size_mb: 2001-99-99", 1, "size_mb", "is not what its form"),
        ("size_mb: !!int five", 1, "size_mb", "is not what its form"),
        ("size_mb: !!python/name:os.system x", 1, "size_mb", "is not what its form"),
        ("size_mb: " + "9" * 5000, 1, "size_mb", "is not what its form"),
        ("metrics:\n a: {min: .nan}", 2, "metrics.a.min", "no finite number"),
        ("metrics:\n a: {max: -.inf}", 2, "metrics.a.max", "no finite number"),
        ('card: ["\\ud800"]', 1, "card[0]", "is no text"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_key(text: str, line: int, key: str, why: str) -> None:
    """Nobody looks for a typo in rules that were silently ignored."""
    rules, mistakes = reading.examined(text)

    assert (mistakes[0].line, mistakes[0].key) == (line, key)
    assert why in mistakes[0].why
    assert rules == Rules()
    with pytest.raises(BadGates, match=f"line {line}"):
        reading.read(text)


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "protected: [champion]\nlatency: {max_ms: 5, sample: [1]}\n"])
def test_what_the_rules_know_is_read(text: str) -> None:
    """An empty file asks for nothing."""
    assert reading.examined(text)[1] == []


def test_how_the_file_is_written_does_not_matter() -> None:
    """A comment or another order of keys makes no new rules, another number does."""
    one, same, other = (
        reading.digest(reading.read(text))
        for text in ("card: [license]\nsize_mb: 5", "size_mb: 5.0 # small\ncard:\n - license", "size_mb: 6")
    )

    assert one == same != other


def test_values_that_refer_to_themselves_are_refused() -> None:
    """A few lines of YAML do not become gigabytes."""
    names = "abcdefghijklmn"
    lines = [f"{new}: &{new} [*{old}, *{old}]" for old, new in pairwise(names)]
    bomb = "\n".join(["a: &a [x, x]", *lines])

    with pytest.raises(BadGates, match="more than rules can"):
        reading.read(bomb)


def test_the_schema_describes_each_key() -> None:
    """An editor shows a sentence for each key, and completes its values."""
    shape = json.loads(json.dumps(schema("https://hub/schema.json")))

    rules = shape["$defs"]["Rules"]["properties"]
    assert shape["$id"] == "https://hub/schema.json"
    assert all(one.get("description") for one in rules.values())
    assert rules["environment"]["enum"] == ["pinned", "server"]
