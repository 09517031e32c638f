"""How well search answers judged questions, beside other rankers.

    python -m benchmarks.search_quality --catalogue FILE --queries FILE --json OUT [--only ours] [--cross-validate]

`--only ours` leaves out the other rankers.

`ours` is asked through the service that the panel asks. The classifier of tasks that is shipped has seen the
development questions; on those, only `ours_cross_validated` is honest: there each question is answered by a
classifier that was trained without it and without any question that shares its answer.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.search_measures import Question, Row, interval, lines, measured, meets, questions, summed_up
from benchmarks.search_peers import Peers, Ranker
from benchmarks.search_training import Example, ours, train
from jupyter_hubcollab.access import Actor
from jupyter_hubcollab.catalogue.documents import of_record
from jupyter_hubcollab.catalogue.embed import MiniLm
from jupyter_hubcollab.catalogue.search import Search

ASKER = Actor("benchmark", "Benchmark")
FOLDS = 5
UNSURE = ("known_ndcg@10", "known_recall@10", "task_ndcg@10", "task_first", "task_in_three")
"""Measures whose interval is told, too."""
CACHE = Path(tempfile.gettempdir()) / "hubcollab-embeddings.sqlite"


class NoHub:
    """A hub without models."""

    def states(self, only: Any = None) -> Mapping[Any, Any]:  # noqa: ARG002 -- the interface
        """None."""
        return {}

    def document(self, repo: Any, state: Any) -> Any:  # noqa: ARG002 -- the interface
        """None."""
        raise AssertionError("there are none")

    def sees(self, actor: Any, namespace: str, owner: str) -> bool:  # noqa: ARG002 -- the interface
        """None."""
        return False

    def shared_with(self, actor: Any) -> tuple[str, ...]:  # noqa: ARG002 -- the interface
        """None."""
        return ()


class CachedMiniLm:
    """MiniLM that remembers, from one run to the next, what it has embedded."""

    id = MiniLm.id
    dimensions = MiniLm.dimensions

    def __init__(self) -> None:
        self._model = MiniLm(threads=2)
        self._file = sqlite3.connect(CACHE, check_same_thread=False, isolation_level=None)
        self._file.execute("CREATE TABLE IF NOT EXISTS vectors (text TEXT PRIMARY KEY, vector BLOB NOT NULL)")

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """One unit vector a text."""
        keys = [hashlib.sha256(f"{self.id}{text}".encode()).hexdigest() for text in texts]
        known = [self._file.execute("SELECT vector FROM vectors WHERE text = ?", (key,)).fetchone() for key in keys]
        missing = [at for at, row in enumerate(known) if row is None]
        rows = np.array([np.frombuffer(row[0], np.float32) if row else np.zeros(384, np.float32) for row in known])
        if missing:
            rows[missing] = self._model.embed([texts[at] for at in missing])
            self._file.executemany(
                "INSERT OR REPLACE INTO vectors VALUES (?, ?)", [(keys[at], rows[at].tobytes()) for at in missing]
            )
        return rows

    def embed_queries(self, texts: Sequence[str]) -> np.ndarray:
        """The same of questions: their time is measured."""
        return self._model.embed_queries(texts)


def main() -> None:
    options = _options()
    catalogue = {
        record["id"]: record for record in lines(options.catalogue) if isinstance(record, dict) and "id" in record
    }
    asked = questions(options.queries)
    with tempfile.TemporaryDirectory() as folder:
        search = Search(Path(folder), NoHub(), CachedMiniLm)
        timings = _index(search, catalogue)
        answered = {
            name: _run(name, ranker, asked, catalogue) for name, ranker in _rankers(search, catalogue, options).items()
        }
        if options.cross_validate:
            answered["ours_cross_validated"] = _cross_validated(search, asked, catalogue)
        search.close()
    results = {name: summed_up(rows) for name, rows in answered.items()}
    intervals = {
        name: {one: interval(rows, one) for one in UNSURE if any(one in values for _, values in rows)}
        for name, rows in answered.items()
    }
    options.json.write_text(json.dumps({"timings": timings, "rankers": results, "intervals": intervals}, indent=1))
    _print(results, intervals)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search_quality")
    parser.add_argument("--catalogue", type=Path, required=True)
    parser.add_argument("--queries", type=Path, required=True)
    parser.add_argument("--json", type=Path, required=True)
    parser.add_argument("--only", action="append", help="run this ranker only; may be repeated")
    parser.add_argument("--cross-validate", action="store_true", help="also run ours_cross_validated")
    return parser.parse_args()


def _index(search: Search, catalogue: Mapping[str, Any]) -> dict[str, float]:
    started = time.perf_counter()
    search.put([of_record(record) for record in catalogue.values()])
    words = time.perf_counter()
    search.embed_all()
    return {"searchable_by_words_s": words - started, "searchable_by_meaning_s": time.perf_counter() - started}


def _rankers(search: Search, catalogue: Mapping[str, Any], options: argparse.Namespace) -> dict[str, Ranker]:
    found = {"ours": _ours(search), **Peers(search.index(), catalogue).all()}
    return {name: ranker for name, ranker in found.items() if not options.only or name in options.only}


def _ours(search: Search) -> Ranker:
    def ask(question: Question) -> list[str]:
        return [hit.model.id for hit in search.search(ASKER, question.text, source=question.pool).hits]

    return ask


def _run(name: str, ranker: Ranker, asked: Sequence[Question], catalogue: Mapping[str, Any]) -> list[Row]:
    possible = Possible(catalogue)
    started = time.perf_counter()
    rows: list[Row] = [
        (question, measured(question, ranker(question), catalogue, possible.of(question))) for question in asked
    ]
    print(f"{name}: {(time.perf_counter() - started) / len(asked) * 1000:.1f} ms a question", file=sys.stderr)
    return rows


class Possible:
    """How many right answers there are, counted once for each predicate."""

    def __init__(self, catalogue: Mapping[str, Any]) -> None:
        self._catalogue = catalogue
        self._counted: Counter[str] = Counter()

    def of(self, question: Question) -> int:
        """As many as the catalogue has."""
        key = json.dumps([question.predicate, question.pool], sort_keys=True)
        if question.predicate and key not in self._counted:
            self._counted[key] = sum(
                meets(record, question.predicate) and question.pool in (None, record["source"])
                for record in self._catalogue.values()
            )
        return self._counted[key]


def _cross_validated(search: Search, asked: Sequence[Question], catalogue: Mapping[str, Any]) -> list[Row]:
    possible, index = Possible(catalogue), search.index()
    rows: list[Row] = []
    shipped, ask = index.intent, _ours(search)
    for fold in range(FOLDS):
        index.intent = train([*ours(), *(_example(each) for each in asked if _fold(each) != fold and _teaches(each))])
        rows += [
            (question, measured(question, ask(question), catalogue, possible.of(question)) | _guessed(search, question))
            for question in asked
            if _fold(question) == fold
        ]
    index.intent = shipped
    return rows


def _guessed(search: Search, question: Question) -> dict[str, float]:
    """Whether the chip of the task, or one of its first two alternatives, is what was asked for."""
    if not _teaches(question):
        return {}
    told = search.search(ASKER, question.text, source=question.pool, limit=1).constraints
    chips = [[one.key, *one.alternatives] for one in told if one.key.startswith("task:")]
    meant, places = f"task:{question.predicate['task']}", chips[0][:3] if chips else []
    return {"task_first": float(places[:1] == [meant]), "task_in_three": float(meant in places)}


def _fold(question: Question) -> int:
    return int(hashlib.sha256(question.group.encode()).hexdigest(), 16) % FOLDS


def _teaches(question: Question) -> bool:
    return "task" in question.predicate and not question.is_facet


def _example(question: Question) -> Example:
    return Example(question.text, question.predicate["task"], question.group)


def _print(results: Mapping[str, Mapping[str, Mapping[str, float]]], intervals: Mapping[str, Any]) -> None:
    names = (
        "known_ndcg@10",
        "known_recall@10",
        "task_ndcg@10",
        "facet_ndcg@10",
        "empty",
        "task_first",
        "task_in_three",
    )
    print(f"{'':32}" + "".join(f"{name:>17}" for name in names))
    for ranker, groups in results.items():
        values = groups.get("overall", {})
        print(f"{ranker:32}" + "".join(f"{values[name]:17.3f}" if name in values else f"{'–':>17}" for name in names))
        spans = [f"{name} {low:.3f} to {high:.3f}" for name, (low, high) in intervals[ranker].items()]
        print(f"{'':4}95 %, right answers drawn anew: {', '.join(spans)}")


if __name__ == "__main__":
    main()
