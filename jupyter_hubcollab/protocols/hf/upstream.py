"""Repos that this hub does not have: our handlers ask `Upstream`, and the answer goes out in this protocol's words."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast
from urllib.parse import quote, urlsplit

import msgspec
from tornado.iostream import StreamClosedError

from ...errors import BadPath, EntryNotFound, HubError, RepoNotFound
from ...names import DEFAULT_BRANCH, RepoKind, file_path
from .base import HFHandler, query_of
from .shapes import Json, expanded
from .streams import protect, span_of

if TYPE_CHECKING:
    from ...hub.upstream import UpstreamFile, UpstreamId
    from .base import HFHandler
    from .resolve import ResolveHandler
    from .tree import PathsInfoHandler

T = TypeVar("T")
P = ParamSpec("P")
Parts = Mapping[str, str | None]
Method = Callable[..., Awaitable[None]]
Pull = Callable[[Any, "UpstreamId", Parts], Awaitable[None]]

_NOT_PASSED_ON = {"securityStatus"}


def or_upstream(pull: Pull) -> Callable[[Method], Method]:
    """Let *pull* answer for a repo that the decorated method does not find."""

    def decorate(method: Method) -> Method:
        @wraps(method)
        async def answer(handler: HFHandler, **parts: str | None) -> None:
            try:
                await method(handler, **parts)
            except RepoNotFound:
                if not handler.services.upstream.is_used:
                    raise
                await pull(handler, _named(parts), parts)

        return answer

    return decorate


def _named(parts: Parts) -> UpstreamId:
    from ...hub.upstream.ids import upstream_id

    namespace, name = parts["namespace"] or "", parts["name"] or ""
    kinds = parts.get("kind") or parts.get("prefix") or "models"
    if "prefix" in parts and not parts["prefix"] and namespace in ("datasets", "spaces"):
        return upstream_id(cast(RepoKind, namespace.removesuffix("s")), name)  # a dataset without a namespace
    return upstream_id(cast(RepoKind, kinds.removesuffix("s")), f"{namespace}/{name}")


async def asked(handler: HFHandler, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call in the threads that may wait for other hubs; those of the server may not."""
    threads = handler.services.upstream.threads
    return await asyncio.get_running_loop().run_in_executor(threads, partial(call, *args, **kwargs))


async def pull_info(handler: HFHandler, id: UpstreamId, parts: Parts) -> None:
    """The page of a repo."""
    if id.text.endswith("/refs"):  # of a repo without a namespace
        await pull_refs(handler, type(id)(id.kind, id.text.removesuffix("/refs")), parts)
        return
    revision = parts.get("revision") or DEFAULT_BRANCH
    query = _query(handler)
    commit, shape, hub = await asked(handler, handler.services.upstream.page, handler.actor, id, revision, query)
    wanted = [name for many in handler.get_query_arguments("expand") for name in many.split(",")]
    if wanted:
        shape = expanded(shape, wanted)
    _say(handler, hub, commit)
    handler.reply(shape)


async def pull_tree(handler: HFHandler, id: UpstreamId, parts: Parts) -> None:
    """A page of a folder."""
    upstream = handler.services.upstream
    commit, _ = await asked(handler, upstream.commit, handler.actor, id, parts["revision"] or DEFAULT_BRANCH)
    folder, query = (parts.get("path") or "").strip("/"), _query(handler)
    rest = f"tree/{commit}{'/' + quote(folder, safe='') if folder else ''}{'?' + query if query else ''}"
    answer = await asked(handler, upstream.lasting, handler.actor, id, rest)
    if answer.next:
        handler.link(urlsplit(answer.next).query)
    _say(handler, answer.hub, commit)
    handler.reply(_entries(answer.body))


async def pull_paths(handler: PathsInfoHandler, id: UpstreamId, parts: Parts) -> None:
    """Some files and folders."""
    upstream = handler.services.upstream
    commit, _ = await asked(handler, upstream.commit, handler.actor, id, parts["revision"] or DEFAULT_BRANCH)
    form = [("expand", "true" if handler.flag("expand") else "false")]
    form += [("paths", path) for path in sorted(handler.paths())]
    answer = await asked(handler, upstream.lasting, handler.actor, id, f"paths-info/{commit}", tuple(form))
    _say(handler, answer.hub, commit)
    handler.reply(_entries(answer.body))


