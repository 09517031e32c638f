"""``check``: the gates of a model, run here: a folder before it is published, or a version of a hub."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from ..errors import BadGates, BadInput, HubError, Unavailable
from .words import Result, add, add_address, hub_of, version_in

if TYPE_CHECKING:
    from ..client.connection import Connection
    from ..models.gates.rules import Rules
    from ..models.gates.verdicts import Judgement


def add_check(commands: Any) -> None:
    """Add the command."""
    parser = add(commands, "check", _check, "run the gates of a model here: of a folder, or of a version of a hub")
    add_address(parser)
    parser.add_argument("target", nargs="?", default=".", help="a folder, or TEAM/NAME[@REVISION] (this folder)")
    parser.add_argument("--rules", type=Path, help="another hubcollab.yaml; scripts and examples lie beside it")
    parser.add_argument("--repo", help="the model with which a folder is compared, as in team/digits")
    parser.add_argument(
        "--dataset",
        action="append",
        default=[],
        metavar="NAME=FOLDER",
        help="take a dataset from here; may be repeated",
    )
    parser.add_argument("--environment", choices=("pinned", "server"), help="instead of what the rules say")
    parser.add_argument("--log", type=Path, help="keep what the programs print in this file")
    parser.add_argument("--schema", action="store_true", help="print the JSON Schema of hubcollab.yaml, and no more")


@dataclass(frozen=True, slots=True)
class _Target:
    """What is judged, by what, and with which model's versions it is compared."""

    folder: Path
    code: Path
    repo: str | None
    rules: Rules


def _check(given: argparse.Namespace) -> Result:
    from ..models.gates.rules import schema

    if given.schema:
        shape = schema("hubcollab.json")
        return Result(shape, msgspec.json.format(msgspec.json.encode(shape), indent=1).decode())
    target = _target(given)
    with tempfile.TemporaryDirectory(prefix="hubcollab-check-") as scratch:
        judgement = _judged(given, target, Path(scratch))
    shown = {
        "passed": judgement.passed,
        "environment": judgement.environment,
        "isolation": judgement.isolation,
        "checks": judgement.checks,
        "examples": judgement.answers,
        "measured": judgement.measured,
    }
    return Result(shown, _worded(judgement), judgement.passed)


def _target(given: argparse.Namespace) -> _Target:
    from ..models.gates.rules import NAME

    folder, repo = Path(given.target), given.repo
    code = folder
    if not folder.is_dir():
        from ..client import download

        repo, revision = version_in(given.target, "folder")
        hub = hub_of(given)
        folder = download(repo, revision=revision, connection=hub)
        code = download(repo, revision="main", connection=hub)
    rules = given.rules or code / NAME
    if not rules.is_file():
        raise BadGates(f"there is no {rules}; docs/gates.md says what it may hold")
    return _Target(folder.absolute(), rules.absolute().parent, repo, _rules(rules, given.environment))


def _rules(file: Path, environment: str | None) -> Rules:
    from ..models.gates.reading import read

    found = read(file.read_text(encoding="utf-8", errors="replace"))
    return msgspec.structs.replace(found, environment=environment) if environment else found


def _judged(given: argparse.Namespace, target: _Target, scratch: Path) -> Judgement:
    from ..client.downloads import cache_folder
    from ..config import environment
    from ..models.gates.environments import Environments
    from ..models.gates.judging import Judge, Workshop
    from ..models.gates.sandbox import Box
    from ..models.gates.standing import subject_in

    environ = environment()
    log = given.log.absolute() if given.log else scratch / "log.txt"
    log.write_bytes(b"")

    def box(python: Path) -> Box:
        return Box(python, scratch / "jobs", target.rules.limits, _say, log, lambda: None, environ)

    workshop = Workshop(box, Environments(cache_folder() / "environments", environ), _say, _step)
    sources = _Sources(lambda: hub_of(given), target.repo, scratch, _datasets(given.dataset))
    judgement = Judge(target.rules, subject_in(target.folder), target.code, sources, workshop).judge()
    if not given.log and not judgement.passed:
        sys.stderr.write(log.read_text(errors="replace")[-8000:])
    return judgement


