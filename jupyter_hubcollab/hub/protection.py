"""Protected branches and tags: rules of a repo that say which refs only admins delete, rewrite, or move at all.

Without any rule, ``main`` cannot be deleted or rewritten by a push; that holds for everybody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Literal, cast

from sqlalchemy import delete, insert, select

from ..access import Actor, covers, require, role
from ..clock import utc_now
from ..errors import BadRevision, NotFound, RefIsProtected, TooLarge
from ..names import RepoId
from ..storage.database import Database
from ..storage.schema import gate_aliases, model_aliases, protected_refs
from .repos import Repo, Repos

RefKind = Literal["branch", "tag"]
Writers = Literal["write", "admin"]
Deed = Literal["make", "move", "rewrite", "delete"]
_PREFIXES: dict[str, RefKind] = {"refs/heads/": "branch", "refs/tags/": "tag"}
_PATTERN = re.compile(r"[^\s~^:?\[\\\x00-\x1f\x7f]{1,250}")
_MOST_RULES = 100


@dataclass(frozen=True, slots=True)
class Rule:
    """Refs that only admins delete or rewrite; ``writers``: the role that moves these branches or makes these tags."""

    kind: RefKind
    pattern: str
    writers: Writers


class Protection:
    """The rules of all repos."""

    def __init__(self, database: Database, repos: Repos, now: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._repos = repos
        self._now = now

    def list(self, actor: Actor, id: RepoId) -> Sequence[Rule]:
        """The rules of a repo, by kind and pattern."""
        return rules_of(self._database, self._repos.get(actor, id))

    def protect(self, actor: Actor, id: RepoId, rule: Rule) -> None:
        """Add a rule, or change it.

        Raises:
            BadRevision: no ref could match the pattern.
        """
        repo = self._administered(actor, id)
        if not _PATTERN.fullmatch(rule.pattern) or rule.pattern.startswith(("/", "refs/")):
            raise BadRevision(f"'{rule.pattern}' fits no {rule.kind}; write a name as in main, or a pattern as in v*")
        known = rules_of(self._database, repo)
        if len(known) >= _MOST_RULES and rule.pattern not in [one.pattern for one in known]:
            raise TooLarge(f"a repo has at most {_MOST_RULES} rules")
        values = {"kind": rule.kind, "pattern": rule.pattern, "writers": rule.writers, "at": self._now()}
        with self._database.write() as connection:
            table = protected_refs.c
            same = (table.repo_pk == repo.pk) & (table.kind == rule.kind) & (table.pattern == rule.pattern)
            connection.execute(delete(protected_refs).where(same))
            connection.execute(insert(protected_refs).values(repo_pk=repo.pk, **values))

    def unprotect(self, actor: Actor, id: RepoId, kind: str, pattern: str) -> None:
        """Remove a rule.

        Raises:
            NotFound: there is none.
        """
        repo = self._administered(actor, id)
        table = protected_refs.c
        same = (table.repo_pk == repo.pk) & (table.kind == kind) & (table.pattern == pattern)
        with self._database.write() as connection:
            if not connection.execute(delete(protected_refs).where(same)).rowcount:
                raise NotFound(f"{repo.id} has no rule for the {kind} '{pattern}'")

    def require(self, actor: Actor, repo: Repo, ref: str, deed: Deed) -> None:
        """Let *actor* do something with a ref, as `require_ref`."""
        require_ref(self._database, actor, repo, ref, deed)

    def _administered(self, actor: Actor, id: RepoId) -> Repo:
        repo = self._repos.get(actor, id)
        require(actor, "admin", repo)
        return repo


def rules_of(database: Database, repo: Repo) -> Sequence[Rule]:
    """The rules of *repo*."""
    table = protected_refs.c
    query = select(table.kind, table.pattern, table.writers).where(table.repo_pk == repo.pk)
    with database.read() as connection:
        rows = connection.execute(query.order_by(table.kind, table.pattern)).all()
    return tuple(Rule(cast(RefKind, row.kind), row.pattern, cast(Writers, row.writers)) for row in rows)


def require_ref(database: Database, actor: Actor, repo: Repo, ref: str, deed: Deed) -> None:
    """Let *actor* do something with a ref, named in full; that they may write to the repo was asked before.

    Raises:
        RefIsProtected: a rule says no.
    """
    prefix = next((prefix for prefix in _PREFIXES if ref.startswith(prefix)), None)
    if prefix is None:
        return
    kind, name = _PREFIXES[prefix], ref.removeprefix(prefix)
    if deed == "make" or kind == "tag":
        _require_alias(database, repo, kind, name, deed)
    if covers(role(actor, repo), "admin"):
        return
    for rule in rules_of(database, repo):
        if rule.kind != kind or not fnmatchcase(name, rule.pattern):
            continue
        if rule.writers == "admin" or deed in ("rewrite", "delete"):
            raise RefIsProtected(
                f"the {kind} '{name}' of {repo.id} is protected (rule '{rule.pattern}'); an admin has to {deed} it"
            )


def _require_alias(database: Database, repo: Repo, kind: RefKind, name: str, deed: Deed) -> None:
    """Nobody goes around the gates of an alias by a ref of its name, or by moving the version to which it leads."""
    aliases, led = gate_aliases.c, model_aliases.c
    held = select(aliases.alias).where(aliases.repo_pk == repo.pk)
    with database.read() as connection:
        protected = set(connection.execute(held).scalars())
        if not protected:
            return
        leads = select(led.alias).where(led.repo_pk == repo.pk, led.tag == name, led.alias.in_(protected))
        leading = list(connection.execute(leads).scalars()) if kind == "tag" and deed != "make" else []
    if deed == "make" and name in protected:
        raise RefIsProtected(f"'{name}' is a protected alias of {repo.id}; a {kind} of this name would hide it")
    if leading:
        raise RefIsProtected(
            f"the protected alias '{leading[0]}' of {repo.id} leads to {name}; let it go elsewhere first"
        )
