"""Words in a sentence that name a license, language, library, hub, dataset, publisher, device or kind of model."""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from .conditions import Condition, Op
from .reading import Sentence
from .taxonomy import FOLDER, title_of

_NOT_BEFORE = re.compile(
    r"(?:\bnot?|\bwithout|\bexcept(?: for)?|\bexcluding|\bexclude|\banything but|"
    r"\bother than|\bisn't|\bnever|\bavoid|\bnon[- ])\s*"
    r"(?:(?:an?|the|in|for|using|use|based|built|trained|licensed|under|with|on|any|from|by|of|be|"
    r"to|need|require|requiring)\s+){0,3}$"
)
_NOT_AFTER = re.compile(
    r"^-free\b|^[\w .-]{0,12}\s*(?:is|are)\s+(?:not|un)\s*(?:an option|acceptable|allowed|ok|okay|wanted)"
)
_JOINED_BY_OR = re.compile(r"^\s*(?:,\s*)?(?:or|/|\|)\s*(?:the\s+)?$")
_JOINED_IN_NEGATION = re.compile(r"^\s*(?:,|(?:,\s*)?(?:or|nor|and|/))\s*(?:the\s+)?$")
"""'without TensorFlow and Keras' wants neither."""


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
    rf"(?<![\w:])(?P<minus>-?)(?P<field>{'|'.join([*FIELDS, *_ALIASES])}):(?P<values>[\w.+|/-]{{1,800}})"
)


@dataclass(frozen=True, slots=True)
class Known:
    """What the catalogue itself has, to recognise names by."""

    libraries: frozenset[str] = frozenset()
    datasets: frozenset[str] = frozenset()
    publishers: frozenset[str] = frozenset()
    name_words: Container[str] = frozenset()


@cache
def languages() -> Mapping[str, str]:
    """Codes by the lower-case name of the language."""
    names: Mapping[str, str] = json.loads((FOLDER / "languages.json").read_text(encoding="utf-8"))
    return {**names, **{foreign: names[name] for foreign, name in _table("languages").items()}}


@cache
def language_titles() -> Mapping[str, str]:
    """English name by code."""
    named = {code: name.title() for name, code in reversed(list(languages().items())) if name.isascii()}
    return {**named, **_table("language_titles")}


