"""The facts of all documents in memory, by column: what constraints and signals are computed from."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from ..names import RepoKind
from .documents import HUB, Document
from .listed import Listed, Segment
from .measured import Measured
from .taxonomy import canonical, modality_of
from .text import words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .listed import Numbers
    from .snapshot import Arrays, Words

    Bools = NDArray[np.bool_]
    Floats = NDArray[np.float32]
    Slots = NDArray[np.int64]

NUMBERS = (
    "parameters",
    "size",
    "downloads",
    "likes",
    "updated",
    "quality",
    "derived",
    "evidence",
    "name_length",
    "praise",
    "stars",
)
_SEGMENT = ("text", "text_ends", "slots", "slot_ends")
MOST_TASKS = 60_000
MOST_AT_FIRST = 1024
DOUBT = 3
"""So many reviews count half."""
_TRUST = {"caution": 0.8, "unsafe": 0.2}
"""Of what the scan found in the files."""
_PLAIN = re.compile(r"[^a-z0-9]+")


def plain(text: str) -> str:
    """*text* as names are compared: letters and digits only."""
    return _PLAIN.sub("", text.lower())


class Facts(msgspec.Struct, array_like=True, frozen=True):
    """What columns hold of one document; stored beside it, so that opening does not work it out again."""

    task: str | None
    private_to: str | None
    numbers: tuple[float | None, ...]
    """In the order of `NUMBERS`."""
    terms: tuple[str, ...]
    """``field:value``."""
    metrics: tuple[tuple[str, float], ...]
    namespace: str = ""
    """Of a private repo: its members see it, too."""
    repo: str = ""
    """`RepoId.key` of a private repo: those with whom it is shared see it, too."""


def facts_of(document: Document) -> Facts:
    """The facts of *document*."""
    numbers = _numbers(document)
    return Facts(
        document.task,
        document.owner if document.private else None,
        tuple(numbers.get(name) for name in NUMBERS),
        tuple(dict.fromkeys(f"{field}:{value}" for field, value in _terms(document) if value)),
        tuple((plain(name), value) for name, value, _ in document.metrics),
        document.namespace if document.private else "",
        f"{document.kind}:{document.id}".lower() if document.private else "",
    )


class Columns:
    """Facts by slot: numbers as arrays with NaN for unknown, words as lists of slots."""

    def __init__(self, capacity: int = 1024) -> None:
        self.alive = np.zeros(capacity, np.bool_)
        self.numbers = {name: np.full(capacity, np.nan, np.float32) for name in NUMBERS}
        self.renown = np.zeros(capacity, np.float32)
        """How well known each document is where nobody counts downloads, as it was worked out last."""
        self._tasks = np.zeros(capacity, np.uint16)
        self._task_names: list[str] = [""]
        self._task_codes: dict[str, int] = {"": 0}
        self._listed = Listed()
        self._telling: dict[str, Bools] = {}
        """Answers of `known`, until something changes."""
        self._private: dict[int, tuple[str, str, str]] = {}
        self._measured = Measured()

    def load(self, rows: Sequence[tuple[int, Facts]]) -> None:
        """Add documents, each in a slot that was never used."""
        if not rows:
            return
        self._telling.clear()
        self._grow(max(slot for slot, _ in rows))
        slots = np.array([slot for slot, _ in rows])
        self.alive[slots] = True
        table = np.array([facts.numbers for _, facts in rows], np.float32)
        for column, name in enumerate(NUMBERS):
            self.numbers[name][slots] = table[:, column]
        for slot, facts in rows:
            self._add(slot, facts)
        self._listed.settle()

    def _add(self, slot: int, facts: Facts) -> None:
        if facts.task is not None:
            self._tasks[slot] = self._task_code(facts.task)
        if facts.private_to is not None:
            self._private[slot] = (facts.namespace, facts.private_to, facts.repo)
        for term in facts.terms:
            self._listed.add(term, slot)
        for metric, result in facts.metrics:
            self._measured.add(metric, slot, result)

    def _task_code(self, task: str) -> int:
        if task not in self._task_codes:
            if len(self._task_names) == MOST_TASKS:  # a catalogue of nonsense
                return 0
            self._task_codes[task] = len(self._task_names)
            self._task_names.append(task)
        return self._task_codes[task]

    def task(self, slot: int) -> str | None:
        """The task of a document, if it tells one."""
        return self._task_names[self._tasks[slot]] or None

    def tasks_of(self, slots: Numbers | Slots, worth: Floats | None = None) -> dict[str, float]:
        """How many of *slots* do each task, or what these are *worth* together; who tells none is not counted."""
        counts = np.bincount(self._tasks[slots], weights=worth)
        return {self._task_names[at]: float(counts[at]) for at in np.flatnonzero(counts) if at}

    def by_task(self, worth: Mapping[str, float]) -> Floats:
        """What the task of each document is *worth*, as it is written or in its one spelling."""
        names = [(name, canonical(name) or "") for name in self._task_names]
        table = np.array([max(worth.get(name, 0.0), worth.get(one, 0.0)) for name, one in names], np.float32)
        return table[self._tasks]

    def drop(self, slot: int) -> None:
        """Forget a document."""
        if slot < len(self.alive):
            self.alive[slot] = False
            self._tasks[slot] = 0
            self._private.pop(slot, None)

    def visible(self, sees: Callable[[str, str], bool], shared: Collection[str] = ()) -> Bools:
        """Which documents a reader may know of who *sees* private ones by namespace and owner, and *shared* ones."""
        seen = self.alive.copy()
        whose = {(namespace, owner) for namespace, owner, _ in self._private.values()}
        hidden = {each for each in whose if not sees(*each)}
        for slot, (namespace, owner, repo) in self._private.items():
            if (namespace, owner) in hidden and repo not in shared:
                seen[slot] = False
        return seen

    def of_kind(self, kind: RepoKind) -> Bools:
        """Which documents are of a kind; models are the bulk, so the others are listed."""
        if kind == "model":
            return ~self.having("kind", "dataset", "space")
        return self.having("kind", kind)

    def having(self, field: str, *values: str) -> Bools:
        """Which documents have one of *values* in *field*."""
        found = np.zeros(len(self.alive), np.bool_)
        for value in values:
            found[self.slots(field, value)] = True
        return found

    def slots(self, field: str, value: str) -> Numbers:
        """The slots of documents that have *value* in *field*, or had."""
        return self._listed.of(f"{field}:{value}")

    def known(self, field: str) -> Bools:
        """Which documents say anything in *field*."""
        if field not in self._telling:
            self._telling[field] = self.having(field, *self.values(field))
        return self._telling[field]

    def values(self, field: str) -> set[str]:
        """What documents say in *field*."""
        return self._listed.values(field)

    def said(self, field: str) -> tuple[Numbers, Numbers]:
        """Each time that a document says something in *field*: a number for what it says, and its slot."""
        return self._listed.said(field)

    def counted(self, field: str, among: Bools) -> dict[str, int]:
        """How many documents *among* the given have each value of *field*."""
        return {
            value: int(np.count_nonzero(among[self._listed.of(f"{field}:{value}")])) for value in self.values(field)
        }

    def has(self, field: str, value: str) -> bool:
        """Whether any document says *value* in *field*."""
        return self._listed.has(field, value)

    def begun(self, field: str, begun: str) -> Iterator[str]:
        """What documents say in *field* that begins with *begun*."""
        return self._listed.begun(field, begun)

    def highest(self, metric: str) -> Floats:
        """The highest value of a metric, by slot; percents are fractions."""
        return self._measured.best(metric, len(self.alive), np.fmax)

    def lowest(self, metric: str) -> Floats:
        """The lowest value of a metric, by slot, which is the best error rate."""
        return self._measured.best(metric, len(self.alive), np.fmin)

    def parts(self, end: int) -> tuple[dict[str, Any], Arrays]:
        """Words and arrays that `restore` takes, of the slots below *end*."""
        metrics, arrays = self._measured.parts()
        segments = self._listed.parts()
        for at, segment in enumerate(segments):
            arrays |= {f"terms{at}_{part}": getattr(segment, part) for part in _SEGMENT}
        words = {
            "term_segments": len(segments),
            "task_names": self._task_names,
            "private": self._private,
            "metrics": metrics,
        }
        arrays |= {"alive": self.alive[:end], "tasks": self._tasks[:end], "renown": self.renown[:end]}
        return words, arrays | {f"number_{name}": values[:end] for name, values in self.numbers.items()}

    def restore(self, words: Words, arrays: Arrays) -> None:
        """Take what `parts` gave in place of what is here."""
        self._telling.clear()
        parts = [[arrays[f"terms{at}_{part}"] for part in _SEGMENT] for at in range(words.term_segments)]
        self._listed = Listed(Segment(*each) for each in parts)
        self._task_names = list(words.task_names)
        self._task_codes = {task: code for code, task in enumerate(words.task_names)}
        self._private = dict(words.private)
        self._measured = Measured.of(words.metrics, arrays)
        self.alive, self._tasks, self.renown = arrays["alive"], arrays["tasks"], arrays["renown"]
        self.numbers = {name: arrays[f"number_{name}"] for name in NUMBERS}

    def _grow(self, slot: int) -> None:
        if slot < len(self.alive):
            return
        more = max(slot + 1, len(self.alive) * 5 // 4, MOST_AT_FIRST) - len(self.alive)
        self.alive = np.concatenate([self.alive, np.zeros(more, np.bool_)])
        self._tasks = np.concatenate([self._tasks, np.zeros(more, np.uint16)])
        self.renown = np.concatenate([self.renown, np.zeros(more, np.float32)])
        for name, numbers in self.numbers.items():
            self.numbers[name] = np.concatenate([numbers, np.full(more, np.nan, np.float32)])


def _numbers(document: Document) -> dict[str, float]:
    known = {
        "parameters": document.parameters,
        "size": document.size_bytes,
        "updated": document.updated.timestamp() / 86400 if document.updated else None,
        "stars": document.stars,
    }
    return {
        "downloads": document.downloads,
        "likes": document.likes,
        "quality": quality(document),
        "derived": float(is_derived(document)),
        "evidence": (bool(document.metrics) + bool(document.datasets)) / 2,
        "name_length": min(len(document.name), 80) / 40,
        "praise": praise(document),
        **{name: number for name, number in known.items() if number is not None},
    }


def quality(document: Document) -> float:
    """How much is told and how much others trust it, 0 to 1: completeness, downloads and likes damped by age."""
    told = (document.summary, document.task, document.license, document.datasets, document.metrics, document.library)
    age = max(0.0, (datetime.now(UTC) - document.updated).days / 365) if document.updated else 4.0
    reach = math.log1p(document.downloads) / math.log(1e8) + math.log1p(document.likes) / math.log(1e4)
    whole = 0.4 * sum(map(bool, told)) / len(told) + 0.6 * min(1.0, reach * (1 - min(age, 8.0) / 32))
    return whole * _TRUST.get(document.safety or "", 1.0)


def praise(document: Document) -> float:
    """What reviewers say, -1 to 1; a few reviews say little, none say nothing."""
    if not document.reviews or document.stars is None:
        return 0.0
    return (document.stars - 3) / 2 * document.reviews / (document.reviews + DOUBT)


def is_derived(document: Document) -> bool:
    """Whether it is somebody's fine-tune, adapter or quantised copy of another model."""
    marks = {
        "generated_from_trainer",
        "generated-from-trainer",
        "quantized",
        "adapter",
        "lora",
        "finetuned",
        "autotrain",
    }
    name = document.name.lower()
    return bool(document.base_model) or bool(marks & set(document.tags)) or "finetun" in name or "fine-tun" in name


def _terms(document: Document) -> Iterable[tuple[str, str | None]]:
    task = canonical(document.task)
    return [
        ("task", document.task),
        ("task", task),
        ("modality", modality_of(task)),
        ("library", document.library),
        ("license", document.license),
        ("source", document.source),
        ("owner", document.owner or None),
        ("publisher", plain(document.namespace) or None),
        *(("language", language.lower()) for language in document.languages),
        *(("dataset", plain(dataset)) for dataset in document.datasets),
        *(("dataset", plain(dataset)) for _, _, dataset in document.metrics if dataset),
        *(("tag", tag.lower()) for tag in document.tags),
        *(("word", word) for word in words(f"{document.name} {document.architecture or ''}")),
        ("kind", None if document.kind == "model" else document.kind),
        ("dtype", document.dtype.lower() if document.dtype else None),
        ("architecture", plain(document.architecture) if document.architecture else None),
        ("base", None if document.source == HUB else ("derived" if is_derived(document) else "original")),
    ]
