"""The YAML at the top of a README.md, read for the index: forgiving, because git may bring anything."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

_FRONT = re.compile(r"\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*\r?$", re.DOTALL | re.MULTILINE)
_LONGEST = 256 << 10
_DEEPEST = 50


def front_matter(readme: str) -> dict[str, Any]:
    """The fields at the top of *readme*; none where there are no readable ones."""
    found = _FRONT.match(readme[:_LONGEST])
    if found is None:
        return {}
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        if not _is_plain(yaml.parse(found[1], Loader=loader)):
            return {}
        fields = yaml.load(found[1], Loader=loader)  # noqa: S506 -- both are safe loaders
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}
    return {str(name): _as_json(value) for name, value in fields.items()} if isinstance(fields, dict) else {}


def text_below(readme: str) -> str:
    """What stands below the fields."""
    found = _FRONT.match(readme[:_LONGEST])
    return readme[found.end() :].lstrip() if found is not None else readme


def _is_plain(events: Iterable[object]) -> bool:
    """Whether it is safe to load what these YAML events say; looked at while it is still flat.

    An alias can make a few lines expand to gigabytes, and deep nesting overflows the stack of libyaml's loader, which
    ends the process. No card needs either.
    """
    depth = 0
    for event in events:
        name = type(event).__name__
        depth += name.endswith(("SequenceStartEvent", "MappingStartEvent"))
        depth -= name.endswith(("SequenceEndEvent", "MappingEndEvent"))
        if depth > _DEEPEST or name == "AliasEvent":
            return False
    return True


def tags_of(card: dict[str, Any]) -> list[str]:
    """The words by which a repo with this card is filtered in listings, as the Hugging Face Hub forms them."""
    found = [
        *_words(card.get("tags")),
        *_words(card.get("library_name")),
        *_words(card.get("pipeline_tag")),
        *_words(card.get("task_categories"), "task_categories:"),
        *_words(card.get("size_categories"), "size_categories:"),
        *_words(card.get("language")),
        *_words(card.get("language"), "language:"),
        *_words(card.get("datasets"), "dataset:"),
        *_words(card.get("base_model"), "base_model:"),
        *_words(card.get("license"), "license:"),
        *_words(card.get("sdk")),
    ]
    return list(dict.fromkeys(word for word in found if len(word) <= 200))[:200]


def _words(value: object, prefix: str = "") -> Iterator[str]:
    values = value if isinstance(value, list) else [value]
    for one in values:
        if isinstance(one, str | int | float) and not isinstance(one, bool) and str(one).strip():
            yield f"{prefix}{str(one).strip()}"


def _as_json(value: object) -> Any:
    if isinstance(value, dict):
        return {str(name): _as_json(one) for name, one in value.items()}
    if isinstance(value, list | tuple | set):
        return [_as_json(one) for one in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return str(value)
