"""A sentence understood: what to look for, and what the model must be."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from .conditions import Condition
from .documents import Document, clean, passage
from .foreign import in_english, needs
from .reading import Sentence, read_numbers
from .taxonomy import tasks, title_of
from .terms import Known, read_filters, read_terms
from .text import STOP, stem, telling_words

LONGEST_QUERY = 1_000
"""Characters that are read; a longer question tells no more and would take longer."""

MOST_WORDS = 40
_UNWANTED = re.compile(
    r"\b(?:but not|not based on|not for|not about|not an?|not the|anything but|other than|except(?: for)?|"
    r"without(?: any)?|no)\s+(?:for\s+|an?\s+|the\s+)?(?P<word>[a-z][\w-]{1,30})|"
    r"\bnot\s+(?P<kind>[a-z][\w-]{2,30}[ -]based|distilled|quanti[sz]ed)\b|"
    r"(?:^|[,;(]\s*|\bbut\s+)not\s+(?P<alone>[a-z][\w-]{1,30})(?=\s*(?:[,;.)]|$)|\s+(?:please|and|or|but|under|with|for|in)\b)"
)
_BASED = re.compile(r"[ -]based$")
_JOINING = frozenset(map(stem, ("licensed", "license", "under", "released", "published", "updated", "size")))
"""What stands beside conditions and says nothing alone."""
_PLAIN_TASK_QUESTION = 14
"""In a sentence of at most so many words the name of a task is meant as one."""


@dataclass(frozen=True, slots=True)
class Query:
    """A sentence, read."""

    text: str
    """As it was asked, cleaned."""
    topic: str
    """What is left when the conditions are taken out; its meaning is compared."""
    words: tuple[str, ...]
    """The telling words of the topic, without endings."""
    conditions: tuple[Condition, ...]
    mentioned: tuple[str, ...]
    """Tasks that the sentence names by a synonym, the most telling first."""
    named: Condition | None = None
    """The one of the conditions that stands there by its task's name alone, and may be about something else."""


def understand(text: str, known: Known, *, without: Collection[str] = (), today: datetime | None = None) -> Query:
    """Read *text*; conditions whose key is in *without* are left out."""
    asked = clean(text, LONGEST_QUERY)
    written = in_english(asked.lower())
    sentence = Sentence(written, today) if today else Sentence(written)
    read_filters(sentence)
    read_numbers(sentence)
    read_terms(sentence, known)
    _unwanted_words(sentence, known)
    topic = re.sub(r"\s+", " ", sentence.left.replace(" , ", " ")).strip(" ,.;")
    if sentence.found and not set(telling_words(topic)) - _JOINING:
        topic = ""  # of "at least 1000 downloads and Dutch" only "and" is left
    mentioned = _mentioned(topic)
    named = _stated_task(topic, sentence.found, mentioned)
    found = [*sentence.found, *([named] if named else [])]
    unique = {condition.key: condition for condition in found if condition.key not in without}
    own = telling_words(needs(asked.lower())) if written != asked.lower() else []
    words = dict.fromkeys([*telling_words(topic)[:MOST_WORDS], *_pair(mentioned, sentence.found), *own[:MOST_WORDS]])
    kept = named if named and named.key in unique else None
    return Query(asked, topic, tuple(words), tuple(unique.values()), mentioned, kept)


def alike(document: Document, also: Query, without: Collection[str] = ()) -> Query:
    """The question whose best answer would be *document*, and which must meet the conditions of *also*."""
    told = telling_words(f"{document.name} {document.summary}")[:MOST_WORDS]
    stated = {condition.field for condition in also.conditions}
    same: list[Condition] = []
    if document.task and "task" not in stated:
        same.append(Condition("task", ":", (document.task,), text=title_of(document.task), guessed=True))
    if document.library and not document.id and "library" not in stated:
        same.append(Condition("library", ":", (document.library,), text=document.library, guessed=True))
    kept = [condition for condition in same if condition.key not in without]
    return Query(also.text, f"{passage(document)} {also.topic}".strip(), tuple(told), (*also.conditions, *kept), ())


