"""Rankers to compare with: what hubs do today, and the usual parts of a search engine alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from benchmarks.search_measures import DEPTH, Question, Record, meets, ndcg
from jupyter_hubcollab.catalogue.index import Index
from jupyter_hubcollab.catalogue.text import telling_words

Ranker = Callable[[Question], Sequence[str]]
FUSED = 100
_WORD = re.compile(r"[a-z0-9]+")


class Peers:
    """Other rankers over the same models."""

    def __init__(self, index: Index, catalogue: Mapping[str, Record]) -> None:
        self._index = index
        self._catalogue = catalogue
        by_downloads = sorted(catalogue.values(), key=lambda record: -(record.get("downloads") or 0))
        self._popular = [(record["id"], str(record["id"]).lower(), record) for record in by_downloads]

    def all(self) -> Mapping[str, Ranker]:
        """Each ranker by its name."""
        return {
            "hub_id_search": self.id_search,
            "hub_id_search_oracle_keyword": self.oracle_keyword,
            "oracle_task_filter_by_downloads": self.oracle_task,
            "bm25": lambda question: self._ids(self._bm25(question)),
            "dense_minilm": lambda question: self._ids(self._dense(question)),
            "rrf_bm25_minilm": self.fused,
        }

    def id_search(self, question: Question) -> list[str]:
        """Models whose id has every word of the question, most downloaded first."""
        words = _WORD.findall(question.text.lower())
        return self._with(words, question)

    def oracle_keyword(self, question: Question) -> list[str]:
        """The best answer that one word of the question gives; nobody could know which."""
        answers = [
            self._with([word], question)
            for word in dict.fromkeys(_WORD.findall(question.text.lower()))
            if len(word) > 2
        ]
        return max(answers, key=lambda found: self._worth(question, found), default=[])

    def oracle_task(self, question: Question) -> list[str]:
        """What somebody sees who picks the right task and sorts by downloads."""
        task = question.predicate.get("task")
        found = (
            id for id, _, record in self._popular if record.get("task") == task and self._in_pool(record, question)
        )
        return [id for id, _ in zip(found, range(DEPTH), strict=False)]

    def fused(self, question: Question) -> list[str]:
        """BM25 and MiniLM by reciprocal ranks."""
        scores: dict[int, float] = {}
        for ranking in (self._bm25(question), self._dense(question)):
            for place, slot in enumerate(ranking[:FUSED]):
                scores[slot] = scores.get(slot, 0.0) + 1 / (60 + place)
        return self._ids(sorted(scores, key=lambda slot: -scores[slot]))

    def _with(self, words: Sequence[str], question: Question) -> list[str]:
        found = (
            id
            for id, name, record in self._popular
            if all(word in name for word in words) and self._in_pool(record, question)
        )
        return [id for id, _ in zip(found, range(DEPTH), strict=False)]

    def _worth(self, question: Question, found: Sequence[str]) -> float:
        if question.relevant and not question.leaked:
            return ndcg([id in question.relevant for id in found], len(question.relevant))
        return ndcg([meets(self._catalogue[id], question.predicate) for id in found], DEPTH)

    def _in_pool(self, record: Record, question: Question) -> bool:
        return question.pool is None or record["source"] == question.pool

    def _bm25(self, question: Question) -> list[int]:
        total = len(self._index)
        words = [(word, self._index.postings.count(word)) for word in telling_words(question.text)]
        telling = [(word, float(np.log1p(total / count))) for word, count in words if count]
        slots = np.flatnonzero(self._slots(question))
        scores = self._index.postings.scores(telling, len(self._index.columns.alive))[slots]
        best = np.argsort(-scores, kind="stable")[:FUSED]
        return [int(slot) for slot in slots[best[scores[best] > 0]]]

    def _dense(self, question: Question) -> list[int]:
        vector = self._index.meaning(question.text).near
        assert vector is not None
        slots = np.flatnonzero(self._slots(question))
        near = self._index.vectors.nearness(vector, slots)
        return [int(slot) for slot in slots[np.argsort(-near)[:FUSED]]]

    def _slots(self, question: Question) -> np.ndarray:
        columns = self._index.columns
        return columns.alive & columns.having("source", question.pool) if question.pool else columns.alive

    def _ids(self, slots: Sequence[int]) -> list[str]:
        return [self._index.store.document(slot).id for slot in slots[:DEPTH]]
