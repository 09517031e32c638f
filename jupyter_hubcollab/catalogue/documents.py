"""What search knows of a model, dataset or space: one flat, frozen record, whichever hub it came from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from ..names import KINDS, RepoKind

HUB = "hub"
"""The source of this hub's own repos."""

LONGEST_TEXT = 20_000
"""Characters of a card that are indexed; what comes after says little new and costs time."""

LARGEST_RESULT = 1e30

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_SPACE = re.compile(r"\s+")
_SEPARATORS = re.compile(r"[-_/.:#@]+")
_LEADING_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


class BadRecord(ValueError):
    """A line of a catalogue is not a model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A model, dataset or space as it is searched; facts that nobody stated are None or empty."""

    id: str
    source: str
    name: str
    kind: RepoKind = "model"
    summary: str = ""
    body: str = ""
    task: str | None = None
    library: str | None = None
    license: str | None = None
    parameters: int | None = None
    size_bytes: int | None = None
    languages: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    metrics: tuple[tuple[str, float, str], ...] = ()
    """Name, value, dataset."""
    tags: tuple[str, ...] = ()
    architecture: str | None = None
    dtype: str | None = None
    """Of most of the parameters, as in ``F16``."""
    base_model: str | None = None
    downloads: int = 0
    likes: int = 0
    stars: float | None = None
    """Mean of what reviewers gave, 1 to 5."""
    reviews: int = 0
    safety: str | None = None
    """The worst verdict on its files."""
    updated: datetime | None = None
    url: str | None = None
    owner: str = ""
    private: bool = False
    revision: str = ""
    """Of a hub model: the commit that was indexed."""
    latest: str | None = None
    """Of a hub model: tag of its newest version."""

    @property
    def key(self) -> str:
        """The one name among all sources."""
        return key_of(self.source, self.kind, self.id)

    @property
    def namespace(self) -> str:
        """Who publishes it, as far as the id tells."""
        head, slash, _ = self.id.partition("/")
        return head.rpartition(":")[2] if slash else ""


def key_of(source: str, kind: RepoKind, id: str) -> str:
    """The one name of a document among all sources and kinds."""
    return f"{source}:{id}" if kind == "model" else f"{source}:{kind}:{id}"


def passage(document: Document) -> str:
    """The text whose meaning stands for *document*."""
    from .taxonomy import title_of

    facts = [
        spoken(document.name),
        title_of(document.task) if document.task else "",
        document.summary[:500],
        ("trained on " + ", ".join(document.datasets[:3])) if document.datasets else "",
        document.architecture or "",
        spoken(", ".join(tag for tag in document.tags[:12] if len(tag) < 40)) if not document.summary else "",
    ]
    return ". ".join(fact for fact in facts if fact)


def spoken(name: str) -> str:
    """An identifier as words: ``vit-base_patch16`` → ``vit base patch16``."""
    return _SEPARATORS.sub(" ", name).strip()


def clean(text: object, longest: int = LONGEST_TEXT) -> str:
    """*text* on one line without control characters; anything that is no text is empty."""
    if not isinstance(text, str):
        return ""
    return _SPACE.sub(" ", _CONTROL.sub(" ", text[: longest * 2])).strip()[:longest].encode(errors="ignore").decode()


def of_record(record: object) -> Document:
    """The document that one line of a catalogue file describes.

    Raises:
        BadRecord: it has no id, or is no object at all.
    """
    if not isinstance(record, Mapping):
        raise BadRecord("a model must be a JSON object")
    id_, source = clean(record.get("id"), 500), clean(record.get("source"), 100)
    if not id_ or not source or source == HUB:
        raise BadRecord("a model needs an 'id' and a 'source' (other than 'hub')")
    return Document(
        id=id_,
        source=source,
        name=clean(record.get("name"), 500) or id_,
        kind=cast(RepoKind, kind) if (kind := record.get("kind")) in KINDS else "model",
        summary=clean(record.get("description"), 1000),
        body=clean(record.get("body")),
        task=slug(record.get("task")),
        library=slug(record.get("library")),
        license=slug(record.get("license")),
        parameters=_count(record.get("params")),
        size_bytes=_count(record.get("size_bytes")),
        languages=_words(record.get("languages"), 200),
        datasets=_words(record.get("datasets"), 100),
        metrics=tuple(metric for text in _words(record.get("metrics"), 50) if (metric := metric_of(text))),
        tags=_words(record.get("tags"), 100),
        architecture=clean(record.get("architecture"), 100) or None,
        dtype=clean(record.get("dtype"), 20) or None,
        base_model=clean(record.get("base_model"), 300) or None,
        downloads=_count(record.get("downloads")) or 0,
        likes=_count(record.get("likes")) or 0,
        updated=_moment(record.get("updated")),
        url=_web_address(record.get("url")),
    )


def slug(value: object) -> str | None:
    """A term of a vocabulary in its one spelling, or None."""
    return clean(value, 100).lower().replace("_", "-").replace(" ", "-") or None


def metric_of(text: str) -> tuple[str, float, str] | None:
    """``'accuracy=0.94 on glue'`` as name, value, dataset."""
    name, equals, rest = text.partition("=")
    number = _LEADING_NUMBER.match(rest.strip())
    if not equals or number is None or not is_result(float(number[0])):
        return None
    return name.strip(), float(number[0]), rest.partition(" on ")[2].strip()


def is_result(value: float) -> bool:
    """Whether *value* may be what a metric gave: no infinity, nor anything that four bytes cannot hold."""
    return abs(value) < LARGEST_RESULT


def _count(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1 << 62:
        return None
    return int(value)


def _words(value: object, most: int) -> tuple[str, ...]:
    given = value if isinstance(value, list) else [value]
    return tuple(word for each in given[:most] if (word := clean(each, 200)))


def _moment(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _web_address(value: object) -> str | None:
    address = clean(value, 2000)
    return address if address.startswith(("https://", "http://")) else None
