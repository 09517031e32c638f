"""Verdicts on files of this machine, before they are published."""

from __future__ import annotations

from pathlib import Path

from .formats import scan
from .verdicts import Verdict


def files_in(folder: Path) -> list[Path]:
    """The files in *folder* and below, sorted, without those of git itself."""
    files = (file for file in sorted(folder.rglob("*")) if file.is_file())
    return [file for file in files if ".git" not in file.relative_to(folder).parts]


def scanned(file: Path) -> Verdict:
    """The verdict on *file*."""
    with file.open("rb") as source:
        return scan(source, file.stat().st_size, file.name)
