"""Looking after a hub: fsck, gc, reindex, backup, restore.

They work on the data folder when no server has it; else the server that has it is asked to do them as a job.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ..errors import HubError, Unavailable
from .words import Result, add, add_address, add_data_dir, existing, server_of

if TYPE_CHECKING:
    from .. import wire
    from ..client.progress import Screen

T = TypeVar("T")
_ASKED_EVERY_S = 0.2


def add_upkeep(commands: Any) -> None:
    """Add the commands."""
    fsck = add(commands, "fsck", _fsck, "look whether everything is there and whole")
    fsck.add_argument("--deep", action="store_true", help="read every byte, too")
    gc = add(commands, "gc", _gc, "remove what no ref, open upload or deleted repo of late reaches")
    gc.add_argument("--grace-hours", type=float, default=24, help="what is younger stays (24; 1 at least)")
    gc.add_argument("--dry-run", action="store_true", help="only say what would go")
    reindex = add(commands, "reindex", _reindex, "work out again what git and the blobs know better than the index")
    backup = add(commands, "backup", _backup, "add a snapshot of the hub to a backup; it may be in use")
    backup.add_argument("folder", type=Path, help="folder of the backup, on the machine of the hub")
    backup.add_argument("--keep", type=int, help="forget all but so many snapshots")
    backup.add_argument("--verify", action="store_true", help="make none; read the newest snapshot again instead")
    for parser in (fsck, gc, reindex, backup):
        add_data_dir(parser)
        add_address(parser)
    restore = add(commands, "restore", _restore, "make the hub of a backup in an empty folder")
    restore.add_argument("folder", type=Path, help="folder of the backup")
    restore.add_argument("--snapshot", help="which one; else the newest")
    restore.add_argument("--database-url", default="", help="an empty database for the index; else a file")
    add_data_dir(restore)


def _fsck(given: argparse.Namespace) -> Result:
    from ..wire import UpkeepRequest

    report = _done(given, UpkeepRequest(task="fsck", deep=given.deep))
    return Result(report, _findings(report) or "everything is there and whole", good=not report.findings)


def _gc(given: argparse.Namespace) -> Result:
    from ..client.tables import size
    from ..wire import UpkeepRequest

    report = _done(given, UpkeepRequest(task="gc", grace_hours=given.grace_hours, dry=given.dry_run))
    numbers = report.numbers
    kinds = ("blobs", "chunked", "xorbs", "repos", "leftovers", "attachments")
    what = ", ".join(f"{numbers[kind]} {kind}" for kind in kinds)
    begin = "would remove" if given.dry_run else "removed"
    return Result(report, f"{begin} {size(numbers['sizeBytes'])}: {what}; git shrank by {size(numbers['gitBytes'])}")


def _reindex(given: argparse.Namespace) -> Result:
    from ..wire import UpkeepRequest

    report = _done(given, UpkeepRequest(task="reindex"))
    return Result(report, f"{report.numbers['repos']} repos worked out again")


def _backup(given: argparse.Namespace) -> Result:
    from ..client.tables import size
    from ..wire import UpkeepRequest

    if given.verify:
        return _verify(given)
    asked = UpkeepRequest(task="backup", folder=str(given.folder.absolute()), keep=given.keep)
    report = _done(given, asked)
    numbers = report.numbers
    new = f"{size(numbers['copiedBytes'])} in {numbers['copied']} files were new"
    text = f"snapshot {report.snapshot}: {size(numbers['sizeBytes'])} in {numbers['files']} files, of which {new}"
    return Result(report, "\n".join(filter(None, [text, _findings(report)])), good=not report.findings)


def _verify(given: argparse.Namespace) -> Result:
    from ..hub.operations import report_of
    from ..hub.restoring import verify

    report = report_of(list(_drawn("verify", lambda tell: list(verify(given.folder, tell)))))
    return Result(report, _findings(report) or "the snapshot is what it was", good=not report.findings)


def _restore(given: argparse.Namespace) -> Result:
    from ..hub.operations import report_of
    from ..hub.restoring import restore

    data_dir = given.data_dir.absolute()
    url = given.database_url
    found = _drawn("restore", lambda tell: restore(given.folder, data_dir, tell, given.snapshot, database_url=url))
    report = report_of(found)
    text = f"the hub is in {data_dir}; start JupyterLab with --HubCollab.data_dir={data_dir}"
    return Result(report, "\n".join(filter(None, [text, _findings(report)])), good=not report.findings)


def _findings(report: wire.UpkeepReport) -> str:
    return "\n".join(f"{one.repo}: {one.what}" if one.repo else one.what for one in report.findings)


def _done(given: argparse.Namespace, asked: wire.UpkeepRequest) -> wire.UpkeepReport:
    """The report of *asked*, done here or by the server that has the folder.

    Raises:
        Unavailable: there is no hub in the folder, or its server cannot be asked.
    """
    from ..storage.exclusive import Exclusive

    folder = existing(given.data_dir)
    try:
        lock = Exclusive(folder, f"jupyter hubcollab {asked.task}")
    except Unavailable as taken:
        return _by_server(given, asked, taken)
    try:
        return _drawn(asked.task, lambda tell: _here(folder, asked, tell))
    finally:
        lock.release()


def _here(folder: Path, asked: wire.UpkeepRequest, tell: Callable[[float, str], object]) -> wire.UpkeepReport:
    from ..config import Config
    from ..hub.hub import open_hub
    from ..hub.operations import run
    from ..storage.database import Database, noted_url

    database = Database(Config(folder, database_url=noted_url(folder)).index_url)
    try:
        hub = open_hub(folder, database)
        report = run(hub.upkeep, asked, tell)
        hub.close()
    finally:
        database.close()
    return report


def _by_server(given: argparse.Namespace, asked: wire.UpkeepRequest, taken: Unavailable) -> wire.UpkeepReport:
    from ..wire import Job, UpkeepState

    hub = server_of(given, taken)
    job = hub.post("upkeep", asked, Job)

    def follow(tell: Callable[[float, str], object]) -> wire.UpkeepReport:
        while (state := hub.get(f"upkeep/{job.id}", UpkeepState)).report is None:
            if state.job.state in ("failed", "cancelled"):
                raise HubError(state.job.detail)
            tell(state.job.progress, state.job.detail)
            time.sleep(_ASKED_EVERY_S)
        return state.report

    return _drawn(asked.task, follow)


def _drawn(title: str, work: Callable[[Callable[[float, str], object]], T]) -> T:
    """What *work* gives; meanwhile a bar is drawn for who looks."""
    from ..client.progress import here

    screen: Screen = here()

    def tell(share: float, what: str) -> None:
        screen.draw(title, share, what[:40])

    try:
        return work(tell)
    finally:
        screen.close()
