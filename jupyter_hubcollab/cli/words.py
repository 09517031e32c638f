"""What all commands share: how they are added, what they give, and which hub or folder they mean."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import BadInput, HubError, Unavailable

if TYPE_CHECKING:
    from ..client.connection import Connection


@dataclass(frozen=True, slots=True)
class Result:
    """What a command found or made."""

    shown: object
    """What JSON shows."""
    text: str
    """What people read."""
    good: bool = True
    """False: the command did its work and found something wrong; its exit code is 1."""


def add(
    commands: Any, name: str, command: Callable[[argparse.Namespace], Result], help: str
) -> argparse.ArgumentParser:
    """Add a command; its parser, for its options."""
    parser: argparse.ArgumentParser = commands.add_parser(name, help=help, description=help.capitalize() + ".")
    parser.add_argument("--json", action="store_true", help="print one JSON value")
    parser.set_defaults(command=command)
    return parser


def positive(word: str) -> int:
    """A number of things, for an option: at least one."""
    if not word.isdecimal() or int(word) < 1:
        raise argparse.ArgumentTypeError(f"'{word}' is no number from 1 on")
    return int(word)


def add_address(parser: argparse.ArgumentParser) -> None:
    """Let the caller name a running hub."""
    parser.add_argument("--url", help="address of the hub, as in http://localhost:8888/hubcollab")
    parser.add_argument("--token", help="a token for it; safer in HUBCOLLAB_TOKEN, where other users cannot see it")


def hub_of(given: argparse.Namespace) -> Connection:
    """The hub that is meant.

    Raises:
        Unavailable: there is none, or more than one.
    """
    from ..client.connection import connect
    from ..config import environment

    names = environment()
    names |= {"HUBCOLLAB_URL": given.url} if given.url else {}
    names |= {"HUBCOLLAB_TOKEN": given.token} if given.token else {}
    found = [] if names.get("HUBCOLLAB_URL") else running_here()
    if len(found) > 1:
        raise Unavailable(f"several hubs run here; name one with --url: {', '.join(one.url for one in found)}")
    return found[0] if found else connect(names)


def version_in(target: str, otherwise: str) -> tuple[str, str | None]:
    """The repo, and the revision if one is named, of *target*, where no *otherwise* of this name lies here.

    Raises:
        BadInput: it looks like a path.
    """
    from ..client.downloads import parted

    if target.count("/") != 1 or target.startswith((".", "/")):
        raise BadInput(f"there is no {otherwise} '{target}'; give one, or a version as in team/digits@v2")
    return parted(target, None)


def server_of(given: argparse.Namespace, taken: Unavailable) -> Connection:
    """The server that has the data folder, as its lock says; *taken* is what the lock says.

    Raises:
        Unavailable: its token is not known here.
    """
    from jupyter_server.serverapp import list_running_servers

    from ..client.connection import Connection
    from ..config import environment

    if given.url or environment().get("HUBCOLLAB_URL"):
        return hub_of(given)
    for server in list_running_servers():
        if f"(process {server['pid']})" in str(taken):
            return Connection(f"{server['url']}hubcollab", given.token or server["token"])
    raise Unavailable(f"{taken}; or name it with --url and --token, so that it does this itself")


def running_here() -> list[Connection]:
    """The hubs of this user's Jupyter servers on this machine."""
    from jupyter_server.serverapp import list_running_servers

    from ..client.connection import Connection
    from ..wire import Me

    found = []
    for server in list_running_servers():
        hub = Connection(f"{server['url']}hubcollab", server["token"])
        try:
            hub.get("me", Me)
        except HubError:  # a server without our extension, or one with a password and no token
            continue
        found.append(hub)
    return found


def add_data_dir(parser: argparse.ArgumentParser) -> None:
    """Let the caller name a data folder."""
    parser.add_argument("--data-dir", type=Path, default=Path(".hubcollab"), help="the hub's folder (.hubcollab)")


def has_hub(folder: Path) -> bool:
    """Is there an index in *folder*, or the note of where it is?"""
    return any((folder / name).is_file() for name in ("index.sqlite", "index-url"))


def existing(folder: Path) -> Path:
    """*folder*, if a hub lives there.

    Raises:
        Unavailable: none does.
    """
    if not has_hub(folder):
        raise Unavailable(
            f"there is no hub in {folder.absolute()}; name its folder with --data-dir, or start JupyterLab once"
        )
    return folder.absolute()
