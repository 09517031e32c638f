"""A port for a server that must be told one, and must find it free again after a restart."""

from __future__ import annotations

import random
import socket

_BELOW_THOSE_OF_CLIENTS = (10_000, 30_000)


def free_port() -> int:
    """One that nobody listens on, and that no connection is given as its own end meanwhile."""
    while True:
        port = random.SystemRandom().randint(*_BELOW_THOSE_OF_CLIENTS)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
