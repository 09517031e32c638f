"""What the search field of the table of runs means: MLflow's filter language, its short forms, and plain words.

``metrics.accuracy > 0.9 AND params.solver = 'sgd'`` is MLflow's; ``accuracy>0.9 solver=sgd`` says the same in short;
and ``ada digits`` finds runs in which all the words stand: in name, experiment, notebook, person, status or parameters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..errors import BadQuery
from .conditions import CONDITION, MOST_CONDITIONS, Condition, condition

ENTITIES = {
    **dict.fromkeys(("metric", "metrics"), "metric"),
    **dict.fromkeys(("param", "params", "parameter", "parameters"), "param"),
    **dict.fromkeys(("tag", "tags"), "tag"),
    **dict.fromkeys(("attribute", "attributes", "attr", "run"), "attribute"),
}
ATTRIBUTES = {
    **{name: name for name in ("status", "run_name", "run_id", "user_id", "start_time", "end_time", "duration")},
    **{name: name for name in ("experiment", "notebook", "artifact_uri")},
    "name": "run_name",
    "user": "user_id",
    "created": "start_time",
    "id": "run_id",
}
NUMBERS = ("start_time", "end_time", "duration")
LONGEST = 4000
_SHORT = re.compile(
    r"""(?P<key>(?:[A-Za-z_]+\.)?(?:`[^`]+`|"[^"]+"|[^\s=!<>'"`(),:]+))"""
    r"\s*(?P<comparator>!=|<=|>=|=|<|>)\s*(?P<value>[^\s'\"()=<>]+)"
)
_WORD = re.compile(r"""'([^']*)'|"([^"]*)"|(\S+)""")
_COMPARED = re.compile(r"(!=|<=|>=|=|<|>)$")
_AND = re.compile(r"\s*AND\b\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RunQuery:
    """Which runs are wanted, and in which order."""

    conditions: tuple[Condition, ...] = ()
    """With the entities metric, param, tag, attribute, and any: a metric or a parameter."""
    words: tuple[str, ...] = ()
    notebook: str | None = None
    order: str = "attribute.start_time"
    """An entity and a key, as in metric.accuracy."""
    descending: bool = True
    offset: int = 0
    limit: int = 100


def read(text: str) -> tuple[tuple[Condition, ...], tuple[str, ...]]:
    """The conditions and the words of *text*.

    Raises:
        BadQuery: a comparison makes no sense.
    """
    if len(text) > LONGEST:
        raise BadQuery(f"a filter has at most {LONGEST:,} characters")
    conditions: list[Condition] = []
    words: list[str] = []
    for part in _parts(text):
        if isinstance(part, Condition):
            conditions.append(resolved(part))
        else:
            words.append(part.lower())
    if len(conditions) + len(words) > MOST_CONDITIONS:
        raise BadQuery(f"a filter has at most {MOST_CONDITIONS} conditions")
    return tuple(conditions), tuple(words)


def _parts(text: str) -> Iterator[Condition | str]:
    rest = text = text.strip()
    while rest:
        match = CONDITION.match(rest)
        short = None if match else _SHORT.match(rest)
        if match is not None:
            yield condition(match)
            rest = rest[match.end() :]
        elif short is not None:
            entity, dot, key = short["key"].partition(".")
            named = (entity.lower(), key) if dot and entity.lower() in ENTITIES else ("", short["key"])
            yield Condition(named[0], named[1].strip('`"'), short["comparator"], _value(short["value"]))
            rest = rest[short.end() :]
        else:
            word = _WORD.match(rest)
            if word is None:
                return
            _check_whole(word[0], text[: len(text) - len(rest)])
            yield next(found for found in word.groups() if found is not None)
            rest = rest[word.end() :]
        rest = _AND.sub("", rest, count=1) if _AND.match(rest) else rest.strip()


def _check_whole(word: str, before: str) -> None:
    """Refuse a comparison that has no second side yet; in quotes such a word is one."""
    half = _COMPARED.search(word)
    if half is not None:
        key = word[: half.start()] or (before.split() or ["it"])[-1]
        raise BadQuery(f"say what {key} is compared with, as in {key} {half[0]} 0.9")


def _value(text: str) -> str | float:
    try:
        return float(text)
    except ValueError:
        return text


def resolved(found: Condition) -> Condition:
    """*found* with the entity that it means.

    Raises:
        BadQuery: there is no such entity or attribute.
    """
    if found.entity == "":
        key = ATTRIBUTES.get(found.key.lower())
        if key is not None:
            return resolved(Condition("attribute", key, found.comparator, found.value))
        return Condition("any", found.key, found.comparator, found.value)
    entity = ENTITIES.get(found.entity)
    if entity is None and found.entity:
        # A metric may have a dot in its name: train.loss > 1
        return Condition("any", f"{found.entity}.{found.key}", found.comparator, found.value)
    if entity == "attribute":
        key = ATTRIBUTES.get(found.key.lower())
        if key is None:
            raise BadQuery(f"a run has no attribute '{found.key[:40]}'; it has {', '.join(sorted(set(ATTRIBUTES)))}")
        return Condition("attribute", key, found.comparator, found.value)
    return Condition(entity or "any", found.key, found.comparator, found.value)


def order_key(text: str) -> str:
    """The order that *text* names: ``metrics.accuracy``, ``start_time``, ``params.lr``.

    Raises:
        BadQuery: there is none.
    """
    entity, dot, key = text.partition(".")
    known = ENTITIES.get(entity.lower()) if dot else None
    if known in ("metric", "param"):
        return f"{known}.{key.strip('`')}"
    attribute = ATTRIBUTES.get((key if known == "attribute" else text).lower())
    if attribute is None:
        raise BadQuery(f"runs cannot be ordered by '{text[:60]}'; use start_time, metrics.NAME or params.NAME")
    return f"attribute.{attribute}"