def _datasets(words: Sequence[str]) -> dict[str, Path]:
    found = {}
    for word in words:
        name, equals, folder = word.partition("=")
        if not equals or not Path(folder).is_dir():
            raise BadInput(f"'{word}' is no dataset; write it as team/digits-test=FOLDER")
        found[name] = Path(folder).absolute()
    return found


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _step(part: float, detail: str) -> None:
    print(f"[{part:4.0%}] {detail}", file=sys.stderr, flush=True)


@dataclass
class _Sources:
    """`judging.Sources` of the command line: what is not in the folder comes from a hub, if one can be reached."""

    _hub: Callable[[], Connection]
    _repo: str | None
    _scratch: Path
    _datasets: dict[str, Path]

    def dataset(self, name: str) -> Path:
        """The files of a dataset: those of ``--dataset``, else those of the hub."""
        from ..client.addresses import of_repo
        from ..names import repo_id

        if name in self._datasets:
            return self._datasets[name]
        repo, _, revision = name.partition("@")
        where = of_repo(repo_id(repo, "dataset"))
        folder = self._scratch / "datasets" / repo / (revision or "main")
        if not folder.exists():
            self._fetch(self._hub(), where, revision or "main", folder)
        return folder

    def dataset_commit(self, name: str) -> str:  # noqa: ARG002 -- nothing is kept to compare with
        """Nobody needs to know."""
        return ""

    def measured(self, version: str, evaluation: str) -> dict[str, float] | None:
        """Of the card where *evaluation* is empty; else nothing, so that it is measured here."""
        from ..models.cards import NAME, shown
        from ..models.metrics import stated

        try:
            folder = self.version(version)
        except HubError as error:
            _say(f"{version}: {error}")
            return None
        readme = folder / NAME
        if evaluation or not readme.is_file():
            return {}
        return {one.name: one.value for one in reversed(stated(shown(readme.read_text(errors="replace")).metadata))}

    def version(self, name: str) -> Path:
        """The files of an alias or version of the model with which the folder is compared."""
        from ..client import download

        if self._repo is None:
            raise Unavailable("say with --repo which model has it")
        return download(self._repo, revision=name, connection=self._hub())

    def passed_examples(self, version: str) -> set[str] | None:
        """What the hub knows of it."""
        from .. import wire
        from ..client.addresses import of_repo
        from ..names import repo_id

        if self._repo is None:
            return None
        try:
            where = of_repo(repo_id(self._repo))
            tag = self._hub().get(f"{where}/aliases", wire.AliasList).aliases.get(version, version)
            columns = self._hub().get(f"{where}/examples", wire.ExampleTable, versions=20).columns
        except HubError as error:
            _say(f"{version}: {error}")
            return None
        return next(({one.name for one in each.answers if one.passed} for each in columns if each.tag == tag), None)

    def _fetch(self, hub: Connection, where: str, revision: str, folder: Path, *, path: str = "") -> None:
        from .. import wire
        from ..client.addresses import inner, part

        found = hub.get(f"{where}/tree", wire.Tree, revision=revision, path=path)
        for entry in found.entries:
            if entry.is_folder:
                self._fetch(hub, where, revision, folder, path=entry.path)
                continue
            file = folder / entry.path
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("wb") as target:
                for piece in hub.receive(f"{where}/resolve/{part(revision)}/{inner(entry.path)}"):
                    target.write(piece)


def _worded(judgement: Judgement) -> str:
    from ..models.gates.verdicts import summed_up

    width = max((len(one.name) for one in judgement.checks), default=0)
    lines = [
        f"{one.state:>7}  {one.name:<{width}}  {one.value or '—':<14} {one.threshold}  {one.why}".rstrip()
        for one in judgement.checks
    ]
    isolation = "; ".join(f"{name}: {how}" for name, how in judgement.isolation.items())
    about = [f"ran in {judgement.environment}; {isolation}"] if judgement.environment else []
    return "\n".join([*lines, *about, summed_up(judgement.checks)])
