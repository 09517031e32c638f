"""The line to the hub breaks, something else answers there, a refusal is one sentence in a cell."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest
from IPython.core.interactiveshell import InteractiveShell

from jupyter_hubcollab import wire
from jupyter_hubcollab.client.connection import Connection
from jupyter_hubcollab.errors import HubError, RepoNotFound, Unavailable

ME = b'{"name": "ann", "displayName": "Ann"}'


class Moody(BaseHTTPRequestHandler):
    """A server that hangs up a few times, then answers."""

    protocol_version = "HTTP/1.1"
    hang_ups: ClassVar[int] = 0
    received: ClassVar[list[bytes]] = []
    status: ClassVar[int] = 200
    says: ClassVar[bytes] = ME

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(self.says)))
        self.end_headers()
        self.wfile.write(self.says)

    def do_PUT(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        if type(self).hang_ups > 0:
            type(self).hang_ups -= 1
            self.close_connection = True
            return
        self.received.append(content)
        self.do_GET()

    def do_POST(self) -> None:
        self.do_PUT()

    def log_message(self, *words: object) -> None:
        pass


@contextmanager
def server(**moods: object) -> Iterator[tuple[Connection, type[Moody]]]:
    """It listens, in a thread."""
    handler = type("Handler", (Moody,), {"received": [], **moods})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as listening:
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        try:
            yield Connection(f"http://127.0.0.1:{listening.server_port}/hubcollab", "hc_x"), handler
        finally:
            listening.shutdown()
            thread.join()


def test_bytes_are_sent_again_where_the_line_broke() -> None:
    """All of them, from the first on."""
    with server(hang_ups=2) as (hub, seen):
        hub.send("blobs/x", lambda: iter([b"wei", b"ghts"]), 7)

    assert seen.received == [b"weights"]


def test_a_question_is_asked_again_where_the_line_broke() -> None:
    """A publication carries an id of its own, so that asking twice makes one version."""
    with server(hang_ups=2) as (hub, _):
        assert hub.post("blobs/missing", wire.BlobsAsked(digests=[]), wire.Me).name == "ann"


def test_a_line_that_stays_broken_is_said_to_be_so() -> None:
    """Nobody waits for ever."""
    with server(hang_ups=99) as (hub, seen), pytest.raises(Unavailable, match="cannot be reached"):
        hub.send("blobs/x", lambda: iter([b"weights"]), 7)

    assert seen.received == []


@pytest.mark.parametrize(
    ("status", "says", "error"),
    [
        (200, b"<html>Sign in</html>", Unavailable),
        (200, b'{"name": 3}', Unavailable),
        (302, b"", HubError),
        (502, b"<html>Bad gateway</html>", HubError),
        (500, b'{"code": "InternalError", "message": "its log tells why"}', HubError),
        (404, b'{"code": "RepoNotFound", "message": "no such model"}', RepoNotFound),
        (418, b'{"code": "annotations", "message": "no class of ours"}', HubError),
    ],
)
def test_whatever_answers_there_gives_an_error_of_ours(status: int, says: bytes, error: type[HubError]) -> None:
    """A login page, a proxy, another release: a sentence, never a traceback of a parser."""
    with server(status=status, says=says) as (hub, _), pytest.raises(error):
        hub.get("me", wire.Me)


def test_a_refusal_is_one_line_in_a_cell(capsys: pytest.CaptureFixture[str]) -> None:
    """People see what is wrong and what helps, not the way through our code."""
    shell = InteractiveShell()

    shell.run_cell("from jupyter_hubcollab.errors import RepoNotFound\nraise RepoNotFound('there is no model a/b')")

    shown = capsys.readouterr()
    assert "there is no model a/b" in shown.out + shown.err
    assert "Traceback" not in shown.out + shown.err
