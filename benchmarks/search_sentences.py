"""How many of a hundred sentences are understood: every constraint that a person reads in them, and no other.

    python -m benchmarks.search_sentences [--catalogue FILE]

The sentences were written before the parser; its tables of words were written later by the same author, so the share
is a kind one. With a catalogue the names of its datasets and publishers are known, and the task is guessed as in a
search.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.search_measures import lines
from benchmarks.search_quality import CachedMiniLm, NoHub
from jupyter_hubcollab.catalogue.conditions import Condition
from jupyter_hubcollab.catalogue.documents import of_record
from jupyter_hubcollab.catalogue.intent import Around, guesses
from jupyter_hubcollab.catalogue.query import understand
from jupyter_hubcollab.catalogue.search import Search
from jupyter_hubcollab.catalogue.terms import Known

FILE = Path(__file__).with_name("search_sentences.tsv")
_TERM = re.compile(r"(?P<field>[\w:]+?)(?P<op>!=|<=|>=|=|~)(?P<value>.+)")
_NUMBER = re.compile(r"(?P<number>[\d.]+)(?P<unit>[kMGB]?B?)")
_UNITS = {"k": 1e3, "M": 1e6, "G": 1e9, "B": 1e9, "": 1.0}
COUNTED = ("size", "params", "memory", "downloads")
METRICS = {"accuracy": ("accuracy", "top1"), "f1": ("f1",), "wer": ("wer",), "metric:map": ("map",)}


@dataclass(frozen=True, slots=True)
class Expected:
    """One constraint that a person reads in a sentence."""

    field: str
    op: str
    value: str

    def is_in(self, conditions: list[Condition], text: str, task: str | None) -> bool:
        """Whether it was understood."""
        if self.field == "task":
            return task == self.value
        if self.field == "word" and self.op == "=":
            return self.value.split("-")[0] in text.lower()
        return any(self._is(condition) for condition in conditions)

    def _is(self, condition: Condition) -> bool:
        if self.field in COUNTED:
            return condition.field == self.field and (
                self.op == "~" or (condition.op, condition.number) == self._number()
            )
        if self.field in METRICS:
            return condition.field.removeprefix("metric.") in METRICS[self.field] and condition.op == self.op
        if self.field == "updated":
            return condition.field == "updated"
        negated = self.op == "!="
        return condition.field == self.field and (condition.op == "-") == negated and self._names(condition)

    def _number(self) -> tuple[str, float]:
        match = _NUMBER.fullmatch(self.value)
        assert match, self.value
        return self.op, float(match["number"]) * _UNITS[match["unit"][:1]]

    def _names(self, condition: Condition) -> bool:
        if self.field in ("base", "dataset", "word"):
            return True
        meant = {"commercial": "apache-2.0", "permissive": "mit", "bsd": "bsd-3-clause"}
        return all(meant.get(value, value) in condition.values for value in self.value.split("|"))


def sentences() -> Iterator[tuple[str, list[Expected]]]:
    """Each sentence with what is to be understood."""
    for line in FILE.read_text(encoding="utf-8").splitlines():
        text, _, terms = line.partition("\t")
        yield text, [Expected(*found.groups()) for term in terms.split("; ") if (found := _TERM.fullmatch(term))]


def missed(text: str, expected: list[Expected], conditions: list[Condition], task: str | None) -> list[str]:
    """What was not understood, and what was understood though nobody said it."""
    lacking = [f"{one.field}{one.op}{one.value}" for one in expected if not one.is_in(conditions, text, task)]
    fields = {one.field for one in expected} | {"word", "task"}
    if fields & set(METRICS):
        fields |= {condition.field for condition in conditions if condition.field.startswith("metric.")}
    return lacking + [f"surplus {each.key}" for each in conditions if each.field not in fields]


def main() -> None:
    """Print the share and what was missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search_sentences")
    parser.add_argument("--catalogue", type=Path)
    catalogue = parser.parse_args().catalogue
    with tempfile.TemporaryDirectory() as folder:
        search = Search(Path(folder), NoHub(), CachedMiniLm)
        known, guess = _with(search, catalogue) if catalogue else (Known(), None)
        failed = list(_failed(known, guess))
        search.close()
    for text, lacking in failed:
        print(f"{text}\n    {'; '.join(lacking)}")
    print(f"{100 - len(failed)} of 100 sentences understood")


def _with(search: Search, catalogue: Path) -> tuple[Known, Callable[[str], str | None]]:
    search.put([of_record(record) for record in lines(catalogue) if isinstance(record, dict)])
    search.embed_all()
    index = search.index()

    def guess(text: str) -> str | None:
        query = understand(text, index.known())
        meant = index.meaning(query.topic)
        vector = meant.near
        slots = np.flatnonzero(index.columns.alive)
        near = index.vectors.nearest(vector, slots, 500) if vector is not None else slots[:0]
        matched = index.postings.scores(index.telling(query.words), len(index.columns.alive))
        found = guesses(query, meant, Around(index.columns.alive, near, matched), index)
        return found[0][0] if found else None

    return index.known(), guess


def _failed(known: Known, guess: Callable[[str], str | None] | None) -> Iterator[tuple[str, list[str]]]:
    for text, expected in sentences():
        conditions = list(understand(text, known).conditions)
        asked = expected if guess else [one for one in expected if one.field not in ("task", "dataset", "publisher")]
        lacking = missed(text, asked, conditions, guess(text) if guess else None)
        lacking = [one for one in lacking if guess or not one.startswith(("surplus dataset", "surplus publisher"))]
        if lacking:
            yield text, lacking


if __name__ == "__main__":
    main()
