"""How long a search takes over HTTP, the embedding of the question included.

    python -m benchmarks.search_latency --catalogue FILE --queries FILE [--asked 300]

Starts the search service behind a handler of its own in this process; no Jupyter server around it.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

import msgspec
from tornado.httpclient import AsyncHTTPClient
from tornado.httpserver import HTTPServer
from tornado.httputil import url_concat
from tornado.testing import bind_unused_port
from tornado.web import Application, RequestHandler

from benchmarks.search_measures import lines, questions
from benchmarks.search_quality import ASKER, CachedMiniLm, NoHub
from jupyter_hubcollab.catalogue.documents import of_record
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
    options = parser.parse_args()
    asked = [question.text for question in questions(options.queries)]
    texts = asked[:: max(1, len(asked) // options.asked)]
    with tempfile.TemporaryDirectory() as folder:
        search = Search(Path(folder), NoHub(), CachedMiniLm)
        search.put([of_record(record) for record in lines(options.catalogue) if isinstance(record, dict)])
        search.embed_all()
        search.close()
        search = Search(Path(folder), NoHub(), CachedMiniLm)
        started = time.perf_counter()
        search.search(ASKER, "first question")
        print(f"first search on a built index: {(time.perf_counter() - started) * 1000:.0f} ms")
        search.embed_all()
        waited, computed = asyncio.run(timed(search, texts))
        search.close()
    for name, values in (("over HTTP", waited), ("of computing", computed)):
        ordered = sorted(values)
        print(f"{name}: p50 {ordered[len(ordered) // 2]:.1f} ms, p95 {ordered[int(len(ordered) * 0.95)]:.1f} ms")


if __name__ == "__main__":
    main()