@cache
def _language_pattern() -> re.Pattern[str]:
    names = sorted(languages(), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b(?! (?:{_table('no_language')})\b)")


def read_filters(sentence: Sentence) -> None:
    """Find ``field:value`` and ``-field:value``, the filter language."""
    for match in sentence.take(_FILTER):
        field = _ALIASES.get(match["field"], match["field"])
        op: Op = "-" if match["minus"] else ":"
        values = tuple(value.lower() for value in match["values"].split("|") if value)
        if field == "license":
            values = tuple(meant for value in values for meant in licenses_for(value))
        text = f"{'not ' if op == '-' else ''}{_shown(field, values[:3])}"
        sentence.found.append(Condition(field, op, values, text=text))


DEVICES = {
    "phone": "runs on a phone",
    "edge": "runs on a small device",
    "cpu": "runs on a CPU",
    "browser": "runs in a browser",
    "small": "small",
}
_SMALL = re.compile(
    r"\b(?:small(?:est)?|tin(?:y|iest)|lightest|light-?weight|compact|low[- ]memory)\s+(?:\w+[ -]){0,4}"
    r"(?:models?|networks?|classifiers?|llms?|transformers?|embeddings?|detectors?|encoders?|versions?|checkpoints?)\b"
    r"|^(?:an? |the |very |fast )*(?:tiny|light-?weight|compact)\s(?!objects?|data)(?=.*\b(?:for|that|to)\b)"
)


def _shown(field: str, values: tuple[str, ...]) -> str:
    """What a filter asks for, in words."""
    if field == "task":
        return " or ".join(map(title_of, values))
    if field == "device":
        return " or ".join(DEVICES.get(value, value) for value in values)
    if field == "language":
        return " or ".join(language_titles().get(value, value) for value in values)
    return f"{field} {' or '.join(values)}"


def _commercial() -> tuple[str, ...]:
    return (*_table("permissive"), *_table("commercial"))


def licenses_for(value: str) -> tuple[str, ...]:
    """The licences that *value* names: one, or all that are 'permissive' or good for 'commercial' use."""
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
    _houses(sentence, known)
    _publishers(sentence, known)
    _size_wished(sentence)
    for pattern, (device, text) in _table("devices").items():
        for _ in sentence.take(
            rf"\b(?:(?:that\s+)?(?:runs?|works?|running|usable|deployed|optimi[sz]ed)\s+)?(?:(?:on|for|in)\s+)?(?:an?\s+|the\s+|my\s+)?(?:{pattern})\b"
        ):
            sentence.found.append(Condition("device", ":", (device,), text=text, guessed=True))


def _size_wished(sentence: Sentence) -> None:
    """'a small model' is a wish; the word stays, since names have it as well."""
    if _SMALL.search(sentence.left) and not any(one.field in ("size", "params") for one in sentence.found):
        sentence.found.append(Condition("device", ":", ("small",), text=DEVICES["small"], guessed=True))


def _is_name(library: str) -> bool:
    return any(mark in library for mark in "-._0123456789")


def _licenses(sentence: Sentence) -> None:
    before = len(sentence.found)
    _named(sentence, "license", _table("licenses"), r"(?:[\s-]+licen[sc]ed?)?")
    specific = len(sentence.found) > before
    for pattern, text, listed in _table("loose_licenses"):
        values = tuple(listed) or licenses_for(text.partition(" ")[0])
        for match in sentence.take(pattern):
            if not specific and text:
                negated = _is_negated(sentence, match)
                sentence.found.append(
                    Condition("license", "-" if negated else ":", values, text=("not " if negated else "") + text)
                )


def _named(sentence: Sentence, field: str, names: Mapping[str, tuple[str, ...]], after: str = "") -> None:
    hits = sorted(_hits(sentence, names, after), key=lambda hit: hit[0])
    ended = 0
    for start, end, values, negated in hits:
        written = sentence.left[start:end].strip()
        last = sentence.found[-1] if ended and sentence.found[-1].field == field else None
        op = _joined(last, sentence.left[ended:start], negated)
        if last is not None and op is not None:
            sentence.found[-1] = Condition(field, op, (*last.values, *values), text=f"{last.text} or {values[0]}")
        else:
            text = f"{'not ' if negated else ''}{values[0] if field != 'license' else written}"
            sentence.found.append(Condition(field, "-" if negated else ":", values, text=text))
        ended = end
    for start, end, _, negated in hits:
        _blank(sentence, start, end, negated)


def _joined(last: Condition | None, between: str, negated: bool) -> Op | None:
    """The side of the condition that what follows *between* belongs to, if it belongs to *last*."""
    if last is None:
        return None
    if last.op == "-":
        return "-" if _JOINED_IN_NEGATION.match(between) or (negated and _JOINED_BY_OR.match(between)) else None
    return ":" if not negated and _JOINED_BY_OR.match(between) else None


def _hits(
    sentence: Sentence, names: Mapping[str, tuple[str, ...]], after: str
) -> Iterator[tuple[int, int, tuple[str, ...], bool]]:
    free = sentence.left
    for pattern, values in names.items():
        for match in re.finditer(rf"(?<![\w-])(?:{pattern}){after}(?![\w])", free):
            if not match[0].strip():
                continue
            free = free[: match.start()] + "\0" * len(match[0]) + free[match.end() :]
            yield match.start(), match.end(), tuple(values), _is_negated(sentence, match)


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


_NOT_ON = r"(?P<no>\b(?:not|never|isn't|wasn't|without being)\s+(?:been\s+)?)?"


def _on_data(meant: tuple[str, ...], text: str, no: str | None) -> Condition:
    return Condition("dataset", "-" if no else ":", meant, text=f"not {text}" if no else text)


def _called_dataset(written: str, known: Known) -> tuple[str, ...]:
    name = re.sub(r"[^a-z0-9]", "", written)
    if not name:
        return ()
    return tuple(
        sorted(value for value in known.datasets if value == name or (len(name) > 3 and value.startswith(name)))
    )


def _datasets(sentence: Sentence, known: Known) -> None:
    for match in sentence.take(
        rf"{_NOT_ON}\b(?:(?:pre-?)?trained|fine-?tuned|evaluated|learned|tested)\s+(?:on|with)\s+(?:the\s+)?"
        r"(?P<name>[\w.-]+)(?=(?P<more>(?: [\w.-]+){0,2}))"
    ):
        before, rest = sentence.left[: match.start()], sentence.left[match.start() + len(" , ") :]
        named = f"{match['name']}{match['more']}"
        # The longest name that is known: 'ms marco', 'common voice 11'; else it is part of the need.
        while not (meant := _called_dataset(named, known)) and " " in named:
            named = named.rpartition(" ")[0]
        if not meant:
            sentence.left = f"{before} {match['no'] or ''}{match['name']}{rest}"
            continue
        rest = re.sub(r"^\s*(?:dataset|data|corpus)\b", "", rest[len(named) - len(match["name"]) :])
        sentence.left = f"{before} , {rest}"
        sentence.found.append(_on_data(meant, f"trained on {named}", match["no"]))
    for match in sentence.take(
        rf"{_NOT_ON}\bon\s+(?P<name>imagenet(?:-\d+k?)?|coco|squad(?:2| ?2\.0)?|glue|"
        r"cifar-?\d+|librispeech|mnist|kinetics(?:-\d+)?|audioset)\b"
    ):
        name = re.sub(r"[^a-z0-9]", "", match["name"])
        meant = tuple(sorted({value for value in known.datasets if value.startswith(name)})) or (name,)
        sentence.found.append(_on_data(meant, f"on {match['name']}", match["no"]))


def _called(name: str) -> str:
    """How a chip calls a language: 'deutsche' is German."""
    code = languages()[name]
    return language_titles().get(code, name.title())


def _languages(sentence: Sentence) -> None:
    _pairs(sentence)
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
                text=f"{last.text} or {_called(match[0])}",
                guessed=last.guessed,
            )
            continue
        text = ("not " if negated else "") + _called(match[0])
        sentence.found.append(
            Condition(
                "language", "-" if negated else ":", (code,), text=text, guessed=long and code in ("en", "multilingual")
            )
        )
    for match in hits:
        _blank(sentence, match.start(), match.end(), _is_negated(sentence, match))


