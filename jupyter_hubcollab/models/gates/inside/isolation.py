"""What the process gives up before it touches other people's files: memory without limit, the network, its orphans."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import struct
import sys
from typing import Any

_NEW_USER, _NEW_NET = 0x10000000, 0x40000000
_DIE_WITH_PARENT, _NO_NEW_PRIVILEGES = 1, 38
_SET_FLAGS, _UP = 0x8914, 1


def isolate(limits: dict[str, Any]) -> dict[str, str]:
    """Take the limits upon this process and all that it starts; in words, what came of each."""
    if hasattr(os, "setpriority"):
        mine = os.getpriority(os.PRIO_PROCESS, 0)  # what it was begun with may be more, and is never taken back
        os.setpriority(os.PRIO_PROCESS, 0, max(mine, int(limits.get("niceness", 0))))
    return {"memory": _memory(int(limits.get("memory_mb", 0))), "network": _network(bool(limits.get("network", True)))}


def _memory(megabytes: int) -> str:
    if not megabytes:
        return "not limited"
    try:
        import resource
    except ImportError:
        return "not limited: this system has no way to"
    # DATA rather than AS: libraries for numbers reserve gigabytes of addresses that they never use.
    resource.setrlimit(resource.RLIMIT_DATA, (megabytes << 20, megabytes << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return f"at most {megabytes} MB for each process"


def _network(is_open: bool) -> str:
    if not sys.platform.startswith("linux"):
        return "open" if is_open else "not isolated: this system has no network namespaces"
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
    if is_open:
        return "open"
    who = f"{os.getuid()} {os.getuid()} 1", f"{os.getgid()} {os.getgid()} 1"
    if libc.unshare(_NEW_NET) != 0:
        if libc.unshare(_NEW_USER | _NEW_NET) != 0:
            return f"not isolated: {os.strerror(ctypes.get_errno())}"
        _stay_oneself(*who)
    _raise_loopback()
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    return "isolated"


def _stay_oneself(user: str, group: str) -> None:
    """In a namespace of users of its own, the process goes by its own number."""
    for name, text in (("setgroups", "deny"), ("uid_map", user), ("gid_map", group)):
        try:
            with open(f"/proc/self/{name}", "w") as file:  # noqa: PTH123 -- before anything is imported
                file.write(text)
        except OSError:
            return


def _raise_loopback() -> None:
    """A notebook's kernel is spoken to over the loopback, which a new namespace has asleep."""
    import fcntl

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        try:
            fcntl.ioctl(line, _SET_FLAGS, struct.pack("16sH14s", b"lo", _UP, b""))
        except OSError as error:
            print(f"the loopback stays down ({error}); notebooks will not run", file=sys.stderr)
