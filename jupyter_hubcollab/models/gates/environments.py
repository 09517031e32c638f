"""The virtual environments in which versions are measured: made of pinned requirements, kept by what they hold."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from .sandbox import server_python

NAME = "requirements.txt"
LONGEST_INSTALL_S = 1200.0
LOOK_EVERY_S = 1.0
MOST_KEPT = 8
_REFUSED = re.compile(r"^\s*(-|https?:|git\+|file:|\.|/)|@\s*(https?|git\+|file)")
FOR_NOTEBOOKS = ("nbclient", "ipykernel")


class NoEnvironment(Exception):
    """The requirements of a version cannot be met."""


@dataclass(frozen=True, slots=True)
class Environment:
    """A Python to run programs with."""

    python: Path
    about: str
    """In words for the verdict."""


FindUv = Callable[[Mapping[str, str]], str | None]


def uv_of(environ: Mapping[str, str]) -> str | None:
    """The uv beside this Python, or on the path."""
    return shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{environ.get('PATH', '')}")


class Environments:
    """Makes environments and keeps the last ones, by a hash of their requirements."""

    def __init__(self, folder: Path, environ: Mapping[str, str], find_uv: FindUv = uv_of) -> None:
        self._folder = folder
        self._environ = environ
        self._find_uv = find_uv
        self._making = threading.Lock()
        """Two runs do not make the same environment at once, nor throw away what the other takes."""
        self._used: Counter[Path] = Counter()

    def server(self) -> Environment:
        """The server's own."""
        return Environment(server_python(), "the server's own environment")

    def pinned(
        self, model: Path, extra: Sequence[str], log: Callable[[str], None], check: Callable[[], None]
    ) -> Environment:
        """One that has what the ``requirements.txt`` of a version says; it is kept until it was given `back`.

        Raises:
            NoEnvironment: it cannot be made.
        """
        wanted = requirements(model)
        if not wanted:
            return Environment(server_python(), "the server's own environment: the version states no requirements.txt")
        shared = all(_is_met(one) for one in [*wanted, *extra])
        about = "an environment that sees the server's packages, which meet every pin" if shared else "its own packages"
        key = "\n".join([sys.version, sys.prefix if shared else "", *sorted([*wanted, *extra])])
        place = self._folder / hashlib.sha256(key.encode()).hexdigest()[:24]
        python = place / "bin" / "python"
        while not self._making.acquire(timeout=LOOK_EVERY_S):
            check()
        try:
            known = (place / "ready").is_file()
            if known:
                (place / "ready").touch()
            else:
                self._make(place, [] if shared else [*wanted, *extra], log, check)
            self._used[python] += 1
            self._forget_oldest()
        finally:
            self._making.release()
        return Environment(python, f"{about}, kept from before" if known else about)

    def back(self, environment: Environment) -> None:
        """It is not used any more."""
        with self._making:
            if environment.python in self._used:  # the server's own stays anyway
                self._used[environment.python] -= 1

    def _make(self, place: Path, wanted: Sequence[str], log: Callable[[str], None], check: Callable[[], None]) -> None:
        shutil.rmtree(place, ignore_errors=True)
        self._folder.mkdir(parents=True, exist_ok=True)
        self._call([sys.executable, "-m", "venv", "--without-pip", str(place)], log)
        if wanted:
            log(f"installing {len(wanted)} requirements: {', '.join(wanted)[:400]}")
            (place / NAME).write_text("\n".join(wanted) + "\n")
            self._call([*self._installer(place), "-r", str(place / NAME)], log)
        else:
            _see_through(place)
        check()
        (place / "ready").touch()

    def _installer(self, place: Path) -> list[str]:
        """uv where there is one, else pip; both read the index that is configured."""
        uv = self._find_uv(self._environ)
        if uv is not None:
            return [uv, "pip", "install", "--quiet", "--python", str(place / "bin" / "python")]
        return [sys.executable, "-m", "pip", "--python", str(place / "bin" / "python"), "install", "--quiet"]

    def _call(self, command: Sequence[str], log: Callable[[str], None]) -> None:
        try:
            done = subprocess.run(
                command,
                capture_output=True,
                text=True,
                check=False,
                timeout=LONGEST_INSTALL_S,
                env=dict(self._environ),
            )
        except subprocess.TimeoutExpired as error:
            raise NoEnvironment(f"installing took longer than {LONGEST_INSTALL_S:g} s") from error
        for line in (done.stdout + done.stderr).splitlines()[-40:]:
            log(line)
        if done.returncode:
            said = " ".join((done.stderr or done.stdout).split())[-400:]
            raise NoEnvironment(f"its environment cannot be made: {said}")

    def _forget_oldest(self) -> None:
        made = [one for one in self._folder.iterdir() if (one / "ready").is_file()]
        made.sort(key=lambda one: (one / "ready").stat().st_mtime, reverse=True)
        for one in made[MOST_KEPT:]:
            if self._used[one / "bin" / "python"] <= 0:
                shutil.rmtree(one, ignore_errors=True)


def requirements(model: Path) -> list[str]:
    """What a version's ``requirements.txt`` asks for; lines that lead out of the index are refused.

    Raises:
        NoEnvironment: one does.
    """
    file = model / NAME
    lines = file.read_text(errors="replace").splitlines() if file.is_file() else []
    wanted = [text for line in lines if (text := re.sub(r"(^|\s)#.*", "", line).strip())]
    for text in wanted:
        if _REFUSED.search(text):
            raise NoEnvironment(f"{NAME} says '{text[:100]}'; only packages of the index are installed")
    return wanted


def _is_met(requirement: str) -> bool:
    """Does the server have exactly this?"""
    from packaging.requirements import InvalidRequirement, Requirement

    with suppress(InvalidRequirement, PackageNotFoundError):
        wanted = Requirement(requirement)
        if wanted.marker is not None and not wanted.marker.evaluate():
            return True
        return not wanted.extras and wanted.specifier.contains(version(wanted.name), prereleases=True)
    return False


def _see_through(place: Path) -> None:
    """Let it see the packages of the server, which may live in a virtual environment itself."""
    import site

    inner = next((place / "lib").glob("python3*")) / "site-packages"
    (inner / "server.pth").write_text("".join(f"{path}\n" for path in site.getsitepackages()))