def _pairs(sentence: Sentence) -> None:
    """'en-de translation': the codes of two languages."""
    if "translat" not in sentence.left:
        return
    titles = language_titles()
    for match in re.finditer(r"(?<![\w-])([a-z]{2})(?:-|->|→| to )([a-z]{2})(?![\w-])", sentence.left):
        if match[1] in titles and match[2] in titles and match[1] != match[2]:
            _blank(sentence, match.start(), match.end(), negated=False)
            for code in match.groups():
                sentence.found.append(Condition("language", ":", (code,), text=titles[code]))


def _houses(sentence: Sentence, known: Known) -> None:
    """'by Meta', "Google's": those whom one need not introduce by 'made'."""
    for pattern, names in _table("publishers").items():
        for match in re.finditer(
            rf"\b(?:(?:made |published |released )?(?:by|from) (?:{pattern})|(?:{pattern})'s)\b", sentence.left
        ):
            meant = tuple(sorted(value for value in known.publishers if value in names))
            negated = _is_negated(sentence, match)
            if meant:
                house = re.sub(r"^(?:made |published |released )?(?:by|from) |'s$", "", match[0]).title()
                text = f"{'not ' if negated else ''}by {house}"
                sentence.found.append(Condition("publisher", "-" if negated else ":", meant, text=text))
                _blank(sentence, match.start(), match.end(), negated)


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
