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
    hold_after: int | None = None
    """Let each connection wait after so many bytes, until `go_on` is set."""
    go_on: threading.Event = field(default_factory=threading.Event)
    is_dead: bool = False
    """Take no connection."""
    flip_after: int | None = None
    """Change one byte behind so many of each connection."""


class Gate:
    """Listens, and passes everything on to a server; ``url`` is that server's address through the gate."""

    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        self._target = (parts.hostname or "", parts.port or 80)
        self.faults = Faults()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}{parts.path}"
        self.passed = self.taken = 0
        """Bytes from the far side, and to it."""
        self._far: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Gate:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let nobody through any more."""
        self._listener.close()

    def die(self) -> None:
        """Break all connections, and take no more until `heal`."""
        self.faults.is_dead = True
        self.faults.go_on.set()
        _end(*self._far)
        self._far.clear()

    def heal(self) -> None:
        """Let nothing go wrong any more."""
        self.faults.go_on.set()
        self.faults = Faults()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if self.faults.is_dead:
                near.close()
                continue
            try:
                far = socket.create_connection(self._target)
            except OSError:
                near.close()
                continue
            self._far.append(far)
            threading.Thread(target=self._back, args=(far, near), daemon=True).start()
            threading.Thread(target=self._there, args=(near, far), daemon=True).start()

    def _back(self, far: socket.socket, near: socket.socket) -> None:
        sent, faults = 0, self.faults
        try:
            while piece := far.recv(65536):
                if faults is not self.faults:  # each test counts from its own beginning
                    sent, faults = 0, self.faults
                cut, flip, hold = faults.cut_after, faults.flip_after, faults.hold_after
                if hold is not None and sent + len(piece) > hold:
                    faults.go_on.wait()
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

    def _there(self, near: socket.socket, far: socket.socket) -> None:
        try:
            while piece := near.recv(65536):
                far.sendall(piece)
                self.taken += len(piece)
        except OSError:
            pass
        _end(near, far)


def _end(*ends: socket.socket) -> None:
    for end in ends:
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()
