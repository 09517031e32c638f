"""``git http-backend`` as a child process: what it is told, and bytes both ways."""

from __future__ import annotations

import asyncio
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from pathlib import Path

from ...config import environment
from ...errors import Unavailable

PIECE = 256 << 10
_LONGEST_HEADER = 64 << 10

_SETTINGS = {
    "safe.directory": "*",
    "http.receivepack": "true",
    "http.getanyfile": "false",
    "uploadpack.allowFilter": "true",
    "uploadpack.allowReachableSHA1InWant": "true",
    "receive.fsckObjects": "true",
    "receive.autogc": "false",
    "receive.denyDeletes": "false",
    "receive.advertisePushOptions": "false",
    "core.fsync": "all",
    "core.fsyncMethod": "fsync",
}
_PASSED_ON = ("PATH", "LANG", "TMPDIR", "SYSTEMROOT", "LD_LIBRARY_PATH")


class Backend:
    """One call of ``git http-backend``."""

    def __init__(self, process: Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, call: Mapping[str, str], settings: Mapping[str, str]) -> Backend:
        """Begin; *call* is the CGI environment, *settings* are git's on top of ours.

        Raises:
            Unavailable: there is no git on this machine.
        """
        own = environment()
        variables = {name: own[name] for name in _PASSED_ON if name in own}
        variables |= {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_HTTP_EXPORT_ALL": "1"}
        variables |= _as_variables({**_SETTINGS, **settings}) | dict(call)
        try:
            process = await asyncio.create_subprocess_exec(
                "git", "http-backend", stdin=PIPE, stdout=PIPE, stderr=PIPE, env=variables, start_new_session=True
            )
        except FileNotFoundError as error:
            raise Unavailable("git is not installed where the hub runs; install it to clone and push") from error
        return cls(process)

    async def feed(self, piece: bytes) -> None:
        """Send a part of the request's body; a child that has heard enough is no error."""
        stdin = self._process.stdin
        if stdin is not None and not stdin.is_closing():
            stdin.write(piece)
            try:
                await stdin.drain()
            except (BrokenPipeError, ConnectionResetError):
                stdin.close()

    async def headers(self) -> list[tuple[str, str]]:
        """End the request and read the answer's headers; none if the child failed."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        found: list[tuple[str, str]] = []
        while line := (await self._process.stdout.readline()).rstrip(b"\r\n"):
            name, _, value = line.decode("latin-1").partition(": ")
            found.append((name, value))
        return found

    async def read(self) -> bytes:
        """The next part of the answer's body; empty at its end."""
        assert self._process.stdout is not None
        return await self._process.stdout.read(PIECE)

    async def end(self) -> str:
        """Wait for the child; what it complained about."""
        assert self._process.stderr is not None
        complaint = (await self._process.stderr.read(_LONGEST_HEADER)).decode(errors="replace").strip()
        await self._process.wait()
        return complaint

    def kill(self) -> None:
        """Stop the child and what it has started."""
        if self._process.returncode is None:
            import os
            import signal
            from contextlib import suppress

            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)


def _as_variables(settings: Mapping[str, str]) -> dict[str, str]:
    """git's settings as environment variables, which no file on the machine overrides."""
    variables = {"GIT_CONFIG_COUNT": str(len(settings))}
    for n, (name, value) in enumerate(settings.items()):
        variables |= {f"GIT_CONFIG_KEY_{n}": name, f"GIT_CONFIG_VALUE_{n}": value}
    return variables


def call_of(root: Path, storage: str, service: str, method: str) -> dict[str, str]:
    """The part of the CGI environment that says which repository and what."""
    return {"GIT_PROJECT_ROOT": str(root), "PATH_INFO": f"/{storage}/{service}", "REQUEST_METHOD": method}
