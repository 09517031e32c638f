"""Where public repos come from: files, hubs like this one, hubs that speak the Hugging Face protocol.

Another kind of hub is another `Source`: a module here with a class that gives batches, and a line in `opened`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from ...errors import BadQuery
from ...names import KINDS, RepoKind
from ..documents import Document

EVERYTHING: tuple[RepoKind, ...] = KINDS


@dataclass(frozen=True, slots=True)
class Batch:
    """Some documents, and where to go on behind them."""

    documents: list[Document]
    read: int
    """Entries that were looked at, good or not."""
    broken: int
    position: str


class Source(Protocol):
    """Something that lists repos."""

    @property
    def name(self) -> str:
        """By which its progress is remembered."""
        ...

    def batches(self, position: str, limit: int | None) -> Iterator[Batch]:
        """What comes behind *position*, where an earlier reading stopped; empty: from the beginning.

        Raises:
            EntryNotFound: it cannot be read.
            UpstreamUnavailable: it does not answer.
        """
        ...

    def remaining(self) -> tuple[str, set[str]] | None:
        """Its name among the sources of documents and all keys that it still has; None where it does not tell."""
        ...


@dataclass(frozen=True, slots=True)
class Options:
    """How to read a source."""

    kinds: tuple[RepoKind, ...] = EVERYTHING
    token: str = ""
    cards: bool = False
    """Fetch the text of each card, where the list does not have it; one more request a repo."""
    at_once: int = 200
    """Entries that are written together."""


def opened(text: str, options: Options) -> list[Source]:
    """The sources that *text* names: ``file:PATH``, ``hub:URL``, ``huggingface`` or ``hf:URL``.

    Raises:
        BadQuery: it names none.
        EntryNotFound: there is no such file.
    """
    kind, _, rest = text.partition(":")
    if kind == "file" and rest:
        from .file import File

        return [File(rest)]
    if kind == "hub" and rest.startswith(("http://", "https://")):
        from .our_hub import OurHub

        return [OurHub(rest, options)]
    if text == "huggingface" or (kind == "hf" and rest.startswith(("http://", "https://"))):
        from .hugging_face import HuggingFace

        return [HuggingFace(rest or "https://huggingface.co", each, options) for each in options.kinds]
    raise BadQuery(
        f"cannot sync from '{text[:80]}'; use file:PATH with a file of JSON lines, hub:URL with the address of another "
        "jupyter_hubcollab, huggingface, or hf:URL with a hub that speaks its protocol"
    )
