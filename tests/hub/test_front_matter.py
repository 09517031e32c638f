"""The index reads any README.md that git may bring, and none of them ends the server."""

from __future__ import annotations

import pytest

from jupyter_hubcollab.hub.front_matter import front_matter, tags_of

NESTED = "---\na: {}{}\n---\n"


def test_the_fields_at_the_top_are_read() -> None:
    """What a card says becomes the words by which it is filtered."""
    card = front_matter("---\nlicense: mit\ntags: [vision]\nlanguage: fr\n---\n# Title\n")

    assert card == {"license": "mit", "tags": ["vision"], "language": "fr"}
    assert tags_of(card) == ["vision", "fr", "language:fr", "license:mit"]


@pytest.mark.parametrize(
    "readme",
    [
        "",
        "# no front matter",
        "---\nunfinished: true\n",
        "---\n: : :\n- [\n---\n",
        "---\n- a list\n---\n",
        "---\na: &x [1]\nb: [*x, *x]\n---\n",
        NESTED.format("[" * 60, "]" * 60),
        NESTED.format("[" * 900, "]" * 900),
        NESTED.format("[" * 100_000, "]" * 100_000),
        NESTED.format("{a: " * 900, "}" * 900),
        "---\n" + "- " * 5_000 + "x\n---\n",
    ],
    ids=["empty", "none", "open", "broken", "list", "alias", "deep", "deeper", "deepest", "maps", "dashes"],
)
def test_a_hostile_top_says_nothing(readme: str) -> None:
    """Broken, aliased and deeply nested front matter is no front matter."""
    assert front_matter(readme) == {}


def test_reasonable_nesting_is_read() -> None:
    """A model-index has lists in lists."""
    assert front_matter(NESTED.format("[" * 10, "]" * 10))
