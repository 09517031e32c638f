"""``jupyter hubcollab …``: the hub from a terminal.

What talks to a running hub finds it by ``--url`` and ``--token``, else by HUBCOLLAB_URL and HUBCOLLAB_TOKEN, else it
takes the one JupyterLab of this user on this machine that has a hub; ``token``, ``tokens``, ``revoke`` and
``doctor`` work on the data folder.
Exit codes: 0 done, 1 refused or failed, 2 wrongly called. With ``--json``, the result is one JSON value on stdout.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from .errors import HubError, Unavailable

if TYPE_CHECKING:
    from .access import Actor
    from .client.connection import Connection
    from .hub.tokens import Tokens

Result = tuple[object, str]
"""What JSON shows, and what people read."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words[:1] == ["serve"]:
        return _serve(words[1:])
    given = _parser().parse_args(words)
    command: Callable[[argparse.Namespace], Result] = given.command
    try:
        shown, text = command(given)
    except HubError as error:
        _complain(error, as_json=given.json)
        return 1
    print(msgspec.json.encode(shown).decode() if given.json else text)
    return 1 if given.command is _doctor and any(not check.good for check in _checks_of(shown)) else 0


def _complain(error: HubError, *, as_json: bool) -> None:
    if as_json:
        print(msgspec.json.encode({"code": error.code, "message": str(error)}).decode())
    print(f"{error.code}: {error}", file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="jupyter hubcollab", description="The model hub of this JupyterLab.")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    search = _add(commands, "search", _search, "find models by a sentence")
    _add_address(search)
    search.add_argument("sentence", nargs="+")
    search.add_argument("--limit", type=int, default=10, help="most results (10)")
    versions = _add(commands, "versions", _versions, "list the versions of a model with their metrics")
    _add_address(versions)
    versions.add_argument("repo", help="as in team/digits")
    download = _add(commands, "download", _download, "get the files of a model; prints the folder")
    _add_address(download)
    download.add_argument("repo", help="as in team/digits")
    download.add_argument("--revision", help="version, branch or commit; else the newest")
    download.add_argument("--to", type=Path, help="copy them to this folder")
    _add_publish(commands)
    _add_token(commands)
    doctor = _add(commands, "doctor", _doctor, "say what is wrong with this installation, and what helps")
    _add_data_dir(doctor)
    _add_address(doctor)
    commands.add_parser("serve", help="run the hub alone, without a notebook page; takes the options of jupyter server")
    return parser


def _add(
    commands: Any, name: str, command: Callable[[argparse.Namespace], Result], help: str
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=help, description=help.capitalize() + ".")
    parser.add_argument("--json", action="store_true", help="print one JSON value")
    parser.set_defaults(command=command)
    return parser


