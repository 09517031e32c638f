"""Commits: which files go where, then one streamed body of changes."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

import msgspec
from tornado.web import stream_request_body

from ...errors import (
    BadInput,
    BadRequestBody,
    BadRevision,
    BlobNotFound,
    EntryNotFound,
    NotSupported,
    RevisionNotFound,
    TooLarge,
)
from ...handler import HubHandler
from ...hub.changes import Change, Delete, Put
from ...hub.ignoring import IGNORE_FILE, Ignoring
from ...hub.pointers import ATTRIBUTES, is_kept_by_lfs, lfs_patterns
from ...names import RepoId, Revision, digest, file_path
from ...wire import Problem
from ..threads import in_thread
from .base import API_REPO, REVISION, HFHandler, json_of
from .shapes import Json
from .streams import Pump, expect

if TYPE_CHECKING:
    from ...hub.commits import Staging
    from ...services import Services

_MOST_FILES = 1000
_LARGEST_BODY = 4 << 30
_MARGIN = 64 << 10
"""For what stands around the content in a line."""


class PreuploadHandler(HFHandler):
    """Asked before an upload: which files go into git, which are blobs, and what is there already."""

    async def post(self, kind: str, namespace: str, name: str, revision: str) -> None:
        """A verdict per file."""
        files = self.fields().get("files")
        if not isinstance(files, list) or len(files) > _MOST_FILES or not all(isinstance(one, dict) for one in files):
            raise BadRequestBody(f"files must be a list of at most {_MOST_FILES}")
        repo = self.repo(kind, namespace, name)
        self.reply(await in_thread(self._verdicts, repo, self.revision(revision), files))

    def _verdicts(self, repo: RepoId, revision: Revision, files: list[Json]) -> Json:
        commit = self.services.refs.resolve(self.actor, repo, revision)
        sizes = [size for one in files if isinstance(size := one.get("size"), int)]
        found = self.services.repos.get(self.actor, repo)
        self.services.quotas.require_room_to_send(found, max(sizes, default=0))
        at = Revision(commit.id)
        try:
            attributes = self.services.files.read_text(self.actor, repo, at, file_path(ATTRIBUTES))
        except EntryNotFound:
            attributes = ""
        patterns = lfs_patterns(attributes)
        unwanted = Ignoring(self._ignore_file(repo, at))
        verdicts = [self._verdict(repo, at, one, patterns) for one in files]
        for verdict in verdicts:
            verdict["shouldIgnore"] = unwanted.ignores(verdict["path"])
        return {"files": verdicts, "commitOid": commit.id}

    def _ignore_file(self, repo: RepoId, at: Revision) -> str:
        """The ``.gitignore`` that is being sent, else the one that is there."""
        sent = self.fields().get("gitIgnore")
        if isinstance(sent, str):
            return sent
        try:
            return self.services.files.read_text(self.actor, repo, at, file_path(IGNORE_FILE))
        except (EntryNotFound, BadInput, TooLarge):
            return ""

    def _verdict(self, repo: RepoId, at: Revision, file: Json, patterns: list[str]) -> Json:
        path = file_path(str(file.get("path", "")))
        size = file.get("size", 0)
        if not isinstance(size, int):
            raise BadRequestBody(f"the size of '{path}' is a number of bytes")
        limit = self.services.config.max_regular_bytes
        is_blob = is_kept_by_lfs(path, patterns) or size > limit or _is_binary(str(file.get("sample", "")))
        verdict: Json = {"path": path, "uploadMode": "lfs" if is_blob else "regular", "shouldIgnore": False}
        try:
            entry = self.services.files.entry(self.actor, repo, at, path)
        except EntryNotFound:
            return verdict
        return verdict | ({} if entry.is_dir else {"oid": entry.digest or entry.oid})


@stream_request_body
class CommitHandler(HFHandler):
    """``create_commit``: NDJSON, one change a line; a file's content goes into git as its line arrives."""

    async def prepare(self) -> None:  # type: ignore[override]
        """Log in, and begin to read lines."""
        self._pump: Pump | None = None
        await super().prepare()
        expect(self, _LARGEST_BODY)
        parts = self.path_kwargs
        self._lines = _Lines(self.services, self, self.repo(parts["kind"], parts["namespace"], parts["name"]))
        self._pump = Pump(self._lines.take)

    async def data_received(self, chunk: bytes) -> None:
        """Take a part of the body."""
        if self._pump is not None:
            await self._pump.feed(chunk)

    async def post(self, kind: str, namespace: str, name: str, revision: str) -> None:
        """Make the commit."""
        assert self._pump is not None
        await self._pump.end()
        repo = self.repo(kind, namespace, name)
        make = self._propose if self.flag("create_pr") else self._commit
        self.reply(await in_thread(make, repo, self.revision(revision)))

    def _commit(self, repo: RepoId, branch: Revision) -> Json:
        header, changes = self._lines.end()
        made = self.services.commits.commit(
            self.actor, repo, changes, message=_message(header), branch=branch, parent=header.get("parentCommit")
        )
        return self._made(repo, made.id)

    def _propose(self, repo: RepoId, target: Revision) -> Json:
        """Open a pull request with the commit; it begins at the parent, if one is given."""
        from ...hub.pulls import Proposal

        header, changes = self._lines.end()
        title, parent = str(header.get("summary") or "Changes"), header.get("parentCommit")
        start = self.revision(parent) if isinstance(parent, str) else None
        proposal = Proposal(title, str(header.get("description") or ""), target, start)
        try:
            pull, made = self.services.social.pulls.open_with(self.actor, repo, proposal, changes, _message(header))
        except BadRevision as error:  # clients look for this word
            raise RevisionNotFound(f"Invalid rev id: {error}") from error
        return self._made(repo, made.id) | {"pullRequestUrl": f"{self.repo_url(repo)}/discussions/{pull.number}"}

    def _made(self, repo: RepoId, commit: str) -> Json:
        url = f"{self.repo_url(repo)}/commit/{commit}"
        return {"success": True, "commitOid": commit, "commitUrl": url, "hookOutput": ""}

    def refuse(self, problem: Problem) -> None:
        """A pointer to a blob that is not there is a bad commit, not a missing page."""
        if problem.code == "BlobNotFound":
            self.set_status(400)
        super().refuse(problem)


