"""One side of a comparison: its files, whoever keeps them, and what it says of itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

from ..evaluated import ByRow
from ..metrics import Key, Measured

LARGEST_TEXT = 4 << 20
"""Bytes; longer files are not compared field by field."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of a side; the same *content* on both sides is the same bytes."""

    size: int
    content: str


class Source(Protocol):
    """Where the files of a side are."""

    @property
    def files(self) -> Mapping[str, Kept]:
        """All files by path."""

    def span(self, path: str, start: int, end: int) -> Iterator[bytes]:
        """The bytes of a file from *start* up to *end*, in pieces."""

    def chunks(self, path: str) -> Iterable[tuple[bytes, int]]:
        """Hash and size of the chunks of a file, where they are known."""


@dataclass(frozen=True)
class Side:
    """What is compared: a revision of a repo, or a run."""

    subject: str
    """As it was asked for: team/digits@v1, run:0123…"""
    kind: Literal["model", "dataset", "space", "run"]
    id: str
    revision: str
    commit: str | None
    title: str
    source: Source
    metrics: Sequence[Measured] = ()
    by_row: Mapping[Key, ByRow] = field(default_factory=dict)
    """Scores of metrics that were measured after it was made."""
    card: Mapping[str, object] = field(default_factory=dict)
    provenance: Mapping[str, object] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)
    past: tuple[str, str] | None = None
    """Path and content of the notebook as it was, where it is none of the files."""
    notes: Sequence[str] = ()
    """What cannot be compared, and why."""

    def with_notebook(self, path: str, content: str) -> Side:
        """The same with the notebook from which it came."""
        return replace(self, past=(path, content))

    def with_note(self, why: str) -> Side:
        """The same with something that cannot be compared."""
        return replace(self, notes=[*self.notes, f"{self.title}: {why}"])

    def text(self, path: str) -> str | None:
        """A text file; None where there is none that is read as such."""
        kept = self.source.files.get(path)
        if kept is None or kept.size > LARGEST_TEXT:
            return None
        try:
            return b"".join(self.source.span(path, 0, kept.size)).decode()
        except UnicodeDecodeError:
            return None
