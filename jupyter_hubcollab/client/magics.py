"""``%hub search …``, ``%hub load …``, ``%hub versions …`` and ``%%hub publish …``, for those who like magics."""

from __future__ import annotations

import argparse
import re
import shlex
from typing import Any, NoReturn, get_args

from ..errors import BadInput
from ..names import KINDS, RepoKind
from .comparing import compare
from .gating import How, expect
from .loading import load
from .publishing import publish
from .searching import search
from .version_list import versions

USAGE = (
    "%hub search [datasets|spaces] SENTENCE [--limit N] [--kind KIND] [--source SOURCE] [--without KEY] | "
    "%hub compare TEAM/NAME TEAM/NAME … | "
    "%hub load TEAM/NAME[@REVISION] [as VARIABLE] | %hub versions TEAM/NAME | %%hub publish TEAM/NAME | "
    "%%hub expect TEAM/NAME [--name NAME] [--how HOW] [--tolerance T]"
)


_OPTION = re.compile(r"(?:^|\s)(--[a-z]+(?:[= ]\S+)?)")


class _Words(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise BadInput(f"{message}; use {USAGE}")


def hub(line: str, cell: str | None = None) -> Any:
    """The magic ``hub``, on a line or on a cell."""
    word, _, rest = line.strip().partition(" ")
    if cell is not None:
        cells = {"publish": _publish_cell, "expect": _expect_cell}
        if word not in cells:
            raise BadInput(f"a cell can be published or expected, and no more; use {USAGE}")
        return cells[word](rest, cell)
    if word == "search" and rest.strip():
        return _search(rest.strip())
    if word == "compare" and rest.strip():
        return compare(*rest.split())
    if word == "versions" and rest.strip():
        return versions(rest.strip())
    if word == "load" and rest.strip():
        return _load(rest.split())
    raise BadInput(f"use {USAGE}")


def _search(rest: str) -> Any:
    """``datasets …`` and ``spaces …`` look among those; the options are those of the command line."""
    words = _Words(prog="%hub search", add_help=False)
    words.add_argument("--limit", type=int)
    words.add_argument("--kind", choices=KINDS)
    words.add_argument("--source")
    words.add_argument("--without", action="append")
    written = [part for option in _OPTION.findall(rest) for part in re.split("[= ]", option, maxsplit=1)]
    given = {name: value for name, value in vars(words.parse_args(written)).items() if value is not None}
    rest = _OPTION.sub(" ", rest).strip()
    if not rest:
        raise BadInput(f"say what to search; use {USAGE}")
    first, _, more = rest.partition(" ")
    more = re.sub(r"^(?:of|for|with|about|that)\s+", "", more.strip())
    kinds: dict[str, RepoKind] = {"models": "model", "datasets": "dataset", "spaces": "space"}
    if first in kinds and more:
        return search(more, **{"kind": kinds[first], **given})
    return search(rest, **given)


def _load(words: list[str]) -> Any:
    repo, _, revision = words[0].partition("@")
    model = load(repo, revision=revision or None)
    if len(words) == 3 and words[1] == "as":
        _shell().push({words[2]: model})
        return None
    return model


def _publish_cell(line: str, cell: str) -> Any:
    """Run the cell; publish the value of its last line."""
    words = _Words(prog="%%hub publish", add_help=False)
    words.add_argument("repo")
    for name in ("message", "tag", "license", "dataset", "summary"):
        words.add_argument(f"--{name}")
    words.add_argument("--private", action="store_true")
    given = {name: value for name, value in vars(words.parse_args(shlex.split(line))).items() if value is not None}
    done = _shell().run_cell(cell, store_history=False)
    done.raise_error()
    if done.result is None:
        raise BadInput("the last line of the cell must be the model, as in: model")
    return publish(done.result, given.pop("repo"), **given)


def _expect_cell(line: str, cell: str) -> None:
    """Run the cell; its last line is an input and what is expected of it."""
    words = _Words(prog="%%hub expect", add_help=False)
    words.add_argument("repo")
    words.add_argument("--name")
    words.add_argument("--how", choices=get_args(How))
    words.add_argument("--tolerance", type=float)
    given = vars(words.parse_args(shlex.split(line)))
    done = _shell().run_cell(cell, store_history=False)
    done.raise_error()
    if not isinstance(done.result, tuple) or len(done.result) != 2:
        raise BadInput("the last line of the cell must be an input and the output, as in: [5.1, 3.5], 'setosa'")
    expect(given.pop("repo"), *done.result, **given)


def _shell() -> Any:
    from IPython import get_ipython

    return get_ipython()


def register(ipython: Any) -> None:
    """Make the magic known to *ipython*."""
    ipython.register_magic_function(hub, magic_kind="line_cell", magic_name="hub")
