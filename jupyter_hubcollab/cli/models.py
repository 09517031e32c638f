"""Models of a running hub: versions, download, publish."""

from __future__ import annotations

import argparse
import shutil
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from .words import Result, add, add_address, hub_of


def add_models(commands: Any) -> None:
    """Add the commands."""
    versions = add(commands, "versions", _versions, "list the versions of a model with their metrics")
    add_address(versions)
    versions.add_argument("repo", help="as in team/digits")
    download = add(commands, "download", _download, "get the files of a model; prints the folder")
    add_address(download)
    download.add_argument("repo", help="as in team/digits")
    download.add_argument("--revision", help="version, branch or commit; else the newest")
    download.add_argument("--to", type=Path, help="copy them to this folder")
    _add_publish(commands)
    variants = add(commands, "variants", _variants, "list the forms of a model, or make some")
    add_address(variants)
    variants.add_argument("repo", help="as in team/digits, or team/digits@v2")
    variants.add_argument("make", nargs="*", help="make these first: fp16, bf16")
    variants.add_argument("--into", help="the branch that gets them")
    reproduce = add(commands, "reproduce", _reproduce, "run the notebook of a version again and compare its metrics")
    add_address(reproduce)
    reproduce.add_argument("repo", help="as in team/digits, or team/digits@v2; else the newest version")
    reproduce.add_argument("--tolerance", type=float, help="by how much a metric may differ (0.01)")
    reproduce.add_argument("--environment", choices=("pinned", "server"), help="instead of what the rules say")


def _add_publish(commands: Any) -> None:
    parser = add(commands, "publish", _publish, "make a version from a file or a folder")
    add_address(parser)
    parser.add_argument("path", type=Path)
    parser.add_argument("repo", help="as in team/digits")
    for name in ("message", "tag", "license", "summary", "dataset"):
        parser.add_argument(f"--{name}")
    parser.add_argument(
        "--metric", action="append", type=_metric, default=[], metavar="NAME=VALUE", help="may be repeated"
    )
    parser.add_argument("--private", action="store_true", help="only for yourself")


def _versions(given: argparse.Namespace) -> Result:
    from ..client import versions

    found = versions(given.repo, connection=hub_of(given))
    return Result(list(found), repr(found))


def _download(given: argparse.Namespace) -> Result:
    from ..client import download

    folder = download(given.repo, revision=given.revision, connection=hub_of(given))
    if given.to is not None:
        shutil.copytree(folder, given.to, dirs_exist_ok=True, copy_function=shutil.copyfile)
        folder = given.to
    return Result({"path": str(folder)}, str(folder))


def _publish(given: argparse.Namespace) -> Result:
    from ..client import publish

    names = ("message", "tag", "license", "summary", "dataset")
    said = {name: getattr(given, name) for name in names if getattr(given, name) is not None}
    made = publish(
        given.path, given.repo, metrics=dict(given.metric), private=given.private, connection=hub_of(given), **said
    )
    shown = {"repoId": made.repo_id, "tag": made.tag, "revision": made.revision, "url": made.url}
    return Result(shown, repr(made))


def _variants(given: argparse.Namespace) -> Result:
    from ..client import variants

    found = variants(given.repo, given.make, into=given.into, connection=hub_of(given))
    return Result(list(found), repr(found))


def _reproduce(given: argparse.Namespace) -> Result:
    from ..client import reproduce

    with redirect_stdout(sys.stderr):  # the log; what comes of it goes to stdout
        found = reproduce(
            given.repo, tolerance=given.tolerance, environment=given.environment, connection=hub_of(given)
        )
    shown = {"verdict": found.verdict, "metrics": list(found.metrics), "run": found.run, "log": found.log}
    return Result(shown, repr(found), found.verdict == "holds")


def _metric(word: str) -> tuple[str, float]:
    name, _, value = word.partition("=")
    try:
        number = float(value)
    except ValueError:
        number = None
    if not name or number is None:
        raise argparse.ArgumentTypeError(f"'{word}' is no metric; write it as accuracy=0.97")
    return name, number
