"""The gates of the models of a hub: runs begin by themselves or on request, verdicts stay, and they hold back.

Built by ``open_gates``. A version is judged by the rules and the code on ``main``, a pull request by those of the
branch that it is for: nobody brings their own judge along.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ... import wire
from ...access import covers, require, role
from ...clock import utc_now
from ...errors import BadInput, HubError, NotFound
from ...names import DEFAULT_BRANCH, RepoId, Revision, revision
from .environments import Environments
from .guards import Guards
from .judging import Judge, Workshop
from .moved import GateMoved
from .reproducing import reproduction_of
from .rules import Rules
from .runner import Runner, Steps
from .runs import Asked, Run, Runs
from .sandbox import Box
from .shared_examples import SharedExamples
from .shown import shown
from .stock import Shelf, Statutes, Stock
from .verdicts import Check, Judgement, failed

if TYPE_CHECKING:
    from ...access import Actor
    from ...hub.commits import Commits
    from ...hub.discussions import Discussions
    from ...hub.events import CommitMade, DiscussionMoved
    from ...hub.repos import Repo
    from ...storage.database import Database

PULLS = "refs/pr/"
MOST_LOG = 256 << 10
MOST_AGAIN = 5
"""Versions that are judged again when the rules change: the newest, and those to which aliases lead."""


@dataclass(frozen=True)
class Grounds:
    """On what the gates stand."""

    database: Database
    shelf: Shelf
    commits: Commits
    discussions: Discussions
    publish: Callable[[object], None]
    folder: Path
    environ: Mapping[str, str]
    at_once: int = 1
    """So many runs go on side by side."""
    now: Callable[[], datetime] = utc_now


class ModelGates:
    """The gates of all models."""

    def __init__(self, grounds: Grounds) -> None:
        self._grounds = grounds
        self.runs = Runs(grounds.database, grounds.now)
        self.stock = Stock(grounds.shelf, self.runs)
        self.examples = SharedExamples(self.stock, grounds.commits, self.runs)
        self.guards = Guards(grounds.database, self.stock, self.runs)
        self._environments = Environments(grounds.folder / "environments", grounds.environ)
        self._runner = Runner(self.runs, self._work, self._tell, self._log_bytes, grounds.at_once)

    def open(self) -> None:
        """Go on with what a restart cut off; remove what belongs to runs that are forgotten."""
        shutil.rmtree(self._grounds.folder / "work", ignore_errors=True)
        logs = {file.stem: file for file in (self._grounds.folder / "logs").glob("*.txt")}
        for id in logs.keys() - (self.runs.ids() if logs else set()):
            logs[id].unlink(missing_ok=True)
        if self.runs.recover():
            self._runner.wake()

    def close(self) -> None:
        """Stop what runs."""
        self._runner.close()

    def page(
        self, actor: Actor, id: RepoId, *, commit: Revision | None = None, pull: int | None = None, limit: int = 50
    ) -> wire.GateRuns:
        """The rules on main, and runs, newest first; of one revision or pull request, or of all."""
        repo = self._grounds.shelf.repos.get(actor, id)
        at = self._grounds.shelf.refs.resolve(actor, repo.id, commit).id if commit is not None else None
        statutes = self.stock.statutes(actor, repo.id)
        current = self._current(actor, repo, statutes, pull)
        runs = self.runs.of(repo.pk, commit=at, pull=pull, limit=limit)
        held = role(actor, repo)
        return wire.GateRuns(
            has_rules=statutes.is_there,
            mistakes=[wire.GateMistake(line=one.line, key=one.key, why=one.why) for one in statutes.mistakes],
            protected=list(statutes.rules.protected),
            may_run=covers(held, "write") and actor.scope != "read",
            may_override=covers(held, "admin") and actor.scope != "read",
            runs=[shown(repo.id, run, current) for run in runs],
        )

    def start(self, actor: Actor, id: RepoId, asked: wire.GateAsked) -> wire.GateRun:
        """Run the gates now; for those who may write.

        Raises:
            BadInput: neither a revision nor a pull request is named, or there are no rules.
        """
        repo = self._grounds.shelf.repos.get(actor, id)
        require(actor, "write", repo)
        if (asked.revision is None) == (asked.pull is None):
            raise BadInput("name a revision or a pull request")
        if asked.pull is not None:
            return self._start_pull(actor, repo, asked.pull)
        found = self.stock.version_of(actor, repo, revision(asked.revision or ""))
        if found is None:
            raise NotFound(f"{repo.id} has no revision {asked.revision}")
        statutes = self.stock.statutes(actor, repo.id)
        if not statutes.is_there:
            raise BadInput(f"{repo.id} has no hubcollab.yaml on main, so there is nothing to check")
        return self._begin(actor, repo, Asked(repo.pk, found, self._tag(actor, repo, found), None, statutes.digest))

    def reproduce(self, actor: Actor, id: RepoId, asked: wire.ReproductionAsked) -> wire.GateRun:
        """Run the notebook of a version again and compare its metrics; for those who may write, as it is a program.

        Raises:
            NotFound: there is no such revision, or no version at all.
            BadInput: the tolerance is below zero.
        """
        repo = self._grounds.shelf.repos.get(actor, id)
        require(actor, "write", repo)
        reproduction_of(Rules(), asked)
        tags = self._grounds.shelf.refs.tags(actor, repo.id)
        name = asked.revision or (max(tags, key=lambda tag: (tag.at, len(tag.name), tag.name)).name if tags else None)
        if name is None:
            raise NotFound(f"{repo.id} has no version yet")
        found = self.stock.version_of(actor, repo, name)
        if found is None:
            raise NotFound(f"{repo.id} has no revision {name}")
        return self._begin(actor, repo, Asked(repo.pk, found, self._tag(actor, repo, found), None, "", asked))

    def one(self, actor: Actor, id: RepoId, run: str) -> wire.GateRun:
        """A run."""
        repo = self._grounds.shelf.repos.get(actor, id)
        found = self.runs.get(repo.pk, run)
        return shown(repo.id, found, self._current(actor, repo, self.stock.statutes(actor, repo.id), found.pull))

    def cancel(self, actor: Actor, id: RepoId, run: str) -> wire.GateRun:
        """End a run; for those who may write."""
        repo = self._grounds.shelf.repos.get(actor, id)
        require(actor, "write", repo)
        found = self.runs.get(repo.pk, run)
        if self.runs.cancel_waiting(found):
            for moved in (self.runs.get(repo.pk, run), *self.runs.waiting()):
                self._tell(moved)
        self._runner.cancel(found)
        return self.one(actor, id, run)

    def log(self, actor: Actor, id: RepoId, run: str, after: int) -> wire.GateLog:
        """The log of a run from byte *after* on; the programs of the repo wrote it, so readers of its files see it."""
        repo = self._grounds.shelf.repos.get(actor, id)
        found = self.runs.get(repo.pk, run)
        self._grounds.shelf.refs.find_open(actor, repo.id, DEFAULT_BRANCH)
        content = b""
        with suppress(FileNotFoundError), self._log_file(run).open("rb") as log:
            log.seek(after)
            content = log.read(MOST_LOG)
        text = content.decode(errors="ignore") if len(content) == MOST_LOG else content.decode(errors="replace")
        end = after + (len(text.encode()) if len(content) == MOST_LOG else len(content))
        return wire.GateLog(text=text, next=end, state=found.state)

    def aliases(self, actor: Actor, id: RepoId) -> wire.AliasList:
        """Versions by alias, which aliases are protected, and how they moved."""
        aliases = self._grounds.shelf.aliases
        moves = [
            wire.AliasMove(
                alias=one.alias, from_tag=one.from_tag, to_tag=one.to_tag, by=one.by, at=one.at, reason=one.reason
            )
            for one in aliases.moves(actor, id)
        ]
        protected = list(self.stock.statutes(actor, id).rules.protected)
        return wire.AliasList(aliases=aliases.all(actor, id), protected=protected, moves=moves)

    def on_commit(self, event: CommitMade) -> None:
        """A new version is judged; where the rules or examples on main changed, the versions that count again."""
        if event.repo.kind != "model":
            return
        with suppress(NotFound):  # deleted or moved meanwhile
            if event.ref == "refs/heads/main":
                self._on_main(event)
            if event.tag is not None:
                self._begin_if_ruled(event.actor, event.repo, event.commit, event.tag)

    def on_discussion(self, event: DiscussionMoved) -> None:
        """A pull request that was opened, or has new commits, is judged."""
        if event.repo.kind != "model" or event.change not in ("opened", "commit"):
            return
        with suppress(NotFound, BadInput):
            repo = self._grounds.shelf.repos.get(event.actor, event.repo)
            if self._grounds.discussions.get(event.actor, repo.id, event.number).is_pull_request:
                self._start_pull(event.actor, repo, event.number)

    def _on_main(self, event: CommitMade) -> None:
        now = self.stock.statutes(event.actor, event.repo, Revision(event.commit))
        repo = self._grounds.shelf.repos.get(event.actor, event.repo)
        self.guards.remember(repo, now)
        if not now.is_there or now.mistakes or event.former is None:
            return
        before = self.stock.statutes(event.actor, event.repo, Revision(event.former))
        if (now.digest, now.examples) != (before.digest, before.examples):
            for tag, commit in self._that_count(event.actor, repo):
                if commit != event.commit or tag != event.tag:
                    self._begin_if_ruled(event.actor, repo.id, commit, tag)

    def _that_count(self, actor: Actor, repo: Repo) -> list[tuple[str, str]]:
        tags = {one.name: one.commit for one in self._grounds.shelf.refs.tags(actor, repo.id)}
        led = list(self._grounds.shelf.aliases.all(actor, repo.id).values())
        newest = max(tags, key=lambda name: (len(name), name), default=None)
        wanted = list(dict.fromkeys([*([newest] if newest else []), *led]))
        return [(tag, tags[tag]) for tag in wanted if tag in tags][:MOST_AGAIN]

    def _begin_if_ruled(self, actor: Actor, repo: RepoId, commit: str, tag: str | None) -> None:
        statutes = self.stock.statutes(actor, repo)
        if statutes.is_there:
            found = self._grounds.shelf.repos.get(actor, repo)
            self._begin(actor, found, Asked(found.pk, commit, tag, None, statutes.digest))

    def _start_pull(self, actor: Actor, repo: Repo, number: int) -> wire.GateRun:
        head = self._grounds.shelf.refs.resolve(actor, repo.id, Revision(f"{PULLS}{number}")).id
        statutes = self._statutes_of(actor, repo.id, number, head)
        if not statutes.is_there:
            raise BadInput(f"{repo.id} has no hubcollab.yaml, so there is nothing to check")
        return self._begin(actor, repo, Asked(repo.pk, head, None, number, statutes.digest))

    def _statutes_of(self, actor: Actor, repo: RepoId, number: int, head: str) -> Statutes:
        """Of the branch that a pull request is for; its own, where that has none."""
        target = self._grounds.discussions.get(actor, repo, number).target or DEFAULT_BRANCH
        found = self.stock.statutes(actor, repo, target)
        return found if found.is_there else self.stock.statutes(actor, repo, Revision(head))

    def _begin(self, actor: Actor, repo: Repo, asked: Asked) -> wire.GateRun:
        for run in self.runs.of(repo.pk, commit=asked.commit, limit=5):
            if run.state == "queued" and (run.pull, run.only) == (asked.pull, asked.only):
                return shown(repo.id, run, asked.rules)
        may = covers(role(actor, repo), "write")
        why = "" if may else "what it runs is a stranger's: somebody who may write has to start it"
        run = self.runs.add(actor, asked, "queued" if may else "waiting", why)
        self._tell(run)
        if may:
            self._runner.wake()
        return shown(repo.id, run, asked.rules)

    def _work(self, run: Run, steps: Steps) -> Judgement:
        """Judge, in a folder that goes afterwards."""
        place = self._grounds.folder / "work" / run.id
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        log = self._log_file(run.id)
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_bytes(b"")
        try:
            return self._judged(run, steps, place)
        except HubError as error:
            return Judgement([failed("rules", "version", "can be read", str(error))])
        finally:
            shutil.rmtree(place, ignore_errors=True)

    def _judged(self, run: Run, steps: Steps, place: Path) -> Judgement:
        repo = self.guards.repo(run.repo_pk)
        actor, log = run.actor, self._log_file(run.id)
        statutes = (
            self.stock.statutes(actor, repo.id)
            if run.pull is None
            else self._statutes_of(actor, repo.id, run.pull, run.commit)
        )
        if statutes.mistakes and run.only is None:
            return Judgement([_mistaken(statutes)])
        rules = statutes.rules if run.only is None else reproduction_of(statutes.rules, run.only)

        def say(line: str) -> None:
            with log.open("a", encoding="utf-8") as file:
                file.write(f"{line}\n")

        def box(python: Path) -> Box:
            limits, environ = rules.limits, self._grounds.environ
            return Box(python, place / "jobs", limits, say, log, steps.check, environ)

        judge = Judge(
            rules,
            self.stock.subject(actor, repo.id, run.commit, place / "model"),
            self._code(run, repo, statutes, place / "code"),
            self.stock.sources(actor, repo, statutes.digest, place),
            Workshop(box, self._environments, say, steps),
        )
        return judge.judge(statutes.digest if run.only is None else "")

    def _code(self, run: Run, repo: Repo, statutes: Statutes, folder: Path) -> Path:
        """What judges; a version that is only reproduced needs none, and is asked for no examples."""
        if run.only is None:
            return self.stock.code(run.actor, repo.id, statutes.commit, folder)
        folder.mkdir()
        return folder

    def _tell(self, run: Run) -> None:
        with suppress(NotFound):
            repo = self.guards.repo(run.repo_pk)
            self._grounds.publish(GateMoved(repo.id, repo.private, repo.owner, shown(repo.id, run, run.rules)))

    def _current(self, actor: Actor, repo: Repo, statutes: Statutes, pull: int | None) -> str:
        if pull is None:
            return statutes.digest
        with suppress(NotFound):
            head = self._grounds.shelf.refs.resolve(actor, repo.id, Revision(f"{PULLS}{pull}")).id
            return self._statutes_of(actor, repo.id, pull, head).digest
        return statutes.digest

    def _tag(self, actor: Actor, repo: Repo, commit: str) -> str | None:
        tags = self._grounds.shelf.refs.tags(actor, repo.id)
        return next((one.name for one in reversed(tags) if one.commit == commit), None)

    def _log_file(self, id: str) -> Path:
        return self._grounds.folder / "logs" / f"{id}.txt"

    def _log_bytes(self, run: Run) -> int:
        try:
            return self._log_file(run.id).stat().st_size
        except FileNotFoundError:
            return 0


def _mistaken(statutes: Statutes) -> Check:
    why = "; ".join(str(one) for one in list(statutes.mistakes)[:10])
    return failed("rules", "hubcollab.yaml", "can be read", why)
