"""``hubcollab/api/models/…``: models, their versions, files and cards; publications."""

from __future__ import annotations

import mimetypes
import re
from typing import TYPE_CHECKING

import msgspec
from tornado.iostream import StreamClosedError
from tornado.web import HTTPError

from ..errors import BadQuery
from ..handler import HubHandler, in_thread
from ..names import DEFAULT_BRANCH, FilePath, RepoId, Revision, file_path, repo_id, revision
from ..wire import PublicationRequest, VersionList
from .writers import SETTING, with_writers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..hub.files import Entry

MOST_LISTED = 500
LINKED_DATA = "application/ld+json"
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_SHOWN = ("image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "application/json")


class ModelHandler(HubHandler):
    """What all routes of one model share: the name and the revision that was asked for."""

    def repo(self, namespace: str, name: str) -> RepoId:
        """The model in the address."""
        return repo_id(f"{namespace}/{name}")

    def asked_revision(self) -> Revision:
        """The revision in the query; else the default branch."""
        return revision(self.get_query_argument("revision", "") or DEFAULT_BRANCH)

    def number(self, name: str, default: int, most: int) -> int:
        """A whole number in the query.

        Raises:
            BadQuery: it is none, or too large.
        """
        text = self.get_query_argument(name, str(default))
        if not text.isascii() or not text.isdecimal() or len(text) > 9:
            raise BadQuery(f"{name} takes a whole number, as in {name}={default}")
        return min(int(text), most)

    def wants_linked_data(self) -> bool:
        """Whether the asker would rather have JSON-LD than JSON."""
        return LINKED_DATA in self.request.headers.get("Accept", "")

    async def reply_linked(self, repo: RepoId) -> None:
        """Answer with what the asked revision of *repo* is, as linked data."""
        tell, at = self.services.models.linked.document, self.asked_revision()
        made = await in_thread(tell, self.actor, repo, at, self.address())
        self.set_header("Content-Type", LINKED_DATA)
        self.finish(msgspec.json.encode(made))


class ModelsHandler(ModelHandler):
    """All models."""

    async def get(self) -> None:
        """A page of them, the last changed first."""
        mine = self.get_query_argument("mine", "") in ("1", "true")
        owner = self.actor.name if mine else None
        limit, offset = self.number("limit", 50, MOST_LISTED), self.number("offset", 0, 1 << 30)
        page = self.services.models.summaries.page
        self.reply(await in_thread(page, self.actor, owner=owner, limit=limit, offset=offset))


class OneModelHandler(ModelHandler):
    """One model."""

    async def get(self, namespace: str, name: str) -> None:
        """Everything that its page opens with; linked data for who accepts ``application/ld+json``."""
        self.set_header("Vary", "Accept")
        if self.wants_linked_data():
            await self.reply_linked(self.repo(namespace, name))
            return
        page = self.services.models.summaries.model_page
        self.reply(await in_thread(page, self.actor, self.repo(namespace, name), self.asked_revision()))

    async def delete(self, namespace: str, name: str) -> None:
        """Delete it with its history; for its owner."""
        await in_thread(self.services.repos.delete, self.actor, self.repo(namespace, name))
        self.set_status(204)
        self.finish()


class VersionsHandler(ModelHandler):
    """The versions of a model."""

    async def get(self, namespace: str, name: str) -> None:
        """All of them, newest first."""
        repo = self.repo(namespace, name)
        found = await in_thread(self.services.models.versions.list, self.actor, repo)
        self.reply(VersionList(versions=list(found)))


class FilesHandler(ModelHandler):
    """The files of a revision."""

    async def get(self, namespace: str, name: str) -> None:
        """All of them, with the verdicts on them."""
        files = self.services.models.summaries.files
        self.reply(await in_thread(files, self.actor, self.repo(namespace, name), self.asked_revision()))


class CardHandler(ModelHandler):
    """The card of a revision."""

    async def get(self, namespace: str, name: str) -> None:
        """Markdown and front matter."""
        card = self.services.models.summaries.card
        self.reply(await in_thread(card, self.actor, self.repo(namespace, name), self.asked_revision()))


class PublicationsHandler(ModelHandler):
    """Where versions are made."""

    async def post(self, namespace: str, name: str) -> None:
        """Make a version from files whose bytes were sent before."""
        request = await with_writers(self.body(PublicationRequest), self.settings.get(SETTING), self.actor.name)
        publish = self.services.models.publications.publish
        made = await in_thread(publish, self.actor, self.repo(namespace, name), request)
        self.reply(msgspec.structs.replace(made, url=self.base_url + made.url), 201)


class ResolveHandler(ModelHandler):
    """The bytes of a file."""

    async def get(self, namespace: str, name: str, ref: str, path: str) -> None:
        """The file, or the range of it that was asked for."""
        await self.send(self.repo(namespace, name), revision(ref), file_path(path))

    async def send(self, repo: RepoId, at: Revision, path: FilePath) -> None:
        """Answer with a file, or with a range of it."""
        entry = await in_thread(self.services.files.entry, self.actor, repo, at, path)
        span = self._span(entry)
        pieces = await in_thread(self.services.files.content, self.actor, repo, at, entry, span)
        await self._send(pieces)

    def _span(self, entry: Entry) -> tuple[int, int]:
        """Which bytes to send; sets status and headers accordingly."""
        self.set_header("Accept-Ranges", "bytes")
        self.set_header("ETag", f'"{entry.digest or entry.oid}"')
        kind = mimetypes.guess_type(entry.path)[0] or ""
        self.set_header("Content-Type", kind if kind in _SHOWN else "application/octet-stream")
        # What people publish may be a web page; it must not act in the reader's name.
        self.set_header("Content-Security-Policy", "sandbox; default-src 'none'")
        self.set_header("X-Content-Type-Options", "nosniff")
        start, end = 0, entry.size
        asked = _RANGE.fullmatch(self.request.headers.get("Range", ""))
        if asked is not None and (asked[1] or asked[2]):
            start, end = _range(asked[1], asked[2], entry.size)
            self.set_status(206)
            self.set_header("Content-Range", f"bytes {start}-{end - 1}/{entry.size}")
        self.set_header("Content-Length", str(end - start))
        return start, end

    async def _send(self, pieces: Iterator[bytes]) -> None:
        try:
            while (piece := await in_thread(next, pieces, None)) is not None:
                self.write(piece)
                await self.flush()
            self.finish()
        except StreamClosedError:
            self.log.debug("the reader of %s went away", self.request.path)


def _range(first: str, last: str, size: int) -> tuple[int, int]:
    start = int(first) if first else max(0, size - int(last))
    end = min(size, int(last) + 1) if first and last else size
    if start >= end:
        raise HTTPError(416, f"the file has {size} bytes; the range lies outside")
    return start, end


_MODEL = r"/hubcollab/api/models/([^/]+)/([^/]+)"

ROUTES: list[tuple[str, type[HubHandler]]] = [
    (r"/hubcollab/api/models", ModelsHandler),
    (_MODEL, OneModelHandler),
    (_MODEL + "/versions", VersionsHandler),
    (_MODEL + "/files", FilesHandler),
    (_MODEL + "/card", CardHandler),
    (_MODEL + "/publications", PublicationsHandler),
    (_MODEL + "/resolve/([^/]+)/(.+)", ResolveHandler),
]
