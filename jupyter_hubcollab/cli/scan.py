"""``scan``: whether files are safe to load: those of a folder before they are published, or those of a version."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import BadInput
from .words import Result, add, add_address, hub_of, version_in

if TYPE_CHECKING:
    from ..models.scan.verdicts import Safety

_DISTRUSTED = ("unsafe", "unscanned")


def add_scan(commands: Any) -> None:
    """Add the command."""
    parser = add(commands, "scan", _scan, "say which files are safe to load; reads bytes, loads nothing")
    add_address(parser)
    parser.add_argument("target", help="a file, a folder, or TEAM/NAME[@REVISION] of a hub")


@dataclass(frozen=True, slots=True)
class _Judged:
    """A file and what the scan says of it."""

    path: str
    safety: Safety
    note: str


def _scan(given: argparse.Namespace) -> Result:
    path = Path(given.target)
    found = list(_here(path) if path.exists() else _of_the_hub(given))
    good = not any(one.safety in _DISTRUSTED for one in found)
    return Result({"safe": good, "files": [asdict(one) for one in found]}, _worded(found), good)


def _here(path: Path) -> Iterator[_Judged]:
    from ..models.scan import files_in, scanned

    for file in [path] if path.is_file() else files_in(path):
        try:
            verdict = scanned(file)
        except OSError as error:
            raise BadInput(f"{file} cannot be read: {error.strerror}") from error
        yield _Judged(str(file if file == path else file.relative_to(path)), verdict.safety, verdict.note)


def _of_the_hub(given: argparse.Namespace) -> Iterator[_Judged]:
    """What the hub found when the files came; nothing is fetched."""
    from .. import wire
    from ..client.addresses import of_model
    from ..names import repo_id

    name, revision = version_in(given.target, "file or folder")
    repo = repo_id(name)
    asked = {"revision": revision} if revision else {}
    listed = hub_of(given).get(f"{of_model(repo)}/files", wire.FileList, **asked)
    for file in listed.files:
        yield _Judged(file.path, file.safety, file.safety_note)


def _worded(found: list[_Judged]) -> str:
    width = max((len(one.path) for one in found), default=0)
    lines = [f"{one.safety:>9}  {one.path:<{width}}  {one.note}".rstrip() for one in found]
    distrusted = sum(one.safety in _DISTRUSTED for one in found)
    return "\n".join([*lines, f"{len(found)} files; {distrusted or 'none'} unsafe or not looked through"])
