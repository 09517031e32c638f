"""Words in a sentence that name a license, language, library, hub, dataset, publisher, device or kind of model."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from .conditions import Condition, Op
from .reading import Sentence
from .taxonomy import FOLDER

_NOT_BEFORE = re.compile(
    r"(?:\bnot?|\bwithout|\bexcept(?: for)?|\bexcluding|\bexclude|\banything but|"
    r"\bother than|\bisn't|\bnever|\bavoid|\bnon[- ])\s*"
    r"(?:(?:an?|the|in|for|using|use|based|built|trained|licensed|under|with|on|any|from|by|of|be|"
    r"to|need|require|requiring)\s+){0,3}$"
)
_NOT_AFTER = re.compile(r"^[\w .-]{0,12}\s*(?:is|are)\s+(?:not|un)\s*(?:an option|acceptable|allowed|ok|okay|wanted)")
_JOINED_BY_OR = re.compile(r"^\s*(?:,\s*)?(?:or|/|\|)\s*(?:the\s+)?$")


@cache
def _table(name: str) -> Any:
    """A part of ``vocabulary/terms.json``: patterns and what they mean."""
    return json.loads((FOLDER / "terms.json").read_text(encoding="utf-8"))[name]


FIELDS = (
    "task",
    "modality",
    "license",
    "language",
    "library",
    "source",
    "publisher",
    "dataset",
    "tag",
    "word",
    "device",
    "base",
    "architecture",
    "dtype",
)
_ALIASES = {
    "lang": "language",
    "licence": "license",
    "lib": "library",
    "by": "publisher",
    "data": "dataset",
    "from": "source",
    "type": "modality",
}
_FILTER = re.compile(
    rf"(?<![\w:])(?P<minus>-?)(?P<field>{'|'.join([*FIELDS, *_ALIASES])}):(?P<values>[\w.+|/-]{{1,200}})"
)


@dataclass(frozen=True, slots=True)
class Known:
    """What the catalogue itself has, to recognise names by."""

    libraries: frozenset[str] = frozenset()
    datasets: frozenset[str] = frozenset()
    publishers: frozenset[str] = frozenset()
    name_words: frozenset[str] = frozenset()


@cache
def languages() -> Mapping[str, str]:
    """Codes by the lower-case name of the language."""
    names: Mapping[str, str] = json.loads((FOLDER / "languages.json").read_text(encoding="utf-8"))
    return names


@cache
def language_titles() -> Mapping[str, str]:
    """Name by code."""
    return {code: name.title() for name, code in reversed(list(languages().items())) if name.isascii()}


@cache
def _language_pattern() -> re.Pattern[str]:
    names = sorted(languages(), key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(map(re.escape, names)) + r")\b")


def read_filters(sentence: Sentence) -> None:
    """Find ``field:value`` and ``-field:value``, the filter language."""
    for match in sentence.take(_FILTER):
        field = _ALIASES.get(match["field"], match["field"])
        op: Op = "-" if match["minus"] else ":"
        values = tuple(value.lower() for value in match["values"].split("|") if value)
        if field == "license":
            values = tuple(meant for value in values for meant in _meant_license(value))
        sentence.found.append(
            Condition(field, op, values, text=f"{'not ' if op == '-' else ''}{field} {' or '.join(values[:3])}")
        )


def _commercial() -> tuple[str, ...]:
    return (*_table("permissive"), *_table("commercial"))


def _meant_license(value: str) -> tuple[str, ...]:
    return tuple(_table("permissive") if value == "permissive" else _commercial() if value == "commercial" else [value])


def read_terms(sentence: Sentence, known: Known) -> None:
    """Find everything that has a name."""
    for match in sentence.take(_table("base")):
        sentence.found.append(
            Condition("base", ":", ("original",), text="not a fine-tune" if "no" in match[0] else "base models")
        )
    _licenses(sentence)
    _named(
        sentence,
        "source",
        {rf"(?:from|on|in|at)\s+(?:the\s+)?(?:{p})|(?:{p})(?=\s+models?\b)": v for p, v in _table("sources").items()},
    )
    _named(
        sentence,
        "library",
        _table("libraries")
        | {re.escape(name).replace("\\-", "[-_]"): (name,) for name in known.libraries if _is_name(name)},
    )
    _unusual_libraries(sentence, known)
    _datasets(sentence, known)
    _languages(sentence)
    _publishers(sentence, known)
    for pattern, (device, text) in _table("devices").items():
        for _ in sentence.take(
            rf"\b(?:(?:that\s+)?(?:runs?|works?|running|usable|deployed|optimi[sz]ed)\s+)?(?:(?:on|for|in)\s+)?(?:an?\s+|the\s+|my\s+)?(?:{pattern})\b"
        ):
            sentence.found.append(Condition("device", ":", (device,), text=text, guessed=True))


def _is_name(library: str) -> bool:
    return any(mark in library for mark in "-._0123456789")


def _licenses(sentence: Sentence) -> None:
    before = len(sentence.found)
    _named(sentence, "license", _table("licenses"), r"(?:\s+licen[sc]ed?)?")
    specific = len(sentence.found) > before
    for pattern, text, listed in _table("loose_licenses"):
        values = tuple(listed) or _meant_license(text.partition(" ")[0])
        for match in sentence.take(pattern):
            if not specific and text:
                negated = _is_negated(sentence, match)
                sentence.found.append(
                    Condition("license", "-" if negated else ":", values, text=("not " if negated else "") + text)
                )


def _named(sentence: Sentence, field: str, names: Mapping[str, tuple[str, ...]], after: str = "") -> None:
    hits = sorted(_hits(sentence, names, after), key=lambda hit: hit[0])
    for start, end, values, negated, joined in hits:
        written = sentence.left[start:end].strip()
        last = sentence.found[-1] if sentence.found else None
        if joined and last is not None and last.field == field and last.op == ("-" if negated else ":"):
            sentence.found[-1] = Condition(field, last.op, (*last.values, *values), text=f"{last.text} or {values[0]}")
        else:
            text = f"{'not ' if negated else ''}{values[0] if field != 'license' else written}"
            sentence.found.append(Condition(field, "-" if negated else ":", values, text=text))
    for start, end, _, negated, _ in hits:
        _blank(sentence, start, end, negated)


def _hits(
    sentence: Sentence, names: Mapping[str, tuple[str, ...]], after: str
) -> Iterator[tuple[int, int, tuple[str, ...], bool, bool]]:
    free = sentence.left
    ends: list[int] = []
    for pattern, values in names.items():
        for match in re.finditer(rf"(?<![\w-])(?:{pattern}){after}(?![\w])", free):
            if not match[0].strip():
                continue
            free = free[: match.start()] + "\0" * len(match[0]) + free[match.end() :]
            ends.append(match.end())
            between = [
                sentence.left[end : match.start()] for end in ends if end <= match.start() and match.start() - end < 12
            ]
            joined = any(_JOINED_BY_OR.match(text) for text in between)
            yield match.start(), match.end(), tuple(values), _is_negated(sentence, match), joined


def _blank(sentence: Sentence, start: int, end: int, negated: bool) -> None:
    """Take out what was read, and the 'not' before it; positions stay."""
    no = _NOT_BEFORE.search(sentence.left[max(0, start - 40) : start]) if negated else None
    first = max(0, start - 40) + no.start() if no else start
    sentence.left = sentence.left[:first] + " " * (end - first) + sentence.left[end:]


def _is_negated(sentence: Sentence, match: re.Match[str]) -> bool:
    before, after = sentence.left[max(0, match.start() - 40) : match.start()], sentence.left[match.end() :]
    return bool(_NOT_BEFORE.search(before) or _NOT_AFTER.match(after))


def _unusual_libraries(sentence: Sentence, known: Known) -> None:
    plain = [re.escape(name) for name in known.libraries if not _is_name(name) and len(name) > 3]
    if not plain:
        return
    either = "|".join(plain)
    for match in sentence.take(
        rf"(?:\b(?:with|using|for|via)\s+(?P<a>{either})(?=\s*(?:[.,;]|$))|^(?P<b>{either})(?=\s))"
    ):
        name = match["a"] or match["b"]
        sentence.found.append(Condition("library", ":", (name,), text=name))


def _datasets(sentence: Sentence, known: Known) -> None:
    for match in sentence.take(
        r"\b(?:(?:pre-?)?trained|fine-?tuned|evaluated|learned|tested)\s+(?:on|with)\s+(?:the\s+)?"
        r"(?P<name>[\w.-]+(?: voice| \d+k?|-\d+k?)?)(?:\s+(?:dataset|data|corpus))?"
    ):
        name = re.sub(r"[^a-z0-9]", "", match["name"])
        meant = tuple(
            sorted({value for value in known.datasets if value == name or (len(name) > 3 and value.startswith(name))})
        )
        if meant:
            sentence.found.append(Condition("dataset", ":", meant, text=f"trained on {match['name']}"))
        else:
            sentence.left = f"{sentence.left} {match['name']}"
    for match in sentence.take(
        r"\bon\s+(?P<name>imagenet(?:-\d+k?)?|coco|squad(?:2| ?2\.0)?|glue|"
        r"cifar-?\d+|librispeech|mnist|kinetics(?:-\d+)?|audioset)\b"
    ):
        name = re.sub(r"[^a-z0-9]", "", match["name"])
        meant = tuple(sorted({value for value in known.datasets if value.startswith(name)})) or (name,)
        sentence.found.append(Condition("dataset", ":", meant, text=f"on {match['name']}"))


def _languages(sentence: Sentence) -> None:
    hits = list(_language_pattern().finditer(sentence.left))
    long = len(sentence.left.split()) > 14
    for at, match in enumerate(hits):
        code, negated = languages()[match[0]], _is_negated(sentence, match)
        between = sentence.left[hits[at - 1].end() : match.start()] if at else ""
        if at and _JOINED_BY_OR.match(between) and sentence.found and sentence.found[-1].field == "language":
            last = sentence.found[-1]
            sentence.found[-1] = Condition(
                "language",
                last.op,
                (*last.values, code),
                text=f"{last.text} or {match[0].title()}",
                guessed=last.guessed,
            )
            continue
        text = ("not " if negated else "") + match[0].title()
        sentence.found.append(
            Condition(
                "language", "-" if negated else ":", (code,), text=text, guessed=long and code in ("en", "multilingual")
            )
        )
    for match in hits:
        _blank(sentence, match.start(), match.end(), _is_negated(sentence, match))


def _publishers(sentence: Sentence, known: Known) -> None:
    for match in sentence.take(
        r"\b(?:(?:made|published|released|models?|built|developed)\s+)(?:by|from)\s+(?P<name>[\w.-]+(?: ai| research)?)"
    ):
        name = re.sub(r"[^a-z0-9]", "", match["name"])
        meant = tuple(
            sorted({value for value in known.publishers if value == name or value in (f"{name}ai", f"{name}research")})
        )
        if meant:
            sentence.found.append(Condition("publisher", ":", meant, text=f"by {match['name'].title()}"))
        else:
            sentence.left = f"{sentence.left} {match['name']}"
