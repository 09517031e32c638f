"""Clone, fetch and push."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from jupyter_server.utils import ensure_async
from tornado.iostream import StreamClosedError
from tornado.web import stream_request_body

from ...access import require
from ...errors import AccessDenied, BadRequestBody, HubError, Unavailable
from ...handler import RESOURCE, HubHandler
from ...wire import Problem
from ..hf.base import ROOT, HFHandler
from ..hf.upstream import or_upstream, pull_clone
from ..threads import in_thread
from .backend import Backend, call_of
from .hook import Hook

if TYPE_CHECKING:
    from ...hub.pushes import Update
    from ...hub.repos import Repo

_REPO = rf"{ROOT}/(?:(?P<prefix>datasets|spaces)/)?(?P<namespace>[^/]+)/(?P<name>[^/]+?)(?:\.git)?"
_READ, _WRITE = "git-upload-pack", "git-receive-pack"
_LARGEST_BODY = {_READ: 64 << 20, _WRITE: 4 << 30}


class GitHandler(HFHandler):
    """What all of git's requests share."""

    service = ""

    async def _authorize(self) -> None:
        # git fetches by POST too; what counts is which service it asks for.
        action = "write" if self._service() == _WRITE else "read"
        if self.current_user is None and not (self.services.config.anonymous_read and action == "read"):
            await super()._authorize()
        allowed = self.current_user is None or await ensure_async(
            self.authorizer.is_authorized(self, self.current_user, action, RESOURCE)
        )
        if not allowed:
            raise AccessDenied(f"you are not authorized to {action} on this server's hub")

    def _service(self) -> str:
        return str(self.path_kwargs.get("service") or self.get_query_argument("service", ""))

    async def found(self, prefix: str | None, namespace: str, name: str, service: str) -> Repo:
        """The repo, if the person may do with it what *service* does."""
        if service not in (_READ, _WRITE):
            raise BadRequestBody("ask for git-upload-pack or git-receive-pack; the dumb protocol is not served")
        repo = await in_thread(self.services.repos.get, self.actor, self.repo(prefix, namespace, name))
        if service == _READ:
            require(self.actor, "read", repo)
            await in_thread(self.services.gates.require_open, self.actor, repo)
        else:
            await in_thread(self.services.pushes.welcome, self.actor, repo)
        return repo

    def call(self, repo: Repo, service: str) -> dict[str, str]:
        """The request as the backend wants it."""
        headers = self.request.headers
        return {
            **call_of(self.services.config.data_dir / "repos", repo.storage, service, self.request.method or ""),
            "QUERY_STRING": self.request.query,
            "CONTENT_TYPE": headers.get("Content-Type", ""),
            "HTTP_CONTENT_ENCODING": headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": headers.get("Git-Protocol", ""),
            "REMOTE_USER": self.actor.name,
            "REMOTE_ADDR": self.request.remote_ip or "",
        }

    async def relay(self, backend: Backend) -> None:
        """Send the backend's answer, as fast as the client takes it."""
        self.write(await self.relay_but_last(backend))

    async def relay_but_last(self, backend: Backend) -> bytes:
        """The same, but for the last piece, without which no client believes that it is done."""
        headers = await backend.headers()
        if not headers:
            raise Unavailable(f"git failed: {await backend.end() or 'no answer'}")
        for name, value in headers:
            if name == "Status":
                self.set_status(int(value.split()[0]))
            else:
                self.set_header(name, value)
        last = b""
        while piece := await backend.read():
            if last:
                self.write(last)
                await self.flush()
            last = piece
        complaint = await backend.end()
        if complaint:
            self.log.warning("git: %s", complaint)
        return last

    def refuse(self, problem: Problem) -> None:
        """git shows text, and asks for a password when it is told to."""
        if problem.code == "Unauthenticated":
            self.set_header("WWW-Authenticate", 'Basic realm="hub: any name, and a hub token as the password"')
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"{problem.message}\n")


class RefsHandler(GitHandler):
    """Which refs are there; how every clone, fetch and push begins."""

    @or_upstream(pull_clone)
    async def get(self, prefix: str | None, namespace: str, name: str) -> None:
        """The refs for a service."""
        service = self._service()
        repo = await self.found(prefix, namespace, name, service)
        backend = await Backend.start(self.call(repo, "info/refs"), {})
        try:
            await self.relay(backend)
        except StreamClosedError:
            self.log.info("git went away")
        finally:
            backend.kill()


@stream_request_body
class ServiceHandler(GitHandler):
    """Objects: out for clone and fetch, in for push."""

    _backend: Backend | None = None
    _hook: Hook | None = None

    async def prepare(self) -> None:  # type: ignore[override]
        """Log in, look whether it may be, start the backend."""
        await super().prepare()
        parts = self.path_kwargs
        service = parts["service"]
        self.request.connection.set_max_body_size(_LARGEST_BODY[service])  # type: ignore[union-attr]
        self._repo = await self.found(parts["prefix"], parts["namespace"], parts["name"], service)
        if service == _WRITE:
            self._hook = await in_thread(Hook.make)
        variables = self._hook.variables if self._hook else {}
        settings = self._hook.settings if self._hook else {}
        self._backend = await Backend.start(self.call(self._repo, service) | variables, settings)

    async def data_received(self, chunk: bytes) -> None:
        """Pass a part of the body on."""
        if self._backend is not None:
            await self._backend.feed(chunk)

    async def post(self, prefix: str | None, namespace: str, name: str, service: str) -> None:  # noqa: ARG002
        """Answer; a push is checked on the way and indexed in the end."""
        if self._backend is None:
            raise Unavailable("git did not start")
        judge = asyncio.ensure_future(self._judged(self._hook)) if self._hook is not None else None
        last = b""
        try:
            last = await self.relay_but_last(self._backend)
        except StreamClosedError:
            self.log.info("git went away")
        finally:
            self._backend.kill()
            accepted = await _result(judge)
            if accepted:
                await in_thread(self.services.pushes.settle, self.actor, self._repo, accepted)
        self.write(last)

    async def _judged(self, hook: Hook) -> list[Update]:
        """Answer the hook's question; the updates that it may make."""
        quarantine, updates = await hook.question()
        check, missing = self.services.pushes.check, self.services.models.held.missing
        refusal: str | None = "the hub failed; its log tells why"
        try:
            await in_thread(check, self.actor, self._repo, updates, quarantine, missing)
            refusal = None
        except HubError as error:
            self.log.info("push to %s refused: %s: %s", self._repo.id, error.code, error)
            refusal = str(error)
        finally:
            hook.answer(refusal)
        return updates if refusal is None else []

    def on_finish(self) -> None:
        """Leave nothing behind."""
        self._clean()
        super().on_finish()

    def on_connection_close(self) -> None:
        """git went away."""
        if self._backend is not None:
            self._backend.kill()
        super().on_connection_close()

    def _clean(self) -> None:
        if self._backend is not None:
            self._backend.kill()
        if self._hook is not None:
            self._hook.close()
            self._hook = None


async def _result(judge: asyncio.Future[list[Update]] | None) -> list[Update]:
    """What was accepted; nothing if git never asked."""
    if judge is None:
        return []
    if not judge.done():
        judge.cancel()
    try:
        return await judge
    except asyncio.CancelledError:
        return []


ROUTES: list[tuple[str, type[HubHandler]]] = [
    (rf"{_REPO}/info/refs", RefsHandler),
    (rf"{_REPO}/(?P<service>git-upload-pack|git-receive-pack)", ServiceHandler),
]