async def pull_refs(handler: HFHandler, id: UpstreamId, parts: Parts) -> None:  # noqa: ARG001
    """Branches and tags."""
    await _pass_on(handler, id, "refs")


async def pull_commits(handler: HFHandler, id: UpstreamId, parts: Parts) -> None:
    """History."""
    await _pass_on(handler, id, f"commits/{quote(parts['revision'] or '', safe='')}")


async def pull_file(handler: ResolveHandler, id: UpstreamId, parts: Parts) -> None:
    """A file, or what it is."""
    upstream = handler.services.upstream
    try:
        path = file_path(parts["path"] or "")
    except BadPath as error:
        raise EntryNotFound(str(error)) from error
    commit, page = await asked(handler, upstream.commit, handler.actor, id, parts["revision"] or DEFAULT_BRANCH)
    _say(handler, page.hub, commit)
    try:
        file = await asked(handler, upstream.file, handler.actor, id, commit, path)
    except EntryNotFound:
        handler.commit = commit  # clients remember which optional files a commit has not
        raise
    _describe(handler, file)
    if handler.request.method == "HEAD":
        handler.set_header("Content-Length", str(file.size))
        handler.finish()
    elif handler.check_etag_header():
        handler.set_status(304)
        handler.finish()
    else:
        await _send(handler, file)


async def pull_clone(handler: HFHandler, id: UpstreamId, parts: Parts) -> None:  # noqa: ARG001
    """Where to clone it from. Not a redirect: git would send the login that it has here to the other hub."""
    _, page = await asked(handler, handler.services.upstream.commit, handler.actor, id, DEFAULT_BRANCH)
    raise RepoNotFound(f"{id} is not a repo of this hub; clone it from {page.hub}/{id.in_web}")


async def _pass_on(handler: HFHandler, id: UpstreamId, rest: str) -> None:
    query = _query(handler)
    whole = f"{rest}?{query}" if query else rest
    answer = await asked(handler, handler.services.upstream.changing, handler.actor, id, whole)
    if answer.next:
        handler.link(urlsplit(answer.next).query)
    _say(handler, answer.hub)
    handler.set_header("Content-Type", "application/json; charset=utf-8")
    handler.finish(answer.body)


def _describe(handler: HFHandler, file: UpstreamFile) -> None:
    handler.set_header("Accept-Ranges", "bytes")
    handler.set_header("ETag", f'"{file.etag}"')
    if file.hashed_by == "sha256":
        handler.set_header("X-Linked-Size", str(file.size))
        handler.set_header("X-Linked-ETag", f'"{file.etag}"')
    protect(handler, file.path)


async def _send(handler: HFHandler, file: UpstreamFile) -> None:
    span = span_of(handler.request.headers.get("Range", ""), file.size)
    if span is None:
        handler.set_status(416)
        handler.set_header("Content-Range", f"bytes */{file.size}")
        handler.finish()
        return
    pieces = await asked(handler, handler.services.upstream.read, handler.actor, file, span.start, span.end)
    piece = await asked(handler, _next, pieces)  # what goes wrong at once still has a status of its own
    if span.is_part:
        handler.set_status(206)
        handler.set_header("Content-Range", span.content_range)
    handler.set_header("Content-Length", str(span.end - span.start))
    try:
        while piece:
            handler.write(piece)
            await handler.flush()
            piece = await asked(handler, _next, pieces)
    except StreamClosedError:  # the client went away; the file goes on arriving
        return
    except HubError as error:
        handler.log.warning("%s: broken off: %s", handler.request.path, error)
        handler.request.connection.close()  # type: ignore[union-attr]
        return
    handler.finish()


def _next(pieces: Iterator[bytes]) -> bytes:
    return next((piece for piece in pieces if piece), b"")


def _entries(body: str) -> list[Json]:
    """Files and folders, without the names by which another hub's chunks are fetched: those we do not have."""
    entries = msgspec.json.decode(body, type=list[dict[str, Any]])
    return [{name: value for name, value in one.items() if name != "xetHash"} for one in entries]


def _query(handler: HFHandler) -> str:
    given = handler.request.query_arguments
    pairs = [(name, value) for name in sorted(given) for value in handler.get_query_arguments(name)]
    return query_of([(name, value) for name, value in pairs if name not in _NOT_PASSED_ON])


def _say(handler: HFHandler, hub: str, commit: str = "") -> None:
    handler.set_header("X-Upstream", hub)
    if commit:
        handler.set_header("X-Repo-Commit", commit)
