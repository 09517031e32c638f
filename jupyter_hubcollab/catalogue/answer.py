"""From a question to an answer: read it, find candidates, weigh them, say why."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from .. import wire
from ..access import Actor
from ..names import RepoKind
from .alternatives import alternatives
from .conditions import Condition
from .documents import HUB, Document
from .filters import MET, allowed, marks
from .folding import folded
from .intent import Around, guesses, unless_doubted
from .namesakes import namesakes, nearly_namesakes
from .query import Query, alike, names_a_task, understand
from .rank import CLEAR, MOST_DOWNLOADS, Evidence, Weights, scored
from .reasons import hit, unheard
from .taxonomy import title_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .filters import Marks
    from .index import Index
    from .meaning import Meant

    Floats = NDArray[np.float32]
    Slots = NDArray[np.int64]
    Bools = NDArray[np.bool_]

NEAREST = 500
MATCHED = 500
POPULAR = 300
WEIGHTS = Weights()
FAR = 0.2
"""Cosine below which a model without a common word is no answer."""
SURE = 0.05
FEW = 50
SHORT = 3
SHORTEST_BEGUN = 3
OWN = 2.0
"""What it counts that a repo of this hub is about what is asked for, times how much it is: own work comes first."""
CALLED_SO = 4.0
"""What it counts to be called just as the question says: more than any likeness."""
BEST_KNOWN = 2.0
"""And among several that are: to be the one that most download."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and who asks it."""

    actor: Actor
    text: str
    limit: int
    source: str | None
    without: frozenset[str]
    sees: Callable[[str, str], bool]
    """May the one who asks know of a private model, by namespace and owner?"""
    kind: RepoKind = "model"
    shared: Collection[str] = ()
    """Private repos that are shared with the one who asks, as `RepoId.key`."""
    like: Document | None = None
    """A repo to find others like it; then *text* says what they must be besides."""


@dataclass(frozen=True, slots=True)
class Fit:
    """Which documents violate no condition, and how many each is known to meet."""

    fit: Bools
    met: Floats


@dataclass(frozen=True, slots=True)
class Ranked:
    """Candidates, best first."""

    query: Query
    conditions: list[tuple[Condition, Marks]]
    slots: Slots
    scores: Floats
    evidence: Evidence
    tasks: list[tuple[str, float]]

    def score_of(self, slot: int) -> float:
        """The score of one of them."""
        return float(self.scores[self.slots == slot][0])

    def renown_of(self, slot: int) -> float:
        """How well known one of them is; 0 where downloads tell that."""
        return float(self.evidence.renown[self.evidence.slots == slot].max(initial=0.0))

    def nearness_of(self, slot: int) -> float:
        """How near one of them is in meaning; 0 where that is not known."""
        return float(self.evidence.meaning[self.evidence.slots == slot].max(initial=0.0))


def answer(index: Index, asked: Asked, took_ms: Callable[[], float]) -> wire.SearchReply:
    """The reply to *asked*."""
    with index.lock:
        ranked = rank(index, asked)
        told = [word for word, _ in index.telling(ranked.query.words)]
        shown = folded([(slot, index.store.document(slot)) for slot in ranked.slots[: 3 * asked.limit].tolist()])
        return wire.SearchReply(
            query=asked.text,
            hits=[hit(each, ranked, told, asked.actor) for each in shown[: asked.limit]],
            constraints=[
                *_told(ranked, asked),
                *(() if asked.like or not shown else unheard(index, ranked.query.topic, asked.without)),
            ],
            total=len(ranked.slots),
            took_ms=took_ms(),
            meaning=None,
        )


