"""Model cards are read strictly when published, and written so that they read the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_hubcollab.errors import BadCard
from jupyter_hubcollab.models.cards import Card, merged, parse, render, shown, summary

WORDS = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff\u2028\u2029\x85"), max_size=30
)
VALUES = st.recursive(WORDS | st.booleans() | st.integers(-(2**53), 2**53), lambda inner: st.lists(inner, max_size=3))


@given(st.dictionaries(WORDS.filter(bool), VALUES, min_size=1, max_size=5), WORDS)
def test_what_is_written_reads_the_same(metadata: dict[str, object], text: str) -> None:
    """Publishing twice changes nothing that nobody changed."""
    card = Card(metadata, text)

    again = parse(render(card))

    assert again.metadata == metadata
    assert again.markdown == text.lstrip("\r\n")


@given(st.text(max_size=300))
def test_any_text_can_be_shown(text: str) -> None:
    """Nothing that git brings makes a page fail."""
    shown(text)
    shown(f"---\n{text}\n---\n")


@pytest.mark.parametrize(
    "front",
    ["a: [", "- a\n- b", "a: !!python/object/apply:os.getenv ['HOME']", "[" * 30_000, "x" * 600_000, "\x00"],
    ids=["open", "list", "tag", "deep", "long", "control"],
)
def test_broken_front_matter_is_refused_when_published(front: str) -> None:
    """The publisher is told what is wrong with the card."""
    with pytest.raises(BadCard, match=r"README\.md"):
        parse(f"---\n{front}\n---\ntext")


def test_aliases_cannot_swell() -> None:
    """A few lines that expand to gigabytes are refused at once."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]

    with pytest.raises(BadCard):
        parse("---\n" + "\n".join(lines) + "\n---\n")


def test_dates_and_odd_numbers_become_json() -> None:
    """The panel gets JSON, whatever YAML makes of it."""
    card = parse("---\nday: 2026-01-02\nbad: .nan\n1: one\n---\n")

    assert card.metadata == {"day": "2026-01-02", "bad": None, "1": "one"}


def test_merging_adds_tags_and_keeps_what_is_not_said() -> None:
    """A publication that says nothing about the license leaves it alone."""
    card = Card({"license": "mit", "tags": ["a"]}, "text")

    assert merged(card, {"license": None, "tags": ["b", "a"]}).metadata == {"license": "mit", "tags": ["a", "b"]}


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("# Title\n\nReads **digits**. And more.", "Reads digits."),
        ("<img src=x onerror=alert(1)>\n\nSee [the paper](http://x) first.", "See the paper first."),
        ("```python\ncode\n```\n\n| a | b |\n\nAfter all", "After all"),
        ("![badge](x)\n\n<!-- hidden -->\n\nmy_model_name works", "my_model_name works"),
        ("", ""),
    ],
)
def test_the_summary_is_the_first_sentence_as_plain_text(markdown: str, expected: str) -> None:
    """Lists show words, no markup."""
    assert summary(markdown) == expected