class _Lines:
    """Turns lines into changes; holds at most one line and no content."""

    def __init__(self, services: Services, handler: CommitHandler, repo: RepoId) -> None:
        self._services = services
        self._actor = handler.actor
        self._repo = repo
        self._rest = bytearray()
        self._staging: Staging | None = None
        self._header: Json = {}
        self._changes: list[Change] = []
        self._longest = services.config.max_regular_bytes * 4 // 3 + _MARGIN

    def take(self, piece: bytes) -> None:
        """Read the lines that are complete now."""
        self._rest += piece
        *lines, rest = bytes(self._rest).split(b"\n") if b"\n" in piece else [bytes(self._rest)]
        for line in lines:
            self._line(line)
        self._rest = bytearray(rest)
        if len(self._rest) > self._longest:
            raise TooLarge("a line of the commit is too long; upload large files as blobs first")

    def end(self) -> tuple[Json, list[Change]]:
        """The header and all changes.

        Raises:
            BlobNotFound: the sender names a blob that neither they sent nor a repo shows that they may read.
        """
        self._line(bytes(self._rest))
        puts = [change for change in self._changes if isinstance(change, Put)]
        named = [put.content for put in puts if isinstance(put.content, str)]
        missing = self._services.models.held.missing(self._actor, named)
        if missing:
            raise BlobNotFound(
                "Your push was rejected because an LFS pointer pointed to a file that does not exist: "
                f"{missing[0]}; upload it first"
            )
        return self._header, self._changes

    def _line(self, line: bytes) -> None:
        if not line.strip():
            return
        change = json_of(line, _Line)
        if change.key == "header":
            self._header = change.value
        elif change.key in ("deletedFile", "deletedFolder"):
            self._changes.append(Delete(file_path(str(change.value.get("path", "")).strip("/"))))
        elif change.key == "file":
            self._changes.append(self._file(change.value))
        elif change.key == "lfsFile":
            self._changes.append(self._blob(change.value))
        else:
            raise NotSupported(f"this hub knows no change of kind '{change.key}'")

    def _file(self, value: Json) -> Put:
        path, text = file_path(str(value.get("path", ""))), str(value.get("content", ""))
        if value.get("encoding", "utf-8") != "base64":
            content = text.encode()
        else:
            try:
                content = base64.b64decode(text, validate=True)
            except (binascii.Error, ValueError) as error:
                raise BadRequestBody(f"the content of '{path}' is no base64") from error
        if len(content) > self._services.config.max_regular_bytes:
            raise TooLarge(f"'{path}' is too large for a regular file; upload it as a blob first")
        return self._staged().put(path, content)

    def _staged(self) -> Staging:
        if self._staging is None:
            self._staging = self._services.commits.staging(self._actor, self._repo)
        return self._staging

    def _blob(self, value: Json) -> Put:
        path, oid = file_path(str(value.get("path", ""))), digest(str(value.get("oid", "")))
        size: Any = value.get("size")
        if not isinstance(size, int):
            size = self._services.blobs.size(oid) if self._services.blobs.has(oid) else 0
        return Put(path, oid, size)


def _message(header: Json) -> str:
    return "\n\n".join(filter(None, (str(header.get(part) or "") for part in ("summary", "description"))))


class _Line(msgspec.Struct):
    """One line of a commit."""

    key: str
    value: dict[str, Any]


def _is_binary(sample: str) -> bool:
    """Do the first bytes of a file look like no text?"""
    try:
        content = base64.b64decode(sample)
    except (binascii.Error, ValueError):
        return False
    if b"\0" in content:
        return True
    try:
        content.decode()
    except UnicodeDecodeError as error:
        return error.start < len(content) - 4  # a sample may end within a character
    return False


ROUTES: list[tuple[str, type[HubHandler]]] = [
    (rf"{API_REPO}/preupload/{REVISION}", PreuploadHandler),
    (rf"{API_REPO}/commit/{REVISION}", CommitHandler),
]