def rank(index: Index, asked: Asked, weights: Weights = WEIGHTS) -> Ranked:
    """All candidates for *asked*, best first."""
    query = understand(asked.text, index.known(), without=asked.without)
    if asked.like is not None:
        query = alike(asked.like, query, asked.without)
    visible = index.columns.visible(asked.sees, asked.shared) & index.columns.of_kind(asked.kind)
    if asked.source is not None:
        visible &= index.columns.having("source", asked.source)
    if asked.like is not None:
        if (itself := index.slot(asked.like)) is not None:
            visible[itself] = False
    elif not asked.text:
        return _newest(index, query, visible)
    meant = index.meaning(query.topic)
    vector = meant.near
    if asked.like is None:
        query = unless_doubted(query, meant, index.intent)
    conditions = [(condition, marks(condition, index.columns)) for condition in query.conditions]
    possible, met = allowed(conditions, visible), _met(conditions, visible)
    fit = _likely_to_fit(possible, met, conditions)
    slots = np.flatnonzero(fit)
    near = index.vectors.nearest(vector, slots, NEAREST) if vector is not None else slots[:0]
    called_so = _called_so(index, asked, query, fit)
    matched = index.postings.scores(_looked_for(index, query), len(index.columns.alive))
    around = Around(visible, near, matched, narrowed=asked.source is not None)
    tasks = _of_namesakes(index, called_so) or (guesses(query, meant, around, index) if query.topic else [])
    conditions = _with_guess(conditions, tasks, index, asked.without)
    around = replace(around, near=np.union1d(near, called_so))
    fit |= _of_the_task(possible, tasks, index)
    evidence = _evidence(index, query, meant, Fit(fit, met), around, tasks)
    scores = scored(evidence, index.columns, conditions, weights)
    scores = scores + _apart(index, evidence, called_so)
    order = np.argsort(-scores, kind="stable")
    if query.topic:  # who names conditions alone is answered by all that may meet them
        order = order[_is_answer(evidence, conditions)[order]]
    return Ranked(query, conditions, evidence.slots[order], scores[order], evidence, tasks)


def _apart(index: Index, evidence: Evidence, called_so: Slots) -> Floats:
    """What counts besides `scored`: to be called just so, and to be the own team's work about the same."""
    own = index.columns.having("source", HUB)[evidence.slots]
    about = np.maximum(evidence.words, evidence.meaning)
    known = np.log1p(index.columns.numbers["downloads"][evidence.slots]) / MOST_DOWNLOADS
    named = np.isin(evidence.slots, called_so) * (CALLED_SO + BEST_KNOWN * known)
    return (named + OWN * own * about).astype(np.float32)


def _called_so(index: Index, asked: Asked, query: Query, fit: Bools) -> Slots:
    """Those of *fit* whose name or id is the question; who says what to do ('translation') asks for no name."""
    if asked.like is not None or names_a_task(asked.text):
        return np.zeros(0, np.int64)
    same = namesakes(index, asked.text, query.words, among=fit, kind=asked.kind)
    if len(same) or query.mentioned:
        return same
    return nearly_namesakes(index, asked.text, query.words, among=fit)


def _of_namesakes(index: Index, called_so: Slots) -> list[tuple[str, float]]:
    """The tasks of what is called as the question says, the most common first."""
    tasks = [document.task for document in index.store.documents(called_so.tolist()).values() if document.task]
    return [(task, tasks.count(task) / len(tasks)) for task in sorted(set(tasks), key=lambda one: -tasks.count(one))]


def _met(conditions: list[tuple[Condition, Marks]], visible: Bools) -> Floats:
    """How many of the conditions that were meant each document is known to meet."""
    met = np.zeros(len(visible), np.float32)
    for condition, found in conditions:
        if not condition.guessed:
            met += found == MET
    return met


def _likely_to_fit(fit: Bools, met: Floats, conditions: list[tuple[Condition, Marks]]) -> Bools:
    """Those of *fit* that are known to meet every condition, if they are enough: the others rank below them all."""
    sure = fit & (met == sum(not condition.guessed for condition, _ in conditions))
    return sure if np.count_nonzero(sure) >= NEAREST else fit.copy()


def _of_the_task(fit: Bools, tasks: list[tuple[str, float]], index: Index) -> Bools:
    """Those of *fit* that do what is asked for, if that is clear: of them the facts may be unknown."""
    if not tasks or tasks[0][1] < CLEAR:
        return np.zeros(len(fit), np.bool_)
    return fit & index.columns.having("task", tasks[0][0])


def _newest(index: Index, query: Query, visible: Bools) -> Ranked:
    slots = np.flatnonzero(visible)
    updated = np.nan_to_num(index.columns.numbers["updated"][slots])
    order = np.argsort(-updated, kind="stable")
    nothing = np.zeros(len(slots), np.float32)
    return Ranked(query, [], slots[order], nothing, Evidence(slots, *[nothing] * 5), [])


