"""Software of others, fetched from the package registries when a test needs it and kept below ``.clients/``."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

CLIENTS = Path(__file__).parents[1] / ".clients"


class CannotFetch(Exception):
    """A package registry is out of reach, or has not what is needed."""


def environment_with(name: str, *packages: str) -> Path:
    """A virtual environment of its own with *packages*, made once; its ``python``.

    Raises:
        CannotFetch: it cannot be made here and now.
    """
    folder = CLIENTS / name
    stamp, wanted = folder / "installed", "\n".join([sys.version, *packages])
    python = folder / "bin" / "python"
    if stamp.exists() and stamp.read_text() == wanted:
        return python
    shutil.rmtree(folder, ignore_errors=True)
    _run(sys.executable, "-m", "venv", str(folder))
    _run(str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", *packages)
    stamp.write_text(wanted)
    return python


def sources_of(package: str) -> Path:
    """The unpacked source distribution of the installed version of *package*.

    Raises:
        CannotFetch: it cannot be had here and now.
    """
    name = f"{package}-{version(package)}"
    folder = CLIENTS / "sources"
    if not (folder / name).exists():
        folder.mkdir(parents=True, exist_ok=True)
        options = ["--no-binary", ":all:", "--no-deps", "-q", "-d", str(folder)]
        _run(sys.executable, "-m", "pip", "download", *options, f"{package}=={version(package)}")
        with tarfile.open(folder / f"{name}.tar.gz") as packed:
            # Before 3.11.4 there is no such filter.
            packed.extraction_filter = getattr(tarfile, "data_filter", lambda member, _: member)
            packed.extractall(folder)
    return folder / name


def environment_of(settings: Mapping[str, str]) -> dict[str, str]:
    """Ours for a program of others: *settings*, and nothing that was set for another hub."""
    foreign = ("HF_", "HUGGING", "HUBCOLLAB", "PYTEST", "JUPYTER", "PYTHONPATH")
    return {name: value for name, value in os.environ.items() if not name.startswith(foreign)} | dict(settings)


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotFetch((done.stderr or done.stdout).strip()[:300] or f"{command[0]} failed")
