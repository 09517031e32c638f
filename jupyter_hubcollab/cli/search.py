"""Finding things on a running hub, and filling its catalogue with those of others: search, compare, sync."""

from __future__ import annotations

import argparse
import os
from functools import partial
from typing import TYPE_CHECKING, Any

from ..names import KINDS
from .words import Result, add, add_address, add_data_dir, hub_of, positive

if TYPE_CHECKING:
    from ..catalogue.sync import OnDisk, Synced
    from ..client.progress import Screen


def add_search(commands: Any) -> None:
    """Add the commands."""
    search = add(commands, "search", _search, "find models, datasets or spaces by a sentence")
    add_address(search)
    search.add_argument("sentence", nargs="+")
    search.add_argument("--limit", type=positive, default=10, help="most results (10)")
    search.add_argument("--kind", choices=KINDS, default="model", help="what to find (model)")
    search.add_argument("--source", help="'hub' for its own repos only, or the name of a catalogue")
    search.add_argument("--without", action="append", default=[], metavar="KEY", help="leave a condition out")
    search.add_argument("--save", metavar="NAME", help="keep the search; the panel tells what is new")
    compare = add(commands, "compare", _compare, "two to five models, datasets or spaces side by side")
    add_address(compare)
    compare.add_argument("repo", help="as in team/digits")
    compare.add_argument("repos", nargs="+", metavar="other", help="as in team/letters")
    compare.add_argument("--kind", choices=KINDS, default="model", help="what they are (model)")
    _add_sync(commands)


def _add_sync(commands: Any) -> None:
    sync = add(commands, "sync", _sync, "fill the catalogue with the public repos of other hubs")
    sync.add_argument(
        "--source",
        action="append",
        required=True,
        help="huggingface, hub:URL (another jupyter_hubcollab), hf:URL or file:PATH; may be repeated",
    )
    sync.add_argument("--limit", type=int, help="most entries to read of each source")
    sync.add_argument("--kind", choices=KINDS, action="append", help="only these kinds; may be repeated")
    sync.add_argument("--cards", action="store_true", help="fetch the text of each card, too: one request a repo")
    sync.add_argument("--anew", action="store_true", help="read all of it again, not only what changed")
    sync.add_argument("--embed", action="store_true", help="compute the meaning of what is new here and now")
    sync.add_argument("--embedding-model", metavar="MODEL", help="the setting of the server, if it is another one now")
    sync.add_argument("--token", default="", help="for the other hub; safer in HUBCOLLAB_SYNC_TOKEN")
    sync.add_argument("--catalogue-url", default="", help="where the catalogue is, if it is in a PostgreSQL")
    add_data_dir(sync)


def _search(given: argparse.Namespace) -> Result:
    from ..client import search

    found = search(
        " ".join(given.sentence),
        limit=given.limit,
        kind=given.kind,
        source=given.source,
        without=given.without,
        connection=hub_of(given),
    )
    if given.save is not None:
        found.save(given.save)
    return Result(found.reply, repr(found))


def _compare(given: argparse.Namespace) -> Result:
    from ..client import compare

    found = compare(given.repo, *given.repos, kind=given.kind, connection=hub_of(given))
    return Result(list(found.values()), repr(found))


def _sync(given: argparse.Namespace) -> Result:
    from ..catalogue.stores import opened
    from ..catalogue.sync import OnDisk

    disk = OnDisk(opened(given.data_dir.absolute() / "catalogue" / "catalogue.sqlite", given.catalogue_url))
    try:
        done = {source: _synced(disk, source, given) for source in given.source}
        embedded = _embedded(disk, given) if given.embed else 0
        pending = len(disk.store().unembedded(1)) > 0
    finally:
        disk.store().close()
    shown = {source: _numbers(one) for source, one in done.items()}
    whole = [f"{source}: {_said(one)}" for source, one in done.items()]
    if embedded:
        whole.append(f"the meaning of {embedded:,} was computed")
    elif pending:
        whole.append("the server computes their meaning at the next search; until then words decide")
    return Result({"sources": shown, "embedded": embedded}, "\n".join(whole))


def _synced(disk: OnDisk, source: str, given: argparse.Namespace) -> Synced:
    from ..catalogue.sources import EVERYTHING, Options
    from ..catalogue.sync import sync
    from ..config import environment

    kinds = tuple(given.kind) if given.kind else EVERYTHING
    token = given.token or environment().get("HUBCOLLAB_SYNC_TOKEN", "")
    screen = _screen()
    try:
        return sync(
            disk,
            source,
            limit=given.limit,
            options=Options(kinds, token, given.cards),
            anew=given.anew,
            tell=lambda done: screen.draw(source[:40], done.read / given.limit if given.limit else 0, _said(done)),
        )
    finally:
        screen.close()


def _embedded(disk: OnDisk, given: argparse.Namespace) -> int:
    from ..catalogue.embedders import embedder, noted_model
    from ..catalogue.meaning import Meaning

    noted = noted_model(given.data_dir.absolute() / "catalogue")
    model = noted if given.embedding_model is None else given.embedding_model
    screen, done = _screen(), 0

    def tell(vectors: list[tuple[int, bytes]]) -> None:
        nonlocal done
        done += len(vectors)
        screen.draw("meaning", 0, f"{done:,} computed")

    try:
        return Meaning(
            disk.store(), partial(embedder, model, threads=os.cpu_count() or 1), tell, lambda: None
        ).catch_up()
    finally:
        screen.close()


def _screen() -> Screen:
    from ..client.progress import here

    return here()


def _numbers(done: Synced) -> dict[str, int]:
    return {"read": done.read, "changed": done.changed, "broken": done.broken, "removed": done.removed}


def _said(done: Synced) -> str:
    told = f"{done.read:,} read, {done.changed:,} new or changed"
    told += f", {done.removed:,} gone" if done.removed else ""
    return told + (f", {done.broken:,} make no sense" if done.broken else "")