def _with_guess(
    conditions: list[tuple[Condition, Marks]], tasks: list[tuple[str, float]], index: Index, without: frozenset[str]
) -> list[tuple[Condition, Marks]]:
    """The conditions and the likeliest task as a preference that one can change, unless the task was said."""
    if any(condition.field == "task" for condition, _ in conditions):
        return [(_or_else(condition, tasks), found) for condition, found in conditions]
    if not tasks:
        return conditions
    others = tuple(f"task:{id}" for id, _ in tasks[1:4])
    guess = Condition("task", ":", (tasks[0][0],), text=title_of(tasks[0][0]), guessed=True, alternatives=others)
    if guess.key in without:
        return conditions
    return [*conditions, (guess, marks(guess, index.columns))]


def _or_else(condition: Condition, tasks: list[tuple[str, float]]) -> Condition:
    """A task that was said, with what else may be meant."""
    if condition.field != "task" or condition.op != ":":
        return condition
    others = [f"task:{id}" for id, _ in tasks if id not in condition.values]
    return replace(condition, alternatives=tuple(dict.fromkeys([*others, *condition.alternatives]))[:3])


def _evidence(
    index: Index, query: Query, meant: Meant, fit: Fit, around: Around, tasks: list[tuple[str, float]]
) -> Evidence:
    columns = index.columns
    telling = index.telling(query.words)
    likely = columns.by_task(dict(tasks))
    slots = _candidates(fit, around.near, around.matched, likely, columns.numbers["quality"])
    names, whole = np.zeros(len(columns.alive), np.float32), sum(weight for _, weight in telling) or 1.0
    for word, weight in telling:
        names[columns.slots("word", word)] += np.float32(weight / whole)
    found = around.matched[slots]
    return Evidence(
        slots,
        meant.nearness(index.vectors, slots),
        found / max(float(found.max(initial=0.0)), 1e-9),
        names[slots],
        likely[slots],
        columns.renown[slots],
    )


def _looked_for(index: Index, query: Query) -> list[tuple[str, float]]:
    """The words to look for, each with how much it tells."""
    typed = _half_typed(query)
    return [*index.telling(query.words), *(index.continued(typed) if typed else ())]


def _half_typed(query: Query) -> str:
    """The last word of a short question, which may not be finished."""
    last = query.text.lower().split(" ")[-1]
    return last if len(query.words) <= SHORT and len(last) >= SHORTEST_BEGUN and last.isalnum() else ""


def _candidates(fit: Fit, near: Slots, matched: Floats, likely: Floats, quality: Floats) -> Slots:
    slots = np.flatnonzero(fit.fit)
    if len(slots) <= NEAREST:
        return slots
    mentioned, promising = np.flatnonzero(fit.fit & (matched > 0)), np.flatnonzero(fit.fit & (likely > SURE))
    fitting = np.flatnonzero(fit.fit & (fit.met > 0))
    lexical = _best(mentioned, matched[mentioned], MATCHED)
    popular = _best(promising, likely[promising] + np.nan_to_num(quality[promising]), POPULAR)
    known = _best(fitting, fit.met[fitting] + likely[fitting] + np.nan_to_num(quality[fitting]), NEAREST)
    chosen = np.unique(np.concatenate([near, lexical, popular, known]))
    if len(chosen) >= FEW:
        return chosen
    return np.unique(np.concatenate([chosen, _best(slots, np.nan_to_num(quality[slots]), NEAREST)]))


def _best(slots: Slots, worth: Floats, most: int) -> Slots:
    return slots if len(slots) <= most else slots[np.argpartition(-worth, most)[:most]]


def _is_answer(evidence: Evidence, conditions: list[tuple[Condition, Marks]]) -> Bools:
    answers = (evidence.words > 0) | (evidence.meaning > FAR) | (evidence.task > SURE)
    for condition, found in conditions:
        if not condition.guessed:
            answers |= found[evidence.slots] == MET
    return answers


def _told(ranked: Ranked, asked: Asked) -> list[wire.Constraint]:
    """The conditions; a task that is only guessed from words and that nothing has is no news to anybody."""
    told = [_shown(condition, found, ranked.slots) for condition, found in ranked.conditions]
    return [one for one in told if asked.like or one.met or not one.guessed or one.field != "task"]


def _shown(condition: Condition, found: Marks, slots: Slots) -> wire.Constraint:
    others = alternatives(condition)
    return wire.Constraint(
        key=condition.key,
        field=condition.field,
        text=condition.text,
        met=bool((found[slots] == MET).any()),
        guessed=condition.guessed,
        alternatives=[one.key for one in others],
        spoken=[one.text for one in others],
    )
