"""Files: what they are (HEAD) and their bytes (GET), whole or in ranges."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...errors import BadPath, EntryNotFound
from ...handler import HubHandler
from ...names import RepoId, file_path
from ...wire import Problem
from ..threads import in_thread
from .base import REVISION, ROOT, WEB_REPO, HFHandler
from .sending import send
from .streams import Span, protect, span_of
from .upstream import or_upstream, pull_file

if TYPE_CHECKING:
    from ...hub.files import Entry, Located
    from ...hub.resolved import Found


class ResolveHandler(HFHandler):
    """``hf_hub_download``."""

    commit = ""

    @or_upstream(pull_file)
    async def head(self, prefix: str | None, namespace: str, name: str, revision: str, path: str) -> None:
        """Commit, ETag and size."""
        found = await self._found(self.repo(prefix, namespace, name), revision, path)
        entry = self._describe(found)
        self.set_header("Content-Length", str(entry.size))
        self.finish()

    @or_upstream(pull_file)
    async def get(self, prefix: str | None, namespace: str, name: str, revision: str, path: str) -> None:
        """The bytes."""
        found = await self._found(self.repo(prefix, namespace, name), revision, path)
        entry = self._describe(found)
        if self.check_etag_header():
            self.set_status(304)
            self.finish()
            return
        span = span_of(self.request.headers.get("Range", ""), entry.size)
        if span is None:
            self.set_status(416)
            self.set_header("Content-Range", f"bytes */{entry.size}")
            self.finish()
            return
        self._announce(span)
        parts = await in_thread(self.services.files.parts_of, found.located, (span.start, span.end))
        await send(self, parts, span.end - span.start)
        if "X-HF-Download-Counter" in self.request.headers:
            await in_thread(self.services.repos.count_download, found.located.repo, self.actor)
        self.finish()

    async def _found(self, repo: RepoId, revision: str, path: str) -> Found:
        try:
            wanted = file_path(path)
        except BadPath as error:
            raise EntryNotFound(str(error)) from error
        at = self.revision(revision)
        found = self.services.resolved.remembered(self.actor, repo, at, wanted)
        if found is not None:
            return found
        return await in_thread(self.services.resolved.find, self.actor, repo, at, wanted)

    def _describe(self, found: Found) -> Entry:
        located = found.located
        self.commit = located.commit
        entry = located.entry
        if entry is None or entry.is_dir:
            raise EntryNotFound(f"'{located.path}' is not in {located.repo.id} at {located.commit[:8]}")
        self.set_header("X-Repo-Commit", located.commit)
        self.set_header("Accept-Ranges", "bytes")
        self.set_header("ETag", f'"{entry.digest or entry.oid}"')
        if entry.digest is not None:
            self.set_header("X-Linked-Size", str(entry.size))
            self.set_header("X-Linked-ETag", f'"{entry.digest}"')
            self._offer_chunks(located, found.xet_hash)
        protect(self, entry.path)
        if located.repo.id.kind == "model":
            self.warn(located.repo, located.commit)
        return entry

    def _offer_chunks(self, located: Located, name: str | None) -> None:
        """Let a client that can fetch the chunks of a file itself."""
        if name is not None:
            repo = located.repo.id
            token = self.url(f"api/{repo.kind}s/{repo}/xet-read-token/{located.commit}")
            self.set_header("X-Xet-Hash", name)
            self.set_header("Link", f'<{token}>; rel="xet-auth"')

    def _announce(self, span: Span) -> None:
        if span.is_part:
            self.set_status(206)
            self.set_header("Content-Range", span.content_range)
        self.set_header("Content-Length", str(span.end - span.start))

    def refuse(self, problem: Problem) -> None:
        """With the commit, so that a client remembers which optional files are not there."""
        if self.commit:
            self.set_header("X-Repo-Commit", self.commit)
        super().refuse(problem)


ROUTES: list[tuple[str, type[HubHandler]]] = [
    (WEB_REPO.replace(ROOT, rf"{ROOT}(?!/api/)", 1) + rf"/(?:resolve|raw)/{REVISION}/(?P<path>.+)", ResolveHandler),
]
