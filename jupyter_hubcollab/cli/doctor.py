"""What is wrong with this installation, and what helps."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ..errors import HubError
from .words import Result, add, add_address, add_data_dir, hub_of, running_here

_LATEST_S = 60.0
_GIT = (2, 36)
_REACHED_S = 3.0


def add_doctor(commands: Any) -> None:
    """Add the command."""
    doctor = add(commands, "doctor", _doctor, "say what is wrong with this installation, and what helps")
    add_data_dir(doctor)
    add_address(doctor)
    doctor.add_argument("--upstream", action="append", default=[], metavar="URL", help="also try to reach this hub")


@dataclass(frozen=True, slots=True)
class Check:
    """Something that must be right."""

    name: str
    good: bool
    detail: str


def _doctor(given: argparse.Namespace) -> Result:
    checks = [
        _check_python(),
        *_check_git(),
        *_check_packages(),
        *_check_lab(),
        _check_disk(given.data_dir),
        _check_clock(given.data_dir),
        _check_lock(given.data_dir),
        _check_index(given.data_dir),
        *_check_others(given),
        _check_hub(given),
    ]
    text = "\n".join(f"{'✓' if check.good else '✗'} {check.name}: {check.detail}" for check in checks)
    return Result([asdict(check) for check in checks], text, good=all(check.good for check in checks))


def _check_python() -> Check:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Check(
        "Python",
        sys.version_info >= (3, 11),
        version if sys.version_info >= (3, 11) else f"{version}; take 3.11 or newer",
    )


def _check_git() -> list[Check]:
    git, lfs = shutil.which("git"), shutil.which("git-lfs")
    return [
        _check_version_of_git(git) if git is not None else Check("git", False, "not found; install git"),
        Check("git-lfs", True, lfs or "not found; only needed to clone and push models with large files by git"),
    ]


def _check_version_of_git(git: str) -> Check:
    said = subprocess.run([git, "--version"], capture_output=True, text=True, check=False).stdout
    found = tuple(int(part) for part in re.findall(r"\d+", said)[:2])
    remedy = "" if found >= _GIT else f"; {said.strip()} does not wait for the disk when models are pushed, take 2.36"
    return Check("git", not remedy, git + remedy)


def _check_lab() -> list[Check]:
    from jupyter_core.paths import jupyter_config_path, jupyter_path

    remedy = "not found; pip install jupyter_hubcollab into the environment of JupyterLab"
    places = {
        "server extension": ("jupyter_server_config.d/jupyter_hubcollab.json", jupyter_config_path()),
        "panel": ("labextensions/jupyter-hubcollab/package.json", jupyter_path()),
    }
    checks = []
    for name, (file, folders) in places.items():
        found = next((str(Path(folder, file)) for folder in folders if Path(folder, file).is_file()), None)
        checks.append(Check(name, found is not None, found or remedy))
    return checks


def _check_packages() -> list[Check]:
    from importlib import metadata

    checks = []
    for name in ("jupyter-hubcollab", "jupyterlab", "mlflow", "huggingface-hub", "skops", "scikit-learn"):
        try:
            checks.append(Check(name, True, metadata.version(name)))
        except metadata.PackageNotFoundError:
            wanted = name != "scikit-learn"
            checks.append(Check(name, not wanted, f"not installed; pip install {name}"))
    return checks


def _check_disk(folder: Path) -> Check:
    there = next(parent for parent in (folder.absolute(), *folder.absolute().parents) if parent.exists())
    free = shutil.disk_usage(there).free
    writable = os.access(there, os.W_OK)
    detail = f"{free / 1e9:.1f} GB free in {there}" + ("" if writable else ", which is not yours to write to")
    return Check("disk", writable and free > 1 << 30, detail)


def _check_clock(folder: Path) -> Check:
    """What was written lately must not lie in the future: tokens and grace periods would be counted wrong."""
    file = folder / "index.sqlite"
    ahead = file.stat().st_mtime - time.time() if file.is_file() else 0.0
    detail = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    wrong = f"{detail}, but the hub was written to {ahead:.0f} s later than that; set the clock"
    return Check("clock", ahead < _LATEST_S, detail if ahead < _LATEST_S else wrong)


def _check_lock(folder: Path) -> Check:
    from ..storage.exclusive import Exclusive

    if not (folder / "index.sqlite").is_file():
        return Check("lock", True, "no hub is there yet")
    try:
        Exclusive(folder.absolute(), "jupyter hubcollab doctor").release()
    except HubError as error:
        is_taken = "is in use by" in str(error)
        return Check("lock", is_taken, str(error).partition(";")[0] if is_taken else str(error))
    return Check("lock", True, "no server has the folder")


def _check_others(given: argparse.Namespace) -> list[Check]:
    """The hubs whose public models are read through this one: can they be reached from here?"""
    checks = []
    for url in given.upstream:
        address = urlsplit(url)
        port = address.port or (443 if address.scheme == "https" else 80)
        try:
            socket.create_connection((address.hostname or "", port), timeout=_REACHED_S).close()
        except OSError as error:
            checks.append(Check(f"upstream {url}", False, f"cannot be reached ({error}); see the setting offline"))
        else:
            checks.append(Check(f"upstream {url}", True, "can be reached"))
    return checks


def _check_index(folder: Path) -> Check:
    import sqlite3

    file = folder / "index.sqlite"
    if not file.is_file():
        return Check("index", True, f"no hub in {folder.absolute()} yet; JupyterLab makes it at its first start")
    connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
    try:
        found = str(connection.execute("PRAGMA quick_check").fetchone()[0])
    except sqlite3.DatabaseError as error:
        found = str(error)
    finally:
        connection.close()
    remedy = "" if found == "ok" else "; stop the server and restore the folder from a backup"
    return Check("index", found == "ok", found + remedy)


def _check_hub(given: argparse.Namespace) -> Check:
    from ..config import environment
    from ..wire import Me

    if not given.url and not environment().get("HUBCOLLAB_URL") and not running_here():
        return Check("hub", True, "none runs here, and HUBCOLLAB_URL is not set; scripts must set it")
    try:
        hub = hub_of(given)
        me = hub.get("me", Me)
    except HubError as error:
        return Check("hub", False, str(error))
    return Check("hub", True, f"reached at {hub.url}, as {me.name}")
