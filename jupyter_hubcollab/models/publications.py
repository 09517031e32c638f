"""A publication: files, card and provenance of a model become one commit with one tag, or nothing at all.

Built as ``Publications(repos, commits, facts, versions, held)``.
"""

from __future__ import annotations

import math
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from .. import wire
from ..access import require, require_scope
from ..clock import utc_now
from ..errors import BadInput, BlobNotFound, HubError, NothingToPublish, RefExists, RepoNotFound, StaleParent
from ..names import DEFAULT_BRANCH, Digest, FilePath, RepoId, digest, file_path, revision
from . import cards, metrics, provenance
from .emissions import FIELD, emissions, is_of_a_version
from .placement import placed
from .versions import Numbers, Part, next_tag

if TYPE_CHECKING:
    from ..access import Actor
    from ..hub.changes import Change
    from ..hub.commits import Commits
    from ..hub.files import Files
    from ..hub.refs import Refs
    from ..hub.repos import Repo, Repos
    from ..storage.pooled import PooledBlobs
    from .facts import FactsOf
    from .held import Held
    from .versions import Versions

TRIES = 5
_AUTOMATIC = re.compile(r"\n\n(?:An? \w+|Files)(?: from the notebook “[^”\n]*”)?\.\n\n")
"""What a client says of a model of which nobody said anything."""
MOST_FILES = 10_000


@dataclass(frozen=True)
class Shelves:
    """Where a publication reads and writes."""

    repos: Repos
    refs: Refs
    files: Files
    commits: Commits
    blobs: PooledBlobs


@dataclass(frozen=True, slots=True)
class _Draft:
    """A publication that is being prepared against one state of the repo."""

    repo: Repo
    head: str
    tag: str
    message: str


