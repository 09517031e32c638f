"""Small calls to the hub: commits, HEAD of files, pages of long lists; medians over HTTP on loopback.

Run: ``python -m benchmarks.hub_latency``.
"""

from __future__ import annotations

import base64
import http.client
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
import live

REPOS = 100_000
QUERIES = (
    "sort=downloads",
    "sort=lastModified&search=model-99",
    "sort=downloads&search=model-99999",
    "author=org7&sort=downloads",
    "filter=license:mit&filter=pytorch&sort=likes",
    "filter=rare7&sort=downloads",
    "filter=pytorch&search=model-9&sort=createdAt",
)


class Client:
    """One connection that stays open."""

    def __init__(self, server: live.Live, token: str) -> None:
        self._address = urlsplit(server.endpoint)
        self._connection = http.client.HTTPConnection(self._address.hostname or "", self._address.port)
        self._token = token

    def call(self, method: str, path: str, body: bytes | None = None) -> bytes:
        """One request; its body."""
        headers = {"Authorization": f"Bearer {self._token}"}
        self._connection.request(method, self._address.path + path, body, headers)
        reply = self._connection.getresponse()
        content = reply.read()
        assert reply.status < 300, (reply.status, content[:300])
        return content


def commit_of(*files: tuple[str, bytes]) -> bytes:
    lines = [{"key": "header", "value": {"summary": "s"}}]
    for path, content in files:
        value = {"path": path, "content": base64.b64encode(content).decode(), "encoding": "base64"}
        lines.append({"key": "file", "value": value})
    return b"\n".join(json.dumps(line).encode() for line in lines)


def timed(times: int, work: Callable[[int], object]) -> str:
    took = []
    for n in range(times):
        begin = time.perf_counter()
        work(n)
        took.append((time.perf_counter() - begin) * 1000)
    return f"p50 {statistics.median(took):7.1f} ms   p95 {sorted(took)[int(len(took) * 0.95)]:7.1f} ms"


def fill(client: Client, repo: str, files: int) -> None:
    namespace, name = repo.split("/")
    create = json.dumps({"organization": namespace, "name": name}).encode()
    client.call("POST", "/api/repos/create", create)
    for start in range(0, files, 1000):
        many = [(f"d{n % 10}/f{n}.txt", b"%d" % n) for n in range(start, start + 1000)]
        client.call("POST", f"/api/models/{repo}/commit/main", commit_of(*many))


def rows(kinds: int) -> Iterator[dict[str, object]]:
    now = datetime.now(UTC)
    for n in range(kinds):
        name = f"model-{n}"
        yield {
            "storage": f"bench/{n}",
            "kind": "model",
            "namespace": f"org{n % 500}",
            "name": name,
            "key": f"model:org{n % 500}/{name}",
            "owner": "ann",
            "private": n % 50 == 0,
            "created_at": now - timedelta(seconds=n * 31),
            "updated_at": now - timedelta(seconds=n * 7919 % 1_000_003),
            "downloads": n * 7919 % 100_003,
            "card": '{"license": "mit", "tags": ["vision"]}',
        }


def fill_index(folder: Path) -> None:
    from sqlalchemy import insert

    from jupyter_hubcollab.storage.database import Database
    from jupyter_hubcollab.storage.schema import repo_tags, repos

    database = Database(f"sqlite:///{folder}/index.sqlite")
    with database.write() as connection:
        first = connection.execute(insert(repos).returning(repos.c.pk), list(rows(REPOS))).scalars().all()[0]
        tags = [("license:mit", n % 3) for n in range(REPOS)] + [("pytorch", n % 2) for n in range(REPOS)]
        named = [{"repo_pk": first + n % REPOS, "tag": tag} for n, (tag, has) in enumerate(tags) if has]
        rare = [{"repo_pk": first + n, "tag": f"rare{n % 1000}"} for n in range(REPOS)]
        connection.execute(insert(repo_tags), named + rare)
    database.close()


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="hub-latency-"))
    server = live.start(folder)
    try:
        token = server.hub_token("ann")
        client = Client(server, token)
        for files in (1000, 20_000):
            repo = f"team/files{files}"
            fill(client, repo, files)

            def commit(n: int, repo: str = repo) -> None:
                client.call("POST", f"/api/models/{repo}/commit/main", commit_of(("d3/new.txt", b"%d" % n)))

            def head(_: int, repo: str = repo) -> None:
                client.call("HEAD", f"/{repo}/resolve/main/d3/f3.txt")

            print(f"commit of one file, {files:>6} files   {timed(50, commit)}")
            print(f"HEAD of a file,     {files:>6} files   {timed(300, head)}")
        print(f"HEAD from 4 connections at once    {_rate(server, token):7.0f} /s")
        print_what_a_stranger_measures(server, client)
        fill_index(folder)
        for query in QUERIES:

            def page(_: int, query: str = query) -> None:
                client.call("GET", f"/api/models?limit=50&{query}")

            print(f"50 of {REPOS} models, {query:<46} {timed(30, page)}")
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def print_what_a_stranger_measures(server: live.Live, ann: Client) -> None:
    """Asked in turns, so that what the machine does besides is shared: a private repo of others, and none."""
    create = json.dumps({"organization": "ann", "name": "hushed", "private": True}).encode()
    ann.call("POST", "/api/repos/create", create)
    bob = server.hub_token("bob")
    took: dict[str, list[float]] = {"hushed": [], "absent": []}
    for _ in range(400):
        for name, times in took.items():
            begin = time.perf_counter()
            status, _, _ = live.call("GET", f"{server.endpoint}/api/models/ann/{name}", bob)
            times.append((time.perf_counter() - begin) * 1000)
            assert status == 404
    private, absent = (statistics.median(times) for times in took.values())
    spread = statistics.quantiles(took["absent"], n=4)
    print(
        f"404 for a private repo p50 {private:.2f} ms, for one that is not there {absent:.2f} ms "
        f"(the middle half of these: {spread[0]:.2f} to {spread[2]:.2f} ms)"
    )


def _rate(server: live.Live, token: str) -> float:
    """Answers a second to a client in a process of its own, which only counts them; the two share the machine."""
    address = urlsplit(server.endpoint)
    path = f"{address.path}/team/files1000/resolve/main/d3/f3.txt"
    asked = f"HEAD {path} HTTP/1.1\r\nHost: {address.netloc}\r\nAuthorization: Bearer {token}\r\n\r\n"
    command = [sys.executable, "-c", _COUNTER, address.hostname or "", str(address.port), asked]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


_COUNTER = """
import socket, sys, threading, time
host, port, asked = sys.argv[1], int(sys.argv[2]), sys.argv[3].encode()
def work():
    with socket.create_connection((host, port)) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for _ in range(1000):
            line.sendall(asked)
            answer = b""
            while not answer.endswith(b"\\r\\n\\r\\n"):
                answer += line.recv(65536)
            assert answer.startswith(b"HTTP/1.1 200"), answer
begun = time.perf_counter()
threads = [threading.Thread(target=work) for _ in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(4000 / (time.perf_counter() - begun))
"""


if __name__ == "__main__":
    main()
