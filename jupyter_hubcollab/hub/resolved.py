"""Where paths led, remembered: most requests of all clients are HEADs of files, again and again.

Only what cannot change unseen is remembered: paths at ``main``, which moves with the news of a commit, and at commits.
Who may read is asked at every request. Gated repos and former names are never remembered.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from dataclasses import dataclass, replace

from ..access import Actor, may_read
from ..names import DEFAULT_BRANCH, FilePath, RepoId, Revision
from ..storage.pooled import PooledBlobs
from .events import CommitMade, Events, RepoChanged, RepoDeleted
from .files import Files, Located
from .namespaces import Namespaces

_MOST = 20_000
_COMMIT_ID = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True, slots=True)
class Found:
    """Where a path led."""

    located: Located
    xet_hash: str | None
    """The name by which a client fetches the chunks itself, if the file is kept so."""


class Resolved:
    """Resolves paths, and remembers them."""

    def __init__(self, files: Files, blobs: PooledBlobs, namespaces: Namespaces, events: Events) -> None:
        self._files = files
        self._blobs = blobs
        self._namespaces = namespaces
        self._lock = threading.Lock()
        self._known: OrderedDict[str, dict[tuple[str, str], Found]] = OrderedDict()
        self._count = 0
        self._ages: dict[str, int] = {}
        events.on(CommitMade, lambda event: self._forget(event.repo))
        events.on(RepoDeleted, lambda event: self._forget(event.repo))
        events.on(RepoChanged, lambda event: self._forget(event.repo, event.former))

    def remembered(self, actor: Actor, repo: RepoId, revision: Revision, path: FilePath) -> Found | None:
        """Without waiting for a disk: where the path led, if *actor* may know."""
        found = self._known.get(repo.key, {}).get((revision, path))
        if found is None:
            return None
        known = found.located.repo
        held = self._namespaces.at_hand(known.id.namespace, known.storage)
        if held is None or not may_read(actor, replace(known, space=held[0], shared=held[1])):
            return None
        return found

    def find(self, actor: Actor, repo: RepoId, revision: Revision, path: FilePath) -> Found:
        """Where the path leads; errors as `Files.locate`."""
        age = self._ages.get(repo.key, 0)
        located = self._files.locate(actor, repo, revision, path)
        digest = located.entry.digest if located.entry is not None else None
        found = Found(located, self._blobs.xet_hash(digest) if digest is not None else None)
        stays = revision == DEFAULT_BRANCH or _COMMIT_ID.fullmatch(revision) is not None
        if stays and not located.repo.gated and located.repo.id.key == repo.key:
            self._remember(repo.key, (revision, path), found, age)
        return found

    def _remember(self, repo: str, at: tuple[str, str], found: Found, age: int) -> None:
        with self._lock:
            if self._ages.get(repo, 0) != age:  # something happened to the repo while we looked
                return
            known = self._known.setdefault(repo, {})
            self._count += at not in known
            known[at] = found
            while self._count > _MOST:
                self._count -= len(self._known.popitem(last=False)[1])

    def _forget(self, *repos: RepoId | None) -> None:
        with self._lock:
            for key in {repo.key for repo in repos if repo is not None}:
                self._ages[key] = self._ages.get(key, 0) + 1
                self._count -= len(self._known.pop(key, {}))
