"""What a card should say, why, and how much of it a card says: the form of the editor and its meter of completeness.

The fields are those that the Hugging Face Hub reads from front matter; the sections those of its annotated model card
and of Datasheets for Datasets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from .. import wire
from ..names import RepoKind
from .cards import Card, summary

_EMPTY_TEXT = re.compile(r"\[more information needed\]|<!--.*?-->|\btodo\b\.?", re.IGNORECASE | re.DOTALL)
_HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*#*\s*$", re.MULTILINE)
_FENCE = re.compile(r"^(```|~~~).*?(^\1|\Z)", re.MULTILINE | re.DOTALL)


def _field(  # noqa: PLR0913 -- options by keyword
    name: str,
    title: str,
    why: str,
    *,
    weight: int = 1,
    kind: wire.CardFieldKind = "text",
    choices: wire.CardChoices | None = None,
    hint: str = "",
) -> wire.CardField:
    return wire.CardField(name=name, title=title, why=why, weight=weight, kind=kind, choices=choices, hint=hint)


def _section(name: str, title: str, why: str, weight: int, titles: str) -> tuple[wire.CardSection, re.Pattern[str]]:
    return wire.CardSection(name=name, title=title, why=why, weight=weight), re.compile(titles)


_LICENSE = _field(
    "license",
    "Licence",
    "Without a licence nobody may use it.",
    weight=3,
    choices="licenses",
    hint="An SPDX identifier, as in apache-2.0; 'other' with license_name and license_link for a licence of its own.",
)
_TAGS = _field("tags", "Tags", "Further words by which it is found.", kind="list", hint="One word or phrase each.")
_LANGUAGE = _field(
    "language",
    "Languages",
    "Who looks for something that understands French finds it.",
    weight=2,
    kind="list",
    choices="languages",
    hint="Codes, as in fr; leave it out where there is no language in it.",
)
_MODEL_FIELDS = (
    _LICENSE,
    _field("pipeline_tag", "Task", "The first thing by which people search.", weight=3, choices="tasks"),
    _field("library_name", "Library", "Tells what it is loaded with.", weight=2, choices="libraries"),
    _LANGUAGE,
    _field(
        "datasets",
        "Data sets it learned from",
        "Who judges bias, rights and overlap with test data needs to know.",
        weight=3,
        kind="list",
        choices="datasets",
        hint="Names of data sets of this hub, or of Hugging Face.",
    ),
    _field(
        "base_model",
        "Base model",
        "Ties it to the model that it was made of; leave it out where it was trained from the start.",
        kind="list",
        choices="models",
    ),
    _TAGS,
    _field(
        "model-index",
        "Results",
        "Numbers with data set and split tell whether it is better than another.",
        weight=3,
        kind="object",
    ),
    _field(
        "co2_eq_emissions",
        "Emissions of training",
        "Grams of CO₂, estimated or measured; readers compare costs.",
        kind="object",
        hint="emissions in grams, source, hardware_used, geographical_location.",
    ),
)
_DATASET_FIELDS = (
    _LICENSE,
    _field("task_categories", "Tasks", "What it can be used for.", weight=3, kind="list", choices="tasks"),
    _LANGUAGE,
    _field("size_categories", "Size", "Tells whether it fits.", kind="list", hint="As in 10K<n<100K."),
    _field("pretty_name", "Title", "A name for people."),
    _TAGS,
)
_SPACE_FIELDS = (
    _field("title", "Title", "A name for people.", weight=2),
    _field("sdk", "SDK", "Tells how it is started.", weight=2, hint="gradio, streamlit, docker or static."),
    _LICENSE,
    _TAGS,
)
FIELDS: Mapping[RepoKind, tuple[wire.CardField, ...]] = {
    "model": _MODEL_FIELDS,
    "dataset": _DATASET_FIELDS,
    "space": _SPACE_FIELDS,
}
_SECTIONS: Mapping[RepoKind, tuple[tuple[wire.CardSection, re.Pattern[str]], ...]] = {
    "model": (
        _section(
            "uses",
            "Intended uses",
            "What it was made for, and what not.",
            2,
            r"(direct |intended |downstream )?(uses?|usage)( cases?)?( (and|&) limitations?)?|out[- ]of[- ]scope use",
        ),
        _section(
            "limitations",
            "Limitations and bias",
            "Where it fails, and for whom; the law asks for it in some uses.",
            3,
            r".*\b(limitations?|bias(es)?|risks?)\b.*",
        ),
        _section(
            "start",
            "How to use",
            "A few lines that run spare everybody an hour.",
            2,
            r"how to (use|get started)( .*)?|usage|use|use it|quick ?start|getting started|load(ing)? .*",
        ),
        _section(
            "training",
            "Training",
            "Parameters, hardware and time, without which nobody can make it again.",
            2,
            r"training( .*)?|fine[- ]?tuning( .*)?|how it was made",
        ),
        _section(
            "evaluation",
            "Evaluation",
            "On what and how the numbers were measured.",
            2,
            r"evaluation( .*)?|results?|performance|benchmarks?|metrics",
        ),
    ),
    "dataset": (
        _section(
            "content",
            "Content",
            "What a row is, and what its columns mean.",
            3,
            r"(dataset )?(structure|content|fields|data fields|schema|columns).*",
        ),
        _section(
            "origin",
            "Origin",
            "Where it comes from and how it was collected.",
            3,
            r"(dataset |data )?(creation|source|origin|collection|curation).*",
        ),
        _section(
            "limitations",
            "Limitations and bias",
            "Whom it leaves out.",
            2,
            r".*\b(limitations?|bias(es)?|risks?|considerations?)\b.*",
        ),
        _section(
            "personal",
            "Personal data",
            "Whether there is any, and with what consent.",
            2,
            r".*(personal|sensitive|privacy).*",
        ),
    ),
    "space": (),
}


def form(kind: RepoKind) -> wire.CardForm:
    """The fields and sections that a card of *kind* may have."""
    return wire.CardForm(kind=kind, fields=list(FIELDS[kind]), sections=[section for section, _ in _SECTIONS[kind]])


def completeness(kind: RepoKind, card: Card) -> wire.CardCompleteness:
    """How much of what readers need stands in *card*, and what is missing, the most important first.

    The score is the share of the weights of what is there, 0 to 1.
    """
    wanted = list(_wanted(kind, card))
    missing = [
        wire.CardGap(name=name, title=title, why=why, weight=weight)
        for name, title, why, weight, there in wanted
        if not there
    ]
    total = sum(weight for *_, weight, _ in wanted)
    gone = sum(gap.weight for gap in missing)
    return wire.CardCompleteness(
        score=round(1 - gone / total, 4) if total else 1.0,
        missing=sorted(missing, key=lambda gap: -gap.weight),
    )


def _wanted(kind: RepoKind, card: Card) -> Iterator[tuple[str, str, str, int, bool]]:
    """Name, title, reason and weight of each thing that a card should say, and whether it does."""
    yield (
        "summary",
        "First sentence",
        "Lists and search show it under the name.",
        3,
        bool(summary(_said(card.markdown))),
    )
    task = card.metadata.get("pipeline_tag")
    for field in FIELDS[kind]:
        if field.name in ("base_model", "pretty_name", "co2_eq_emissions") and not card.metadata.get(field.name):
            continue  # not everything has one
        if field.name == "language" and not _speaks(kind, task):
            continue
        yield field.name, field.title, field.why, field.weight, card.metadata.get(field.name) not in (None, "", [], {})
    headings = _headings(card.markdown)
    for section, titles in _SECTIONS[kind]:
        there = any(titles.fullmatch(title) for title in headings)
        yield section.name, section.title, section.why, section.weight, there


@lru_cache(maxsize=256)
def _speaks(kind: RepoKind, task: object) -> bool:
    """Does what it works on have a language?"""
    words = (
        "text",
        "token",
        "question",
        "translation",
        "summarization",
        "speech",
        "fill-mask",
        "sentence",
        "audio",
        "conversation",
    )
    return kind == "dataset" or (isinstance(task, str) and any(word in task for word in words))


def _headings(markdown: str) -> set[str]:
    """The headings under which something stands, in small letters."""
    text = _FENCE.sub("code\n", markdown[:500_000])
    found = list(_HEADING.finditer(text))
    ends = [*(heading.start() for heading in found[1:]), len(text)]
    filled: set[str] = set()
    above: list[tuple[int, str]] = []
    for heading, end in zip(found, ends, strict=False):
        level, title = len(heading[1]), heading[2].strip(" *_:").lower()
        above = [(higher, name) for higher, name in above if higher < level] + [(level, title)]
        if _said(text[heading.end() : end]).strip():
            filled.update(name for _, name in above)
    return filled


def _said(text: str) -> str:
    """*text* without what stands there only until somebody writes."""
    return _EMPTY_TEXT.sub("", text)
