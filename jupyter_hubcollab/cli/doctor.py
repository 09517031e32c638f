"""What is wrong with this installation, and what helps."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..errors import HubError, Unavailable
from .diagnosis import Check, checked, shown
from .reach import STANDARD_PORT, network_checks
from .words import Result, add, add_address, add_data_dir, has_hub

_LATEST_S = 60.0
_GIT = (2, 36)


def add_doctor(commands: Any) -> None:
    """Add the command."""
    doctor = add(commands, "doctor", _doctor, "say what is wrong with this installation, and what helps")
    add_data_dir(doctor)
    add_address(doctor)
    doctor.add_argument("--port", type=int, help=f"say whether a server can listen there ({STANDARD_PORT})")
    doctor.add_argument("--upstream", action="append", default=[], metavar="URL", help="also try to reach this hub")


def _doctor(given: argparse.Namespace) -> Result:
    return shown(
        [
            _check_python(),
            *_check_git(),
            *_check_packages(),
            *_check_lab(),
            _check_disk(given.data_dir),
            _check_clock(given.data_dir),
            _check_lock(given.data_dir),
            _check_index(given.data_dir),
            _check_search(given.data_dir),
            *network_checks(given),
        ]
    )


def _check_python() -> Check:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return checked("Python", version, "take 3.11 or newer", wrong=sys.version_info < (3, 11))


def _check_git() -> list[Check]:
    git, lfs = shutil.which("git"), shutil.which("git-lfs")
    return [
        _check_version_of_git(git) if git is not None else Check("git", False, "not found", "install git"),
        Check("git-lfs", True, lfs or "not found; only needed to clone and push models with large files by git"),
    ]


def _check_version_of_git(git: str) -> Check:
    said = subprocess.run([git, "--version"], capture_output=True, text=True, check=False).stdout
    found = tuple(int(part) for part in re.findall(r"\d+", said)[:2])
    old = found < _GIT
    words = f"{said.strip()} does not wait for the disk when models are pushed" if old else git
    return checked("git", words, "take 2.36 or newer", wrong=old)


def _check_lab() -> list[Check]:
    from jupyter_core.paths import jupyter_config_path, jupyter_path

    remedy = "pip install jupyter_hubcollab into the environment of JupyterLab"
    places = {
        "server extension": ("jupyter_server_config.d/jupyter_hubcollab.json", jupyter_config_path()),
        "panel": ("labextensions/jupyter-hubcollab/package.json", jupyter_path()),
    }
    checks = []
    for name, (file, folders) in places.items():
        found = next((str(Path(folder, file)) for folder in folders if Path(folder, file).is_file()), None)
        checks.append(checked(name, found or "not found", remedy, wrong=found is None))
    return checks


def _check_packages() -> list[Check]:
    """The most important ones by name, and whether all are of versions that this one was made for."""
    from importlib import metadata

    checks = []
    for name in ("jupyter-hubcollab", "jupyterlab", "mlflow", "huggingface-hub", "skops", "scikit-learn"):
        try:
            checks.append(Check(name, True, metadata.version(name)))
        except metadata.PackageNotFoundError:
            needed = name != "scikit-learn"
            checks.append(Check(name, not needed, "not installed", f"pip install {name}"))
    wrong = [one for asked in metadata.requires("jupyter-hubcollab") or [] if (one := _unmet(asked))]
    words = "; ".join(wrong) if wrong else "all as needed"
    return [*checks, checked("versions", words, "pip install --upgrade jupyter-hubcollab", wrong=bool(wrong))]


def _unmet(asked: str) -> str:
    """What is wrong with the package that *asked* names, a line of the metadata; empty: nothing."""
    from importlib import metadata

    from packaging.requirements import Requirement

    needed = Requirement(asked)
    if needed.marker is not None and not needed.marker.evaluate({"extra": ""}):
        return ""
    try:
        there = metadata.version(needed.name)
    except metadata.PackageNotFoundError:
        return f"{needed.name} is not installed"
    return "" if needed.specifier.contains(there, prereleases=True) else f"{needed} is needed, {there} is there"


def _check_disk(folder: Path) -> Check:
    there = next(parent for parent in (folder.absolute(), *folder.absolute().parents) if parent.exists())
    free = shutil.disk_usage(there).free
    if not os.access(there, os.W_OK):
        return Check("disk", False, f"{there} is not yours to write to", "give --data-dir, or change its owner")
    remedy = "make room (jupyter hubcollab gc, the setting upstream_cache_bytes), or move the folder to a larger disk"
    return checked("disk", f"{free / 1e9:.1f} GB free in {there}", remedy, wrong=free <= 1 << 30)


def _check_clock(folder: Path) -> Check:
    """What was written lately must not lie in the future: tokens and grace periods would be counted wrong."""
    file = folder / "index.sqlite"
    ahead = file.stat().st_mtime - time.time() if file.is_file() else 0.0
    detail, wrong = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC", ahead >= _LATEST_S
    words = f"{detail}, but the hub was written to {ahead:.0f} s later than that" if wrong else detail
    return checked("clock", words, "set the clock", wrong=wrong)


def _check_lock(folder: Path) -> Check:
    from ..storage.exclusive import Exclusive

    if not has_hub(folder):
        return Check("lock", True, "no hub is there yet")
    try:
        Exclusive(folder.absolute(), "jupyter hubcollab doctor").release()
    except HubError as error:
        is_taken = "is in use by" in str(error)
        words, _, remedy = str(error).partition("; ")
        return checked("lock", words, remedy, wrong=not is_taken)
    return Check("lock", True, "no server has the folder")


def _check_search(folder: Path) -> Check:
    """The embedding model is loaded: nothing less shows that it can be."""
    from ..catalogue.embedders import embedder, noted_model

    if not (model := noted_model(folder / "catalogue")):
        return Check("search", True, "by the embedding model that comes with the hub")
    try:
        found = embedder(model, offline=True)
    except HubError as error:
        words, _, remedy = str(error).partition("; ")
        return Check("search", False, f"by words alone: {words}", remedy)
    return Check("search", True, f"by the embedding model {model}, {found.dimensions} numbers a text")


def _check_index(folder: Path) -> Check:
    import sqlite3

    from ..storage.database import Database, noted_url

    if url := noted_url(folder):
        try:
            Database(url).close()
        except Unavailable as error:
            return Check("index", False, str(error), "start that database, or correct the setting database_url")
        return Check("index", True, "answers in its own database")
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
    remedy = "stop the server and restore the folder from a backup (jupyter hubcollab restore)"
    return checked("index", found, remedy, wrong=found != "ok")