def _add_address(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--url", help="address of the hub, as in http://localhost:8888/hubcollab")
    parser.add_argument("--token", help="a token for it; safer in HUBCOLLAB_TOKEN, where other users cannot see it")


def _hub(given: argparse.Namespace) -> Connection:
    """The hub that is meant.

    Raises:
        Unavailable: there is none, or more than one.
    """
    from .client.connection import connect
    from .config import environment

    names = environment()
    names |= {"HUBCOLLAB_URL": given.url} if given.url else {}
    names |= {"HUBCOLLAB_TOKEN": given.token} if given.token else {}
    found = [] if names.get("HUBCOLLAB_URL") else _running_here()
    if len(found) > 1:
        raise Unavailable(f"several hubs run here; name one with --url: {', '.join(one.url for one in found)}")
    return found[0] if found else connect(names)


def _running_here() -> list[Connection]:
    """The hubs of this user's Jupyter servers on this machine."""
    from jupyter_server.serverapp import list_running_servers

    from .client.connection import Connection
    from .wire import Me

    found = []
    for server in list_running_servers():
        hub = Connection(f"{server['url']}hubcollab", server["token"])
        try:
            hub.get("me", Me)
        except HubError:  # a server without our extension, or one with a password and no token
            continue
        found.append(hub)
    return found


def _add_data_dir(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data-dir", type=Path, default=Path(".hubcollab"), help="the hub's folder (.hubcollab)")


def _add_publish(commands: Any) -> None:
    parser = _add(commands, "publish", _publish, "make a version from a file or a folder")
    _add_address(parser)
    parser.add_argument("path", type=Path)
    parser.add_argument("repo", help="as in team/digits")
    for name in ("message", "tag", "license", "summary", "dataset"):
        parser.add_argument(f"--{name}")
    parser.add_argument("--metric", action="append", default=[], metavar="NAME=VALUE", help="may be repeated")
    parser.add_argument("--private", action="store_true", help="only for yourself")


def _add_token(commands: Any) -> None:
    create = _add(commands, "token", _token, "make a token for scripts and other clients; it is shown once")
    create.add_argument("--name", default="command line", help="what it is for")
    create.add_argument("--scope", choices=("read", "write", "admin"), default="write")
    create.add_argument("--days", type=int, default=90, help="days until it expires (90)")
    for parser in (create, _add(commands, "tokens", _tokens, "list the tokens that work")):
        _add_owner(parser)
    revoke = _add(commands, "revoke", _revoke, "make a token useless")
    revoke.add_argument("id", help="as 'tokens' shows it")
    _add_owner(revoke)


def _add_owner(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--user", help="whose (the owner of the server)")
    _add_data_dir(parser)


def _search(given: argparse.Namespace) -> Result:
    from .client import search

    found = search(" ".join(given.sentence), limit=given.limit, connection=_hub(given))
    return found.reply, repr(found)


def _versions(given: argparse.Namespace) -> Result:
    from .client import versions

    found = versions(given.repo, connection=_hub(given))
    return list(found), repr(found)


def _download(given: argparse.Namespace) -> Result:
    from .client import download

    folder = download(given.repo, revision=given.revision, connection=_hub(given))
    if given.to is not None:
        shutil.copytree(folder, given.to, dirs_exist_ok=True, copy_function=shutil.copyfile)
        folder = given.to
    return {"path": str(folder)}, str(folder)


def _publish(given: argparse.Namespace) -> Result:
    from .client import publish

    names = ("message", "tag", "license", "summary", "dataset")
    said = {name: getattr(given, name) for name in names if getattr(given, name) is not None}
    made = publish(
        given.path, given.repo, metrics=_metrics(given.metric), private=given.private, connection=_hub(given), **said
    )
    return {"repoId": made.repo_id, "tag": made.tag, "revision": made.revision, "url": made.url}, repr(made)


def _metrics(words: Sequence[str]) -> dict[str, float]:
    from .errors import BadInput

    found: dict[str, float] = {}
    for word in words:
        name, equals, value = word.partition("=")
        try:
            found[name] = float(value)
        except ValueError as error:
            raise BadInput(f"'{word}' is no metric; write it as accuracy=0.97") from error
        if not name or not equals:
            raise BadInput(f"'{word}' is no metric; write it as accuracy=0.97")
    return found


def _token(given: argparse.Namespace) -> Result:
    with _store(given) as (tokens, actor):
        expires_at = datetime.now(UTC) + timedelta(days=given.days)
        token = tokens.create(actor, name=given.name, scope=given.scope, expires_at=expires_at)
    return {"token": token, "user": actor.name, "scope": given.scope, "expiresAt": expires_at}, token


def _tokens(given: argparse.Namespace) -> Result:
    with _store(given) as (tokens, actor):
        found = tokens.list(actor)
    lines = [f"{one.id}  {one.scope:<5}  {_day(one.expires_at):<10}  {one.name}" for one in found]
    shown = [{"id": one.id, "name": one.name, "scope": one.scope, "expiresAt": one.expires_at} for one in found]
    return shown, "\n".join([f"{len(found)} tokens of {actor.name}", *lines])


def _day(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d}" if at else "never"


def _revoke(given: argparse.Namespace) -> Result:
    with _store(given) as (tokens, actor):
        tokens.revoke(actor, given.id)
    return {"revoked": given.id}, f"revoked {given.id}"


@contextmanager
def _store(given: argparse.Namespace) -> Iterator[tuple[Tokens, Actor]]:
    """The tokens of a data folder; whoever can write to the folder may do what its owner may."""
    from .access import Actor
    from .config import Config
    from .hub.tokens import Tokens
    from .storage.database import Database

    config = Config(_existing(given.data_dir))
    user = given.user or config.owner
    database = Database(config.index_url)
    try:
        yield Tokens(database), Actor(user, user, "admin")
    finally:
        database.close()


def _existing(folder: Path) -> Path:
    if not (folder / "index.sqlite").is_file():
        raise Unavailable(
            f"there is no hub in {folder.absolute()}; name its folder with --data-dir, or start JupyterLab once"
        )
    return folder.absolute()


@dataclass(frozen=True, slots=True)
class Check:
    """Something that must be right."""

    name: str
    good: bool
    detail: str


def _checks_of(shown: object) -> list[Check]:
    return [Check(**fields) for fields in shown] if isinstance(shown, list) else []


def _doctor(given: argparse.Namespace) -> Result:
    checks = [
        _check_python(),
        *_check_git(),
        *_check_packages(),
        *_check_lab(),
        _check_disk(given.data_dir),
        _check_index(given.data_dir),
        _check_hub(given),
    ]
    text = "\n".join(f"{'✓' if check.good else '✗'} {check.name}: {check.detail}" for check in checks)
    return [asdict(check) for check in checks], text


def _check_python() -> Check:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Check(
        "Python",
        sys.version_info >= (3, 11),
        version if sys.version_info >= (3, 11) else f"{version}; take 3.11 or newer",
    )


def _check_git() -> list[Check]:
    git, lfs = shutil.which("git"), shutil.which("git-lfs")
    return [
        Check("git", git is not None, git or "not found; install git to clone and push models"),
        Check("git-lfs", True, lfs or "not found; only needed to clone and push models with large files by git"),
    ]


def _check_lab() -> list[Check]:
    from jupyter_core.paths import jupyter_config_path, jupyter_path

    remedy = "not found; pip install jupyter_hubcollab into the environment of JupyterLab"
    places = {
        "server extension": ("jupyter_server_config.d/jupyter_hubcollab.json", jupyter_config_path()),
        "panel": ("labextensions/jupyter-hubcollab/package.json", jupyter_path()),
    }
    checks = []
    for name, (file, folders) in places.items():
        found = next((str(Path(folder, file)) for folder in folders if Path(folder, file).is_file()), None)
        checks.append(Check(name, found is not None, found or remedy))
    return checks


def _check_packages() -> list[Check]:
    from importlib import metadata

    checks = []
    for name in ("jupyter-hubcollab", "jupyterlab", "mlflow", "huggingface-hub", "skops", "scikit-learn"):
        try:
            checks.append(Check(name, True, metadata.version(name)))
        except metadata.PackageNotFoundError:
            wanted = name != "scikit-learn"
            checks.append(Check(name, not wanted, f"not installed; pip install {name}"))
    return checks


def _check_disk(folder: Path) -> Check:
    there = next(parent for parent in (folder.absolute(), *folder.absolute().parents) if parent.exists())
    free = shutil.disk_usage(there).free
    writable = os.access(there, os.W_OK)
    detail = f"{free / 1e9:.1f} GB free in {there}" + ("" if writable else ", which is not yours to write to")
    return Check("disk", writable and free > 1 << 30, detail)


def _check_index(folder: Path) -> Check:
    import sqlite3

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
    remedy = "" if found == "ok" else "; stop the server and restore the folder from a backup"
    return Check("index", found == "ok", found + remedy)


def _check_hub(given: argparse.Namespace) -> Check:
    from .config import environment
    from .wire import Me

    if not given.url and not environment().get("HUBCOLLAB_URL") and not _running_here():
        return Check("hub", True, "none runs here, and HUBCOLLAB_URL is not set; scripts must set it")
    try:
        hub = _hub(given)
        me = hub.get("me", Me)
    except HubError as error:
        return Check("hub", False, str(error))
    return Check("hub", True, f"reached at {hub.url}, as {me.name}")


def _serve(words: Sequence[str]) -> int:
    """The hub alone, as a Jupyter server without a page of notebooks."""
    from .app import HubCollab

    launch: Callable[[list[str]], None] = HubCollab.launch_instance
    launch(["--ServerApp.open_browser=False", *words])
    return 0


if __name__ == "__main__":
    sys.exit(main())
