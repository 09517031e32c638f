"""What is held back until the gates are passed: protected aliases, merges into protected branches.

Built as ``Guards(database, stock, runs)``; ``Aliases``, ``Pulls`` and ``Protection`` ask it.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from ...access import Actor, covers, require, role
from ...errors import AccessDenied, GateNotPassed, RepoNotFound
from ...hub.protection import rules_of
from ...names import DEFAULT_BRANCH, RepoId, Revision
from ...storage.schema import gate_aliases
from ...storage.schema import repos as repo_table
from .runs import Run, Runs
from .stock import Statutes, Stock

if TYPE_CHECKING:
    from ...hub.discussions import Discussion
    from ...hub.repos import Repo
    from ...storage.database import Database


class Guards:
    """Says no, and why."""

    def __init__(self, database: Database, stock: Stock, runs: Runs) -> None:
        self._database = database
        self._stock = stock
        self._runs = runs

    def alias(self, actor: Actor, repo: Repo, name: str, tag: str | None, reason: str) -> str:
        """Let an alias lead to the version *tag* (None: be forgotten); the reason that has to be kept, if there is one.

        Raises:
            GateNotPassed: it is protected, and the version has not passed by the rules that hold now.
            AccessDenied: only an admin overrides that, or forgets the alias.
        """
        statutes = self._stock.statutes(actor, repo.id)
        if name not in self._protected(repo, statutes):
            return ""
        if tag is None:
            require(actor, "admin", repo)
            return reason.strip()
        commit = self._stock.shelf.refs.resolve(actor, repo.id, Revision(tag)).id
        why = self._missing(repo, commit, statutes)
        if not why:
            return ""
        if not reason.strip():
            raise GateNotPassed(
                f"'{name}' is protected: {tag} {why}. Meet the gates, or let an admin override them with a reason"
            )
        if not covers(role(actor, repo), "admin"):
            raise AccessDenied(f"'{name}' is protected: {tag} {why}. Only an admin of {repo.id} may override this")
        return reason.strip()

    def merge(self, actor: Actor, pull: Discussion, head: str) -> None:
        """Let a pull request into its branch.

        Raises:
            GateNotPassed: the branch is protected, and the commits have not passed.
        """
        target = pull.target or DEFAULT_BRANCH
        if pull.repo.id.kind != "model":
            return
        statutes = self._stock.statutes(actor, pull.repo.id, target)
        if not statutes.is_there or not self._is_protected(pull.repo, target, statutes):
            return
        why = self._missing(pull.repo, head, statutes)
        if why:
            raise GateNotPassed(f"'{target}' takes what passes the gates only: pull request {pull.number} {why}")

    def remember(self, repo: Repo, statutes: Statutes) -> None:
        """Note which aliases main protects; a file with mistakes changes nothing."""
        if statutes.mistakes:
            return
        mine = gate_aliases.c.repo_pk == repo.pk
        wanted = set(statutes.rules.protected)
        with self._database.read() as connection:
            known = set(connection.execute(select(gate_aliases.c.alias).where(mine)).scalars())
        if wanted == known:
            return
        with self._database.write() as connection:
            connection.execute(delete(gate_aliases).where(mine))
            for alias in sorted(wanted):
                connection.execute(insert(gate_aliases).values(repo_pk=repo.pk, alias=alias))

    def repo(self, pk: int) -> Repo:
        """The repo of a row.

        Raises:
            RepoNotFound: it is gone.
        """
        query = select(repo_table.c.namespace, repo_table.c.name, repo_table.c.kind, repo_table.c.owner)
        with self._database.read() as connection:
            row = connection.execute(query.where(repo_table.c.pk == pk)).one_or_none()
        if row is None:
            raise RepoNotFound("the repo is gone")
        return self._stock.shelf.repos.get(Actor(row.owner, row.owner), RepoId(row.namespace, row.name, row.kind))

    def _protected(self, repo: Repo, statutes: Statutes) -> set[str]:
        if not statutes.mistakes:
            return set(statutes.rules.protected)
        with self._database.read() as connection:
            known = select(gate_aliases.c.alias).where(gate_aliases.c.repo_pk == repo.pk)
            return set(connection.execute(known).scalars())

    def _is_protected(self, repo: Repo, branch: str, statutes: Statutes) -> bool:
        patterns = [one.pattern for one in rules_of(self._database, repo) if one.kind == "branch"]
        return any(fnmatchcase(branch, pattern) for pattern in [*patterns, *statutes.rules.branches])

    def _missing(self, repo: Repo, commit: str, statutes: Statutes) -> str:
        """Why a commit does not count as passed; empty if it does."""
        if statutes.mistakes:
            return f"cannot be judged, as hubcollab.yaml has mistakes ({statutes.mistakes[0]})"
        verdict = self._runs.verdicts(repo.pk, [commit]).get(commit)
        if verdict is not None and verdict.rules == statutes.digest:
            return "" if verdict.state == "passed" else f"did not pass its gates ({verdict.detail})"
        waiting = [run for run in self._runs.of(repo.pk, commit=commit, limit=20) if _is_under_way(run)]
        if waiting:
            return f"is not judged yet: its gates are {waiting[0].state}"
        return "was not judged by the rules that hold now; run its gates" + (" again" if verdict is not None else "")


def _is_under_way(run: Run) -> bool:
    return run.only is None and run.state in ("queued", "running", "waiting")