def _unwanted_words(sentence: Sentence, known: Known) -> None:
    for match in sentence.take(_UNWANTED):
        written = match["word"] or match["alone"] or _BASED.sub("", match["kind"])
        # In names "gpt-2" is one word.
        word = written if stem(written) in known.name_words else written.replace("-", "")
        short = bool(match["alone"]) or len(sentence.left.split()) <= _PLAIN_TASK_QUESTION
        if word in STOP or not short or (stem(word) not in known.name_words and "not for" not in match[0]):
            sentence.left = f"{sentence.left} {written}"
            continue
        sentence.found.append(Condition("word", "-", (stem(word),), text=f"not {written}"))


def _pair(mentioned: tuple[str, ...], found: list[Condition]) -> list[str]:
    """The codes of the languages between which to translate: names of such models are made of them."""
    if "translation" not in mentioned:
        return []
    return [
        value
        for condition in found
        if condition.field == "language" and condition.op == ":"
        for value in condition.values
    ]


def _spelled(text: str) -> str:
    return " " + re.sub(r"[^\w]+", " ", text.lower()).strip() + " "


def _mentioned(topic: str) -> tuple[str, ...]:
    """Tasks whose names or synonyms stand in *topic*; longer phrases tell more."""
    best = _longest_phrases(topic)
    return tuple(sorted(best, key=lambda id: -best[id]))


@cache
def _all_phrases() -> tuple[tuple[str, int, str], ...]:
    return tuple(
        (phrase.replace("-", " "), len(phrase), task.id) for task in tasks().values() for phrase in task.phrases
    )


def names_a_task(text: str) -> bool:
    """Whether *text* says what to do and no more, as 'translation' does."""
    spelled = _spelled(text).strip()
    return any(spelled in (phrase, f"{phrase}s") for phrase, _, _ in _all_phrases())


def _longest_phrases(topic: str) -> dict[str, int]:
    spelled = _spelled(topic)
    best: dict[str, int] = {}
    for phrase, told, id in _all_phrases():
        if phrase in spelled and (f" {phrase} " in spelled or f" {phrase}s " in spelled):
            best[id] = max(best.get(id, 0), told)
    return best


def _stated_task(topic: str, found: list[Condition], mentioned: tuple[str, ...]) -> Condition | None:
    """The task, where its own name is said: 'fill-mask', 'image classification'."""
    if any(condition.field == "task" for condition in found):
        return None
    spelled = _spelled(topic)
    stated = [id for id in mentioned if any(_is_said(name, spelled) for name in _own_names(id))]
    # The longest name that stands there: 'zero-shot image classification' contains 'image classification'.
    stated.sort(key=lambda id: -len(id))
    if (
        not stated
        or stated[0] != mentioned[0]
        or len(spelled.split()) > _PLAIN_TASK_QUESTION
        or any(_overlaps(stated[0], other) for other in stated[1:])
    ):
        return None
    others = tuple(f"task:{id}" for id in mentioned if id != stated[0])[:3]
    return Condition("task", ":", (stated[0],), text=title_of(stated[0]), alternatives=others)


def _is_said(name: str, spelled: str) -> bool:
    """Whether *name* stands there as itself: 'speech translation' is another thing than 'translation'."""
    return (
        re.search(rf"(?<! speech)(?<! audio)(?<! voice)(?<! image)(?<! video) {re.escape(name)} ", spelled) is not None
    )


def _own_names(task: str) -> set[str]:
    return {task.replace("-", " "), title_of(task).lower().replace("-", " ")}


def _overlaps(longest: str, other: str) -> bool:
    """Whether *other* is a second task, not a part of the longest one's name."""
    return other.replace("-", " ") not in longest.replace("-", " ")
