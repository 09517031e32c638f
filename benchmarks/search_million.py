"""Search over a million models, made from the real ones: their facts mixed anew, their vectors moved a little.

    python -m benchmarks.search_million --catalogue FILE --queries FILE [--models 1000000] [--asked 200] [--folder DIR]

Prints the time of a search, of adding and of deleting a model, and the memory, and checks what filters let through.
Building takes minutes; with --folder what was built is kept and taken the next time.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from benchmarks.search_measures import lines, questions
from benchmarks.search_quality import ASKER, CachedMiniLm, NoHub
from jupyter_hubcollab.catalogue.documents import Document, of_record
from jupyter_hubcollab.catalogue.embed import MiniLm
from jupyter_hubcollab.catalogue.search import MOST_HITS, Search
from jupyter_hubcollab.catalogue.store import Store
from jupyter_hubcollab.catalogue.vectors import packed
from jupyter_hubcollab.wire import Hit

BATCH = 100_000
SOME = 1_000
FILTERS: dict[str, Callable[[Document], bool]] = {
    "license:apache-2.0 task:translation": lambda d: d.license == "apache-2.0" and d.task == "translation",
    "library:timm": lambda d: d.library == "timm",
    "task:depth-estimation": lambda d: d.task == "depth-estimation",
}


def main() -> None:
    """Build, ask, print."""
    options = _options()
    texts = [question.text for question in questions(options.queries)][: options.asked]
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.folder or Path(scratch)
        for work in (_build, _snapshot):
            # In processes of their own: what building takes is not what searching takes.
            building = get_context("spawn").Process(target=work, args=(folder, options.catalogue, options.models))
            building.start()
            building.join()
        _print_memory("before")
        _measure(Search(folder, NoHub(), MiniLm), texts)
        some = list(islice(_real(options.catalogue), SOME))
        _change(Search(folder, NoHub(), MiniLm), list(_mixed(some, 50, "new")))


def _measure(search: Search, texts: Sequence[str]) -> None:
    started = time.perf_counter()
    search.search(ASKER, "first")
    print(f"first search on a built index: {time.perf_counter() - started:.2f} s; load {os.getloadavg()[0]:.1f}")
    search.embed_all()
    _print_memory("after the first search")
    _print("search", [_timed(lambda text=text: search.search(ASKER, text)) for text in texts])
    _print_memory(f"after {len(texts)} searches")
    for text, holds in FILTERS.items():
        hits = [search.index().store.contents([f"{hit.source}:{hit.model.id}"]) for hit in _hits(search, text)]
        right = sum(holds(one) for each in hits for one in each.values())
        print(f"filter {text!r}: {right} of {len(hits)} hits meet it")
    search.close()


def _change(search: Search, new: Sequence[Document]) -> None:
    search.search(ASKER, "first")
    _print("add", [_timed(lambda one=one: search.put([one])) for one in new])
    _print("search", [_timed(lambda one=one: search.search(ASKER, one.name)) for one in new])
    _print("delete", [_timed(lambda one=one: search.index().drop(one.key)) for one in new])
    _print_memory("after adding and deleting, the catalogue read for it included")
    search.close()


def _hits(search: Search, text: str) -> Sequence[Hit]:
    return search.search(ASKER, text, limit=MOST_HITS).hits


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search_million")
    parser.add_argument("--catalogue", type=Path, required=True)
    parser.add_argument("--queries", type=Path, required=True)
    parser.add_argument("--models", type=int, default=1_000_000)
    parser.add_argument("--asked", type=int, default=200)
    parser.add_argument("--folder", type=Path)
    return parser.parse_args()


def _mixed(real: Sequence[Document], count: int, mark: str) -> Iterator[Document]:
    """Documents with the words of one model and the facts of another."""
    chance = random.Random(mark)
    for number in range(count):
        one, other = chance.choice(real), chance.choice(real)
        yield dataclasses.replace(
            one,
            id=f"{one.id}-{mark}{number}",
            name=f"{one.name}-{mark}{number}",
            license=other.license,
            parameters=other.parameters,
            size_bytes=other.size_bytes,
            downloads=other.downloads,
            likes=other.likes,
        )


def _real(catalogue: Path) -> Iterator[Document]:
    return (of_record(record) for record in lines(catalogue))


def _build(folder: Path, catalogue: Path, models: int) -> None:
    """Fill *folder*, unless it is full."""
    store = Store(folder / "catalogue.sqlite")
    if len(store.slots()) >= models:
        store.close()
        return
    real = list(_real(catalogue))
    store.use(MiniLm.id, MiniLm.dimensions)
    chance = np.random.default_rng(0)
    base = CachedMiniLm().embed([f"{one.name} {one.summary[:80]}" for one in real[:2000]])
    made, started = 0, time.perf_counter()
    documents = _mixed(real, models, "m")
    while made < models:
        batch = list(islice(documents, min(BATCH, models - made)))
        with store.writing():
            slots = [store.put(one).slot for one in batch]
            noise = chance.normal(0, 0.03, (len(slots), base.shape[1])).astype(np.float32)
            rows = base[chance.integers(0, len(base), len(slots))] + noise
            rows /= np.linalg.norm(rows, axis=1, keepdims=True)
            store.set_vectors((slot, packed(row)) for slot, row in zip(slots, rows, strict=True))
        made += len(batch)
        print(f"{made} models after {time.perf_counter() - started:.0f} s", flush=True)
    store.close()


def _snapshot(folder: Path, _: Path, models: int) -> None:
    """Read it all into memory once, as the first search of a server does, and keep that for the next start."""
    started = time.perf_counter()
    search = Search(folder, NoHub(), MiniLm)
    search.index()
    print(f"{models} models read into memory in {time.perf_counter() - started:.0f} s")
    search.close()
    _print_memory("of that")


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds on the clock, and of computing."""
    started, used = time.perf_counter(), time.process_time()
    work()
    return (time.perf_counter() - started) * 1000, (time.process_time() - used) * 1000


def _print_memory(when: str) -> None:
    """As the kernel counts: pages of our own, pages of files that it may drop at any time, and the most of both."""
    kib = dict.fromkeys(("VmHWM", "VmRSS", "RssAnon", "RssFile"), 0)
    for line in Path("/proc/self/status").read_text().splitlines():
        name, _, rest = line.partition(":")
        if name in kib:
            kib[name] = int(rest.split()[0])
    most, now, own, files = (count // 1024 for count in kib.values())
    print(f"memory {when}: {now} MiB, {own} of our own and {files} of files; {most} at most", flush=True)


def _print(what: str, times_ms: Sequence[tuple[float, float]]) -> None:
    waited, computed = zip(*times_ms, strict=True)
    for how, each in (("", waited), (", of computing", computed)):
        print(f"{what:8} p50 {np.percentile(each, 50):6.1f} ms   p95 {np.percentile(each, 95):6.1f} ms{how}")


if __name__ == "__main__":
    main()
