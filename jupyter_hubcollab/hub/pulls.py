"""Pull requests: a discussion with a ref, ``refs/pr/N``, whose commits somebody wants in a branch.

Opening one: the number is taken by a row that nobody sees, then the ref is made, then the row is shown. What a crash
leaves of it is removed at the next start. Merging: `Commits.merge` moves the branch, then the row says so; after a
crash between the two, and after a push that brings the commits by hand, the row is brought up to git.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

import pygit2
from pygit2.enums import SortMode
from sqlalchemy import bindparam, delete, select, update

from ..access import Actor, require
from ..clock import utc_now
from ..errors import AccessDenied, BadRevision, DiscussionClosed, GatedRepo, RepoNotFound, RevisionNotFound
from ..names import DEFAULT_BRANCH, RepoId, Revision
from ..storage.bare import BareRepos
from ..storage.database import Database
from ..storage.schema import discussion_events, discussions
from ..storage.schema import repos as repo_table
from .changes import Change
from .commits import Commits
from .contributing import require_contribution, require_push
from .discussed import MAKING, Asked, Discussion, Happened, Person, add, find, happening, note, said, titled
from .discussions import Discussions
from .events import CommitMade, DiscussionMoved, Events
from .merging import Conflict, Merge, base_of, conflicting, conflicts
from .objects import commit_by
from .refs import HEADS, PULLS, Commit, Refs, branch_ref, commit_of, lookup
from .untold import promise

_MOST_COMMITS = 500
_LONGEST_PATCH = 4 << 20
_WAITING = Asked("pull_request", "open", limit=1000)
_ANY_OPEN = (
    select(discussions.c.number)
    .join(repo_table)
    .where(repo_table.c.key == bindparam("wanted"), discussions.c.is_pull_request, discussions.c.status == "open")
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody wants: a title and words for it, the branch it is for, and where to begin."""

    title: str
    text: str
    target: Revision = DEFAULT_BRANCH
    start: Revision | None = None
    """The commits so far: a branch, or a commit; None: none yet."""
    is_draft: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """How a pull request stands to its target."""

    base: str
    head: str
    commits: tuple[Commit, ...]
    """The first one first."""
    conflicts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conflicting:
    """What keeps a pull request from being merged, and the commits of which that is true."""

    base: str
    head: str
    target_head: str
    files: tuple[Conflict, ...]