class _Turns:
    """Lets one publication of a model follow the other, so that they need not be composed again and again."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._locks: WeakValueDictionary[str, threading.Lock] = WeakValueDictionary()

    def of(self, repo: RepoId) -> threading.Lock:
        """The turn of *repo*; hold it while publishing."""
        with self._guard:
            return self._locks.setdefault(repo.key, threading.Lock())


class Publications:
    """Makes versions of models."""

    def __init__(  # noqa: PLR0913 -- collaborators
        self,
        shelves: Shelves,
        facts: FactsOf,
        versions: Versions,
        held: Held,
        *,
        retired: Callable[[Repo], Sequence[str]] = lambda _: (),
        numbers: Numbers = "running",
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._numbers = numbers
        self._shelves = shelves
        self._facts = facts
        self._versions = versions
        self._held = held
        self._retired = retired
        self._now = now
        self._turns = _Turns()

    def publish(self, actor: Actor, repo: RepoId, request: wire.PublicationRequest) -> wire.Publication:
        """Make a version; a request that was carried out before gives the version that it made.

        Raises:
            RefExists: there is a version of this tag.
            UnsafeFile: a file could run code when it is loaded.
            BlobNotFound: the bytes of a file were not sent.
            BadCard: the README.md among the files is broken.
        """
        require_scope(actor, "write")
        _check(request)
        self._check_held(actor, request)
        with self._turns.of(repo):
            try:
                found = self._shelves.repos.get(actor, repo)
            except RepoNotFound:
                return self._publish_first(actor, repo, request)
            require(actor, "write", found)
            return self._publish_next(actor, found, request)

    def _publish_first(self, actor: Actor, repo: RepoId, request: wire.PublicationRequest) -> wire.Publication:
        """Make the repo, too; if its first version is refused, there is no repo either."""
        made = self._shelves.repos.create(actor, repo, private=request.visibility == "private")
        try:
            return self._publish_next(actor, made, request)
        except HubError:
            self._shelves.repos.delete(actor, repo)
            raise

    def _publish_next(self, actor: Actor, found: Repo, request: wire.PublicationRequest) -> wire.Publication:
        done = self._repeated(actor, found.id, request)
        if done is not None:
            return _published(found.id, done)
        for _ in range(TRIES):
            draft = self._draft(actor, found, request)
            try:
                return self._commit(actor, draft, request)
            except StaleParent:  # somebody else's commit came first; ours goes on top of it
                continue
            except RefExists:
                if request.tag is not None:
                    raise
        raise StaleParent(f"{found.id} changes all the time; try again")

    def next_of(self, repo: Repo, taken: Sequence[str], part: Part = "minor") -> str:
        """The number of the next version of *repo*, which has those in *taken*; deleted ones are not given again."""
        return next_tag([*taken, *self._retired(repo)], self._numbers, part)

    def _check_held(self, actor: Actor, request: wire.PublicationRequest) -> None:
        missing = set(self._held.missing(actor, [digest(file.digest) for file in request.files]))
        paths = [file.path for file in request.files if file.digest in missing]
        if paths:
            raise BlobNotFound(
                f"{len(paths)} of the files were not sent, '{paths[0]}' among them; PUT them to blobs/SHA256 first"
            )

    def _repeated(self, actor: Actor, repo: RepoId, request: wire.PublicationRequest) -> wire.Version | None:
        id = request.provenance.get("publication")
        return self._versions.published_as(actor, repo, id) if isinstance(id, str) and id else None

    def _draft(self, actor: Actor, repo: Repo, request: wire.PublicationRequest) -> _Draft:
        taken = [tag.name for tag in self._shelves.refs.tags(actor, repo.id)]
        if request.tag is not None and request.tag in taken:
            raise RefExists(
                f"{repo.id} has a version {request.tag} already; take another, or none to get "
                f"{self.next_of(repo, taken, request.bump)}"
            )
        tag = request.tag or self.next_of(repo, taken, request.bump)
        head = self._shelves.refs.resolve(actor, repo.id, DEFAULT_BRANCH).id
        return _Draft(repo, head, tag, request.message.strip() or f"Publish {tag}")

    def _commit(self, actor: Actor, draft: _Draft, request: wire.PublicationRequest) -> wire.Publication:
        changes = [*self._changes(actor, draft, request), *self._dropped(actor, draft, request)]
        self._shelves.commits.commit(
            actor,
            draft.repo.id,
            changes,
            message=draft.message,
            parent=draft.head,
            tag=draft.tag,
            tag_message=draft.message,
        )
        return _published(draft.repo.id, self._versions.one(actor, draft.repo.id, draft.tag))

    def _changes(self, actor: Actor, draft: _Draft, request: wire.PublicationRequest) -> list[Change]:
        from ..hub.changes import Put

        changes: list[Change] = []
        card: cards.Card | None = None
        for file in request.files:
            path, blob = file_path(file.path), digest(file.digest)
            if path == cards.NAME:
                card = cards.parse(self._text(blob))
            elif path != provenance.NAME:
                changes.append(Put(path, placed(self._shelves.blobs, path, blob, file.size_bytes), file.size_bytes))
        readme = cards.render(self._card(actor, draft, request, card)).encode()
        record = provenance.record(request, actor, self._now())
        changes.append(Put(FilePath(cards.NAME), readme, len(readme)))
        changes.append(Put(FilePath(provenance.NAME), record, len(record)))
        return changes

    def _card(
        self, actor: Actor, draft: _Draft, request: wire.PublicationRequest, given: cards.Card | None
    ) -> cards.Card:
        """The card of the version: the given one or the one before, with what this publication knows."""
        before = given or cards.shown(self._facts.text(actor, draft.repo.id, DEFAULT_BRANCH, cards.NAME))
        measured = [
            metrics.Measured(one.name, one.value, one.dataset, one.split, one.unit, one.higher_is_better)
            for one in request.metrics
        ]
        task = before.metadata.get("pipeline_tag")
        task = task if isinstance(task, str) else None
        fields: dict[str, object] = {
            "license": request.license,
            "library_name": request.library,
            "pipeline_tag": request.task,
            "tags": list(request.tags),
            FIELD: emissions(request.provenance),
            "metrics": list(dict.fromkeys(one.name for one in measured)),
            "model-index": metrics.model_index(draft.repo.id.name, measured, request.task or task),
        }
        markdown = _told(before.markdown, request) if before.markdown.strip() else _first_text(draft.repo.id, request)
        kept = {
            name: value
            for name, value in before.metadata.items()
            if (name not in ("metrics", "model-index") or not measured) and not is_of_a_version(value)
        }
        return cards.merged(cards.Card(kept, markdown), fields)

    def _dropped(self, actor: Actor, draft: _Draft, request: wire.PublicationRequest) -> Sequence[Change]:
        """Files of the publication before that this one does not have; what people added by hand stays."""
        from ..hub.changes import Delete

        made = provenance.read(self._facts.text(actor, draft.repo.id, DEFAULT_BRANCH, provenance.NAME))
        listed = made.get("files")
        old = {path for path in listed if isinstance(path, str)} if isinstance(listed, list) else set()
        there = {
            entry.path for entry in self._shelves.files.tree(actor, draft.repo.id, DEFAULT_BRANCH) if not entry.is_dir
        }
        new = {file.path for file in request.files} | {cards.NAME, provenance.NAME}
        return [Delete(FilePath(path)) for path in sorted((old & there) - new)]

    def _text(self, blob: Digest) -> str:
        return b"".join(self._shelves.blobs.read(blob, 0, cards.LONGEST * 4 + 4)).decode(errors="replace")


def _check(request: wire.PublicationRequest) -> None:
    """Refuse what makes no sense before anything is written."""
    if not request.files:
        raise NothingToPublish("there are no files to publish; send the model's files first")
    if len(request.files) > MOST_FILES:
        raise BadInput(
            f"a publication has at most {MOST_FILES:,} files, not {len(request.files):,}; pack the small ones"
        )
    for file in request.files:
        file_path(file.path)
        digest(file.digest)
    if request.tag is not None:
        revision(request.tag)
    broken = [one.name for one in request.metrics if not math.isfinite(one.value)]
    if broken:
        raise BadInput(f"the metric {broken[0]} is not a finite number; leave it out")


def _first_text(repo: RepoId, request: wire.PublicationRequest) -> str:
    about = request.summary.strip() or request.message.strip()
    parts = [f"# {repo.name}", about]
    if request.library:
        parts += ["## Use", f'```python\nimport jupyter_hubcollab as hub\n\nmodel = hub.load("{repo}")\n```']
    return "\n\n".join(part for part in parts if part) + "\n"


def _told(markdown: str, request: wire.PublicationRequest) -> str:
    """*markdown* with what the publisher says of the model, where so far only a program said something."""
    said = request.summary.strip()
    if not said or _AUTOMATIC.search(f"\n\n{said}\n\n"):
        return markdown
    return _AUTOMATIC.sub(lambda _: f"\n\n{said}\n\n", markdown, count=1)


def _published(repo: RepoId, version: wire.Version) -> wire.Publication:
    return wire.Publication(
        repo_id=str(repo), revision=version.commit, tag=version.tag, url=page_url(repo), version=version
    )


def page_url(repo: RepoId) -> str:
    """Where a browser opens the model's page, below the server's base URL."""
    return f"lab?hubcollab-model={repo}"
