"""How much a commit or a push may bring, and how many files a revision may have."""

from __future__ import annotations

from collections.abc import Sequence

import pygit2

from ..errors import TooLarge
from ..names import Digest
from .files import walk
from .quotas import Quotas
from .repos import Repo
from .rules import Rules


class Limits:
    """Refuses what is too much, before history is made of it."""

    def __init__(self, quotas: Quotas, rules: Rules) -> None:
        self.quotas = quotas
        self._rules = rules

    def require_room(self, repo: Repo, blobs: Sequence[tuple[Digest, int]], texts: int) -> None:
        """Make sure that a commit may bring *blobs*, and *texts* bytes in small files.

        Raises:
            TooLarge: it is more than one commit may bring.
            QuotaExceeded: the namespace would hold too much.
        """
        size = sum(dict(blobs).values()) + texts
        if size > self._rules.largest_commit:
            most = self._rules.largest_commit
            raise TooLarge(f"a commit brings {most:,} bytes at most, not {size:,} (max_commit_bytes); split it")
        self.quotas.require_room(repo, blobs, more=texts)

    def require_files(self, git: pygit2.Repository, tree: str, known: int | None) -> None:
        """Make sure that a new tree has not too many files; *known*: they cannot be more than this.

        Raises:
            TooLarge: it has.
        """
        most = self._rules.most_files
        if known is not None and known <= most:
            return
        found = git.get(tree)
        if isinstance(found, pygit2.Tree):
            number = sum(not entry.is_dir for entry in walk(git, found))
            if number > most:
                raise TooLarge(
                    f"a revision has {most:,} files at most, not {number:,} (max_files); pack the small ones"
                )
