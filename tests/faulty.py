"""A gate between two hubs, which can be slow, break off, or change bytes on the way."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass
class Faults:
    """What goes wrong from now on, on the way from the far side."""

    cut_after: int | None = None
    """Break each connection after so many bytes."""
    open: threading.Event = field(default_factory=threading.Event)
    """While it is not set, answers wait."""
    flip_after: int | None = None
    """Change one byte behind so many of each connection."""


class Gate:
    """Listens, and passes everything on to a server; ``url`` is that server's address through the gate."""

    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        self._target = (parts.hostname or "", parts.port or 80)
        self.faults = Faults()
        self.faults.open.set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}{parts.path}"
        self.passed = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Let nobody through any more."""
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(self._target)
            except OSError:
                near.close()
                continue
            threading.Thread(target=self._back, args=(far, near), daemon=True).start()
            threading.Thread(target=_there, args=(near, far), daemon=True).start()

    def _back(self, far: socket.socket, near: socket.socket) -> None:
        sent = 0
        try:
            while piece := far.recv(65536):
                self.faults.open.wait()
                cut, flip = self.faults.cut_after, self.faults.flip_after
                if flip is not None and sent <= flip < sent + len(piece):
                    at = flip - sent
                    piece = piece[:at] + bytes([piece[at] ^ 1]) + piece[at + 1 :]
                if cut is not None and sent + len(piece) > cut:
                    near.sendall(piece[: max(0, cut - sent)])
                    break
                near.sendall(piece)
                sent += len(piece)
                self.passed += len(piece)
        except OSError:
            pass
        _end(far, near)


def _there(near: socket.socket, far: socket.socket) -> None:
    try:
        while piece := near.recv(65536):
            far.sendall(piece)
    except OSError:
        pass
    _end(near, far)


def _end(*ends: socket.socket) -> None:
    for end in ends:
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()
