"""Linked data of a whole catalogue: written as the server writes it, then each model read as RDF and held against the
vocabularies. ``python -m benchmarks.linked_data --catalogue FILE [--every N]``."""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from jupyter_hubcollab.catalogue.documents import BadRecord, Document, of_record
from jupyter_hubcollab.catalogue.linked import described, graph
from jupyter_hubcollab.catalogue.table import Wanted, row_of
from jupyter_hubcollab.models import jsonld
from tests.vocabulary import problems

BASE = "http://localhost:8888/"


def documents(file: Path) -> Iterator[Document]:
    """The models of a catalogue file; broken lines are passed over, as sync does."""
    with gzip.open(file, "rt") if file.suffix == ".gz" else file.open() as lines:
        for line in lines:
            try:
                yield of_record(json.loads(line))
            except (BadRecord, ValueError):
                continue


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--catalogue", type=Path, required=True)
    parser.add_argument("--every", type=int, default=1, help="validate only each Nth model")
    asked = parser.parse_args()
    rows = [row_of(one, "", Wanted(body=True)) for one in documents(asked.catalogue)]
    began = time.perf_counter()
    written = sum(len(piece) for piece in graph(rows, BASE))
    took = time.perf_counter() - began
    print(f"{len(rows):,} models written as one document of {written / 1e6:.0f} MB in {took:.1f} s")
    found: Counter[str] = Counter()
    broken, began = 0, time.perf_counter()
    for row in rows[:: asked.every]:
        wrong = problems(json.dumps(jsonld.document(described(row, BASE))))
        broken += bool(wrong)
        found.update(wrong)
    checked = len(rows[:: asked.every])
    print(
        f"{checked:,} read as RDF and checked in {time.perf_counter() - began:.0f} s; {broken} with an error (aim: 0)"
    )
    for problem, times in found.most_common(10):
        print(f"  {times:6} × {problem[:150]}")


if __name__ == "__main__":
    main()
