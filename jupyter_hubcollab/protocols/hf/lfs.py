"""git-lfs: which blobs to send or fetch (batch), and the sealed URLs by which that is done."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import msgspec
from tornado.web import stream_request_body

from ...access import Actor, require
from ...errors import BadRequestBody, TooLarge, Unauthenticated
from ...handler import HubHandler
from ...names import Digest, digest
from ...wire import Problem
from ..threads import in_thread
from .base import ROOT, WEB_REPO, HFHandler, SealedHandler
from .lfs_parts import FROM_BYTES, action_in_parts
from .sending import send
from .shapes import Json
from .streams import Pump, expect, span_of

if TYPE_CHECKING:
    from ...hub.repos import Repo
    from ...storage.blobs import Incoming

_TYPE = "application/vnd.git-lfs+json"
_MOST_OBJECTS = 10_000
_LIFETIME_S = 6 * 3600.0
_DIGEST = r"(?P<digest>[0-9a-f]{64})"


class BatchHandler(HFHandler):
    """What the client has to send, and where it may fetch."""

    open_methods = ("POST",)
    _in_parts = False

    async def post(self, prefix: str | None, namespace: str, name: str) -> None:
        """An action per object, or why not."""
        fields = self.fields()
        operation = fields.get("operation")
        if operation not in ("upload", "download"):
            raise BadRequestBody("operation must be upload or download")
        if operation == "upload" and self.current_user is None:
            raise Unauthenticated("log in to send files")
        repo = await in_thread(self.services.repos.get, self.actor, self.repo(prefix, namespace, name))
        if operation == "download":
            require(self.actor, "read", repo)
            await in_thread(self.services.gates.require_open, self.actor, repo)
        else:
            await in_thread(self.services.pushes.welcome_blobs, self.actor, repo)
        objects = _objects(fields.get("objects"))
        if operation == "upload":
            await in_thread(self.services.quotas.require_room, repo, objects)
        transfers = fields.get("transfers")
        self._in_parts = isinstance(transfers, list) and "multipart" in transfers
        answer = self._uploads if operation == "upload" else self._downloads
        shapes = await in_thread(answer, repo, objects)
        self.set_header("Content-Type", _TYPE)
        self.finish(msgspec.json.encode({"transfer": "basic", "objects": shapes, "hash_algo": "sha256"}))

    def refuse(self, problem: Problem) -> None:
        """git-lfs asks for a password when it is told to."""
        if problem.code == "Unauthenticated":
            self.set_header("LFS-Authenticate", 'Basic realm="hub: any name, and a hub token as the password"')
        super().refuse(problem)

    def _uploads(self, _repo: Repo, objects: list[tuple[Digest, int]]) -> list[Json]:
        missing = set(self.services.models.held.missing(self.actor, [one for one, _ in objects]))
        return [self._upload(*one) if one[0] in missing else _shape(*one) for one in objects]

    def _upload(self, oid: Digest, size: int) -> Json:
        most = self.services.config.max_upload_bytes
        if size > most:
            return _shape(oid, size) | {"error": {"code": 413, "message": f"a file may have {most} bytes at most"}}
        if self._in_parts and size >= FROM_BYTES:
            return _shape(oid, size) | {"authenticated": True, "actions": {"upload": action_in_parts(self, oid, size)}}
        fields = {"digest": oid, "size": size, "user": self.actor.name, "shown": self.actor.display_name}
        seal = self.services.signer.seal("lfs-put", fields, _LIFETIME_S)
        href = self.url(f"lfs/put/{oid}?seal={seal}")
        # No verify step: the PUT itself answers only after the digest was checked.
        return _shape(oid, size) | {"authenticated": True, "actions": {"upload": _action(href)}}

    def _downloads(self, repo: Repo, objects: list[tuple[Digest, int]]) -> list[Json]:
        named = self.services.repos.blobs_named(repo, [one for one, _ in objects])
        return [self._download(oid, size, oid in named) for oid, size in objects]

    def _download(self, oid: Digest, size: int, is_named: bool) -> Json:
        if not is_named or not self.services.blobs.has(oid):
            return _shape(oid, size) | {"error": {"code": 404, "message": "this repo has no such object"}}
        seal = self.services.signer.seal("lfs-get", {"digest": oid}, _LIFETIME_S)
        return _shape(oid, size) | {
            "authenticated": True,
            "actions": {"download": _action(self.url(f"lfs/get/{oid}?seal={seal}"))},
        }


@stream_request_body
class PutHandler(SealedHandler):
    """A blob on its way in; who sends it, and which one, is in the seal."""

    purpose = "lfs-put"
    _incoming: Incoming | None = None

    async def prepare(self) -> None:  # type: ignore[override]
        """Check the seal, and begin to receive."""
        self._pump: Pump | None = None
        await super().prepare()
        if self.sealed["digest"] != self.path_kwargs["digest"]:
            raise BadRequestBody("this link is for another object")
        if int(self.request.headers.get("Content-Length", self.sealed["size"])) != self.sealed["size"]:
            raise BadRequestBody(f"this link is for an object of {self.sealed['size']} bytes")
        expect(self, self.sealed["size"])
        self._incoming = await in_thread(self.services.models.held.incoming)
        self._pump = Pump(self._incoming.write)

    async def data_received(self, chunk: bytes) -> None:
        """Take a part of the body."""
        if self._pump is not None:
            await self._pump.feed(chunk)

    async def put(self, digest: str) -> None:
        """Keep it, if it is what it was announced to be."""
        if self._pump is None or self._incoming is None:
            raise TooLarge("nothing was received")
        await self._pump.end()
        sender = Actor(self.sealed["user"], self.sealed["shown"])
        incoming, self._incoming = self._incoming, None
        await in_thread(self.services.models.held.finish, sender, incoming, Digest(digest))
        self.set_status(200)
        self.finish()

    def on_finish(self) -> None:
        """Forget what was not kept."""
        self._abort()
        super().on_finish()

    def on_connection_close(self) -> None:
        """The sender went away."""
        self._abort()
        super().on_connection_close()

    def _abort(self) -> None:
        incoming, self._incoming = self._incoming, None
        if incoming is not None:  # closing a file may wait for the disk
            asyncio.get_running_loop().run_in_executor(None, incoming.abort)


class GetHandler(SealedHandler):
    """A blob on its way out."""

    purpose = "lfs-get"

    async def get(self, digest: str) -> None:
        """The bytes, whole or a range."""
        if self.sealed["digest"] != digest:
            raise BadRequestBody("this link is for another object")
        size = await in_thread(self.services.blobs.size, Digest(digest))
        span = span_of(self.request.headers.get("Range", ""), size)
        self.set_header("Content-Type", "application/octet-stream")
        self.set_header("Accept-Ranges", "bytes")
        if span is None:
            self.set_status(416)
            self.set_header("Content-Range", f"bytes */{size}")
            self.finish()
            return
        if span.is_part:
            self.set_status(206)
            self.set_header("Content-Range", span.content_range)
        self.set_header("Content-Length", str(span.end - span.start))
        parts = await in_thread(self.services.blobs.parts, Digest(digest), span.start, span.end)
        await send(self, parts, span.end - span.start)
        self.finish()


def _objects(value: object) -> list[tuple[Digest, int]]:
    if not isinstance(value, list) or len(value) > _MOST_OBJECTS:
        raise BadRequestBody(f"objects must be a list of at most {_MOST_OBJECTS}")
    try:
        asked = msgspec.convert(value, list[_Asked])
    except msgspec.ValidationError as error:
        raise BadRequestBody(f"an object needs oid and size: {error}") from error
    return [(digest(one.oid), one.size) for one in asked]


class _Asked(msgspec.Struct):
    """An object of a batch."""

    oid: str
    size: Annotated[int, msgspec.Meta(ge=0, le=1 << 62)]


def _shape(oid: Digest, size: int) -> Json:
    return {"oid": oid, "size": size}


def _action(href: str) -> Json:
    return {"href": href, "header": {}, "expires_in": int(_LIFETIME_S)}


ROUTES: list[tuple[str, type[HubHandler]]] = [
    (rf"{WEB_REPO}\.git/info/lfs/objects/batch", BatchHandler),
    (rf"{ROOT}/lfs/put/{_DIGEST}", PutHandler),
    (rf"{ROOT}/lfs/get/{_DIGEST}", GetHandler),
]
