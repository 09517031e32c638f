"""The model page and the lists."""

from __future__ import annotations

from typing import Any

import pytest
from people import ANN, DIGITS

from jupyter_hubcollab.errors import BadCard
from jupyter_hubcollab.hub.commits import Put
from jupyter_hubcollab.hub.hub import Hub
from jupyter_hubcollab.models import Models
from jupyter_hubcollab.names import DEFAULT_BRANCH, FilePath


@pytest.mark.parametrize(
    "readme",
    [
        b"---\nlicense: [\n---\nStill readable.",
        b"---\nlicense: mit\n---\n" + b"Still readable. " * (5 << 16),
        b"\xff\xfe Still readable.",
        b"---\na: &a [1]\nb: [" + b"*a," * 60_000 + b"]\n---\nStill readable.",
        b"---\njust words\n---\nStill readable.",
        b"",
    ],
    ids=["bad yaml", "5 MB", "no utf-8", "alias bomb", "no mapping", "empty"],
)
def test_a_broken_card_does_not_break_the_page(publish: Any, models: Models, hub: Hub, readme: bytes) -> None:
    """Git may bring any README.md; people then see it as the text that it is."""
    publish()
    hub.commits.commit(ANN, DIGITS, [Put(FilePath("README.md"), readme, len(readme))], message="Break it")

    page = models.summaries.model_page(ANN, DIGITS, DEFAULT_BRANCH)

    assert not readme or "Still readable." in page.card.markdown
    assert models.summaries.page(ANN, owner=None, limit=10, offset=0).total == 1


def test_a_card_that_would_exhaust_its_readers_is_not_committed(publish: Any, models: Models, hub: Hub) -> None:
    """Thousands of brackets end a parser, and with it a server; the next commit works."""
    publish()
    bomb = b"---\na: " + b"[" * 20_000 + b"]" * 20_000 + b"\n---\n"

    with pytest.raises(BadCard, match="nested"):
        hub.commits.commit(ANN, DIGITS, [Put(FilePath("README.md"), bomb, len(bomb))], message="Try")

    assert publish().tag == "v2"


def test_a_page_shows_verdicts_on_files(publish: Any, models: Models) -> None:
    """Everybody sees which files were looked through, and with what result."""
    publish({"w.safetensors": b"\x02" + b"\0" * 7 + b"{}", "run.py": b"print(1)\n"})

    files = models.summaries.files(ANN, DIGITS, DEFAULT_BRANCH).files

    safety = {file.path: file.safety for file in files}
    assert safety["w.safetensors"] == "safe"
    assert safety["README.md"] == "safe"


def test_an_old_version_shows_its_own_card(publish: Any, models: Models) -> None:
    """The page of a version is what it was then."""
    old = publish(metrics={"accuracy": 0.5})
    publish(metrics={"accuracy": 0.9})

    page = models.summaries.model_page(ANN, DIGITS, old.tag)

    assert "0.5" in str(page.card.metadata["model-index"])
    assert 'revision="v1"' in page.load_code


def test_mine_are_the_owners(publish: Any, models: Models) -> None:
    """The tab *Mine* lists what one owns."""
    publish()

    assert models.summaries.page(ANN, owner="ann", limit=10, offset=0).total == 1
    assert models.summaries.page(ANN, owner="bob", limit=10, offset=0).total == 0
