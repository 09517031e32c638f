"""The program: finds the command, runs it, shows its result or what went wrong."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence

import msgspec

from ..errors import HubError
from .check import add_check
from .doctor import add_doctor
from .models import add_models
from .scan import add_scan
from .search import add_search
from .tokens import add_tokens
from .upkeep import add_upkeep
from .upstreams import add_upstreams
from .words import Result


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words[:1] == ["serve"]:
        return _serve(words[1:])
    given = _parser().parse_args(words)
    command: Callable[[argparse.Namespace], Result] = given.command
    try:
        result = command(given)
    except HubError as error:
        _complain(error, as_json=given.json)
        return 1
    print(msgspec.json.encode(result.shown).decode() if given.json else result.text)
    return 0 if result.good else 1


def _complain(error: HubError, *, as_json: bool) -> None:
    if as_json:
        print(msgspec.json.encode({"code": error.code, "message": str(error)}).decode())
    print(f"{error.code}: {error}", file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="jupyter hubcollab", description="The model hub of this JupyterLab.")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    add_search(commands)
    add_models(commands)
    add_check(commands)
    add_scan(commands)
    add_tokens(commands)
    add_upstreams(commands)
    add_upkeep(commands)
    add_doctor(commands)
    commands.add_parser("serve", help="run the hub alone, without a notebook page; takes the options of jupyter server")
    return parser


def _serve(words: Sequence[str]) -> int:
    """The hub alone, as a Jupyter server without a page of notebooks."""
    from ..app import HubCollab

    launch: Callable[[list[str]], None] = HubCollab.launch_instance
    launch(["--ServerApp.open_browser=False", *words])
    return 0