class Pulls:
    """The pull requests of all repos."""

    def __init__(  # noqa: PLR0913 -- its collaborators
        self,
        database: Database,
        bare: BareRepos,
        refs: Refs,
        commits: Commits,
        discussions: Discussions,
        *,
        events: Events,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._bare = bare
        self._refs = refs
        self._commits = commits
        self._discussions = discussions
        self._events = events
        self._now = now
        self.checks: list[Callable[[Actor, Discussion, str], None]] = []
        """Asked before a merge, with the pull request and its head; each may refuse."""

    def open(self, actor: Actor, repo: RepoId, proposal: Proposal) -> Discussion:
        """Begin a pull request; for everybody who may read the repo."""
        return self._open(actor, repo, proposal, None)

    def open_with(
        self, actor: Actor, repo: RepoId, proposal: Proposal, changes: Sequence[Change], message: str
    ) -> tuple[Discussion, Commit]:
        """Begin a pull request with a first commit; if that is refused, there is none."""
        made: list[Commit] = []

        def commit(branch: Revision) -> None:
            made.append(self._commits.commit(actor, repo, changes, message=message, branch=branch))

        return self._open(actor, repo, proposal, commit), made[0]

    def merge(self, actor: Actor, repo: RepoId, number: int, *, text: str = "", head: str | None = None) -> Discussion:
        """Bring its commits into the target; for those who may write to that.

        Raises:
            DiscussionClosed: it is closed, merged, a draft, or no pull request.
            MergeConflict: both sides changed the same files.
            StaleParent: it has newer commits than *head*.
        """
        pull = self._discussions.get(actor, repo, number)
        require(actor, "write", pull.repo)
        if pull.target is None or pull.status != "open":
            what = pull.status if pull.target is not None else "no pull request"
            raise DiscussionClosed(f"discussion {number} is {what}; only an open pull request can be merged")
        ref, standing = f"{PULLS}{number}", self.standing(actor, pull)
        for check in self.checks:
            check(actor, pull, standing.head)
            head = head or standing.head  # what comes meanwhile was not checked
        base = standing.base
        message = f"{pull.title} (#{number})"
        made = self._commits.merge(actor, repo, ref, into=pull.target, message=message, base=base, head=head)
        self._note_merge(actor, pull, base, made.id)  # if it brought nothing, no news of a commit has told us
        if text.strip():
            self._discussions.comment(actor, repo, number, text)
        return self._discussions.get(actor, repo, number)

    def refs(self, actor: Actor, repo: RepoId) -> dict[str, str]:
        """The refs of pull requests that are open to see, and the commits to which they lead."""
        found = self._refs.all(actor, repo, PULLS)
        shown = (repo_table.c.key == repo.key) & discussions.c.is_pull_request & (discussions.c.status != MAKING)
        with self._database.read() as connection:
            numbers = set(connection.execute(select(discussions.c.number).join(repo_table).where(shown)).scalars())
        return {name: commit for name, commit in found.items() if _number(name) in numbers}

    def may_merge(self, actor: Actor, pull: Discussion) -> bool:
        """May *actor* merge it, as it is now?"""
        if pull.status != "open" or pull.target is None:
            return False
        try:
            require_push(self._database, actor, pull.repo, pull.target)
        except AccessDenied:
            return False
        return True

    def standing(self, actor: Actor, pull: Discussion) -> Standing:
        """Commits and conflicts of a pull request that was found before."""
        git, head, _ = self._refs.find(actor, pull.repo.id, Revision(f"{PULLS}{pull.number}"))
        if pull.status == "merged":
            base = pull.base or str(head.id)
            return Standing(base, str(head.id), _between(git, base, head), ())
        try:
            _, ours = branch_ref(git, pull.target or DEFAULT_BRANCH)
        except (BadRevision, RevisionNotFound):  # the branch was deleted
            ours = commit_by(git, pull.base or str(head.id))
        merge = Merge(ours, head, pull.base)
        base = base_of(git, merge)
        found = conflicts(git, merge) if pull.status != "closed" else []
        return Standing(base, str(head.id), _between(git, base, head), tuple(found))

    def conflicting(self, actor: Actor, pull: Discussion) -> Conflicting:
        """The files that keep an open pull request from being merged; *ours* is the target.

        Raises:
            DiscussionClosed: it is merged, closed or no pull request.
            GatedRepo: *actor* has to ask for the files first.
        """
        if pull.target is None or pull.status not in ("open", "draft"):
            raise DiscussionClosed(f"discussion {pull.number} is no open pull request; it has no conflicts")
        git, head, _ = self._refs.find_open(actor, pull.repo.id, Revision(f"{PULLS}{pull.number}"))
        _, ours = branch_ref(git, Revision(pull.target))
        merge = Merge(ours, head, pull.base)
        return Conflicting(base_of(git, merge), str(head.id), str(ours.id), tuple(conflicting(git, merge)))

    def patch(self, actor: Actor, pull: Discussion, standing: Standing) -> str:
        """What it changes, as ``git diff`` writes it; cut off where it is very long."""
        try:
            git, head, _ = self._refs.find_open(actor, pull.repo.id, Revision(standing.head))
        except GatedRepo:  # who may not read the files may still discuss
            return ""
        parts, size = [], 0
        for one in git.diff(commit_by(git, standing.base), head):
            text = (one.text if one is not None else "") or ""
            size += len(text)
            if size > _LONGEST_PATCH:
                parts.append("# the rest is left out; fetch the pull request to see it\n")
                break
            parts.append(text)
        return "".join(parts)

    def events(self, pull: Discussion, standing: Standing) -> list[Happened]:
        """What happened, the commits among it: they are read from git, so none is missing and none too many."""
        first, *others = self._discussions.events(pull)
        commits = [
            Happened(one.id[:24], "commit", Person(one.author, one.author_name), one.at, {"commit": one})
            for one in standing.commits
        ]
        return [first, *sorted([*commits, *others], key=lambda one: one.at)]

    def heed(self, event: CommitMade) -> None:
        """Tell that a pull request has new commits; see whether a branch has now all of one."""
        if event.ref.startswith(PULLS):
            number = _number(event.ref)
            if self._is_there(event.repo, number):
                self._events.publish(DiscussionMoved(event.repo, number, "commit", event.actor, None))
        elif event.ref.startswith(HEADS):
            self._close_merged(event)

    def recover(self) -> None:
        """Remove what was begun and never shown; called once at a start after a crash."""
        begun = select(discussions.c.repo_pk, discussions.c.number, repo_table.c.storage).join(repo_table)
        with self._database.read() as connection:
            rows = connection.execute(begun.where(discussions.c.status == MAKING)).all()
        for row in rows:
            self._forget(row.repo_pk, row.storage, row.number)

    def catch_up(self) -> None:
        """Say of pull requests that they are merged, where git says so; called once at a start after a crash."""
        waiting = select(discussions.c.repo_pk).where(discussions.c.is_pull_request, discussions.c.status == "open")
        with self._database.read() as connection:
            rows = connection.execute(select(repo_table).where(repo_table.c.pk.in_(waiting))).all()
        for row in rows:
            id = RepoId(row.namespace, row.name, row.kind)
            owner = Actor(row.owner, row.owner)
            self._close_merged(CommitMade(id, "", "", owner, None, row.private, row.owner))

    def _open(
        self, actor: Actor, repo: RepoId, proposal: Proposal, commit: Callable[[Revision], None] | None
    ) -> Discussion:
        git, _, found = self._refs.find(actor, repo, DEFAULT_BRANCH)
        require_contribution(actor, found)
        branch_ref(git, proposal.target)
        start = Revision(str(lookup(git, proposal.start or proposal.target).id))
        lowest = 1 + max((_number(name) for name in git.references if name.startswith(PULLS)), default=0)
        fields = self._fields(actor, proposal)
        first = happening(
            actor, fields["created_at"], "comment", {"text": said(proposal.text) if proposal.text.strip() else ""}
        )
        with self._database.write() as connection:
            number = add(connection, found, fields, lowest)
        try:
            self._commits.begin_pull(actor, repo, number, start)
            if commit is not None:
                commit(Revision(f"{PULLS}{number}"))
            shown = update(discussions).where(_at(found.pk, number))
            base = str(base_of(git, Merge(branch_ref(git, proposal.target)[1], commit_by(git, start), start)))
            with self._database.write() as connection:
                connection.execute(shown.values(status="draft" if proposal.is_draft else "open", base=base))
                note(connection, (found.pk, number), first)
                made = find(connection, found, number)
                news = promise(connection, DiscussionMoved(found.id, number, "opened", actor, first.id))
        except BaseException:
            self._forget(found.pk, found.storage, number)
            raise
        self._events.publish(news)
        return made

    def _fields(self, actor: Actor, proposal: Proposal) -> dict[str, Any]:
        now = self._now()
        return {
            "title": titled(proposal.title),
            "status": MAKING,
            "author": actor.name,
            "author_name": actor.display_name,
            "is_pull_request": True,
            "target": proposal.target.removeprefix(HEADS),
            "created_at": now,
            "updated_at": now,
        }

    def _note_merge(self, actor: Actor, pull: Discussion, base: str, commit: str) -> None:
        event = happening(actor, self._now(), "status", {"status": "merged", "commit": commit})
        values = {"status": "merged", "merge_commit": commit, "base": base}
        mine = _at(pull.repo.pk, pull.number) & (discussions.c.status != "merged")
        with self._database.write() as connection:
            if not connection.execute(update(discussions).where(mine).values(**values)).rowcount:
                return
            note(connection, (pull.repo.pk, pull.number), event)
            news = promise(connection, DiscussionMoved(pull.repo.id, pull.number, "merged", actor, event.id))
        self._events.publish(news)

    def _close_merged(self, event: CommitMade) -> None:
        """Note those open pull requests whose commits their branch now has."""
        if not self._is_any_open(event.repo):
            return
        try:
            waiting, _ = self._discussions.list(event.actor, event.repo, _WAITING)
        except RepoNotFound:  # deleted meanwhile
            return
        for pull in waiting:
            if event.ref not in ("", f"{HEADS}{pull.target}") or pull.status != "open":
                continue
            git = self._bare.open(pull.repo.storage)
            head, target = git.references.get(f"{PULLS}{pull.number}"), git.references.get(f"{HEADS}{pull.target}")
            if head is None or target is None or str(head.target) == pull.base:
                continue
            if head.target == target.target or git.descendant_of(target.target, head.target):
                former = event.former or ""
                common = git.merge_base(former, head.target) if former and former in git else None
                self._note_merge(event.actor, pull, str(common or pull.base), event.commit or str(target.target))

    def _is_any_open(self, repo: RepoId) -> bool:
        """Asked at every commit; few repos have any."""
        with self._database.read() as connection:
            return connection.execute(_ANY_OPEN, {"wanted": repo.key}).first() is not None

    def _is_there(self, repo: RepoId, number: int) -> bool:
        shown = (repo_table.c.key == repo.key) & (discussions.c.number == number) & (discussions.c.status != MAKING)
        with self._database.read() as connection:
            query = select(discussions.c.number).join(repo_table).where(shown)
            return connection.execute(query).one_or_none() is not None

    def _forget(self, pk: int, storage: str, number: int) -> None:
        """Remove a pull request that nobody was told of; its ref first, so that the row leads to what is left."""
        try:
            self._commits.drop_pull(storage, number)
        except RepoNotFound:
            return
        events = discussion_events.c
        with self._database.write() as connection:
            connection.execute(delete(discussion_events).where(events.repo_pk == pk, events.number == number))
            connection.execute(delete(discussions).where(_at(pk, number)))


def _at(pk: int, number: int) -> Any:
    return (discussions.c.repo_pk == pk) & (discussions.c.number == number)


def _number(ref: str) -> int:
    text = ref.removeprefix(PULLS)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _between(git: pygit2.Repository, base: str, head: pygit2.Commit) -> tuple[Commit, ...]:
    """The commits that *head* has and *base* has not, the first one first; the newest ones if they are very many."""
    walk = git.walk(head.id, SortMode.TOPOLOGICAL)
    walk.hide(base)
    return tuple(commit_of(one) for one in islice(walk, _MOST_COMMITS))[::-1]
