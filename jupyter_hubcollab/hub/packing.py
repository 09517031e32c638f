"""Git's objects of one repository in one pack; what nothing reaches goes when it is old enough.

git looks for what may go, but does not remove it: it would remove folders that are empty then, too. A push or a commit
that has just found its folder there would fail to put its object into it.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from ..config import environment
from ..errors import HubError, StorageFull
from ..storage.files import sync_folder

_NO_ROOM = ("Out of diskspace", "No space left")
_LEFTOVERS = ("tmp_*", "pack/tmp_*", "[0-9a-f][0-9a-f]/tmp_obj_*")
"""What git leaves among the objects when it is killed."""


def is_packed(repository: Path) -> bool:
    """Is there nothing to do?"""
    objects = repository / "objects"
    packs = sum(1 for _ in (objects / "pack").glob("*.pack"))
    return packs <= 1 and next(objects.glob("[0-9a-f][0-9a-f]/*"), None) is None


def pack(repository: Path, before: datetime) -> None:
    """One pack of all that refs reach; once it is safe, other copies go, and what is older than *before* and in none.

    Raises:
        StorageFull: there is no room for the pack; nothing is lost.
    """
    objects = repository / "objects"
    packs = objects / "pack"
    old = [one for one in packs.glob("*.pack") if _is_past(one, before)]
    made = _run(
        repository, "pack-objects", "--revs", "--all", "--non-empty", "--delta-base-offset", "-q", str(packs / "pack")
    )
    sync_folder(packs)
    for one in old if made else ():
        # git makes a pack young when somebody sends again what is in it.
        if one.stem != f"pack-{made}" and _is_past(one, before):
            for file in [one.with_suffix(".idx"), *packs.glob(f"{one.stem}.*")]:
                file.unlink(missing_ok=True)
    for line in _run(repository, "prune-packed", "--dry-run").splitlines():
        objects.joinpath(*Path(line).parts[-2:]).unlink(missing_ok=True)
    for file in [*_unreached(repository, before)]:
        if _is_past(file, before):
            _remove(file)


def _unreached(repository: Path, before: datetime) -> Iterator[Path]:
    objects = repository / "objects"
    for pattern in _LEFTOVERS:
        yield from objects.glob(pattern)
    told = _run(repository, "prune", "--dry-run", f"--expire={int(before.timestamp())}").splitlines()
    for oid, *_ in (line.split(" ") for line in told if not line.startswith("Removing ")):
        yield objects / oid[:2] / oid[2:]


def _is_past(file: Path, before: datetime) -> bool:
    try:
        return file.stat().st_mtime < before.timestamp()
    except FileNotFoundError:
        return False


def _remove(left: Path) -> None:
    if left.is_dir():
        shutil.rmtree(left, ignore_errors=True)
    else:
        with suppress(FileNotFoundError):
            left.unlink()


def _run(repository: Path, *words: str) -> str:
    settings = ("-c", "safe.directory=*", "-c", "core.fsync=all", "-c", "core.fsyncMethod=fsync", "-c", "gc.auto=0")
    variables = environment() | {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "LC_ALL": "C"}
    command = ["git", *settings, "--git-dir", str(repository), *words]
    done = subprocess.run(command, env=variables, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        if any(words in done.stderr for words in _NO_ROOM):
            raise StorageFull("no space left to pack git's objects; free some, then try again")
        raise HubError(f"git {words[0]} failed in {repository}: {done.stderr.strip()[:500]}")
    return done.stdout.strip()
