"""No route answers a stranger, nor somebody whom the authorizer refuses."""

from __future__ import annotations

import re
from typing import Any

import pytest
from jupyter_server.auth import Authorizer
from tornado.httpclient import HTTPClientError

from jupyter_hubcollab.handler import HubHandler
from jupyter_hubcollab.routes import ROUTES

SAMPLES = {
    "kind": "models",
    "namespace": "team",
    "name": "digits",
    "revision": "main",
    "digest": "0" * 64,
    "slug": "team/picks",
    "number": "1",
    "comment": "0" * 24,
}


class RefuseAll(Authorizer):
    """Lets nobody do anything."""

    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
        return False


def sample_path(pattern: str) -> str:
    """A path that *pattern* matches."""
    path = re.sub(r"\(\?![^)]*\)", "", pattern).removesuffix("$").removesuffix("/?")
    while (group := re.search(r"\((?!.*\()(\?P<(?P<name>\w+)>|\?:)?(?P<inner>[^()]*)\)(\?)?", path)) is not None:
        path = path[: group.start()] + _sample(group["name"], group["inner"]) + path[group.end() :]
    return path.replace("\\", "")


def _sample(name: str | None, inner: str) -> str:
    if name in SAMPLES:
        return SAMPLES[name]
    first = inner.split("|", 1)[0]
    if first == r"\d+":
        return "1"
    if re.fullmatch(r"[\w./-]+", first):
        return first
    return "0" * 64 if "0-9a-f" in first else "team"


def methods(handler: type[HubHandler]) -> list[str]:
    return [
        m
        for m in ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH")
        if getattr(handler, m.lower()) is not getattr(HubHandler, m.lower())
    ]


CASES = [(pattern, handler, method) for pattern, handler, *_ in ROUTES for method in methods(handler)]
IDS = [f"{method} {pattern}" for pattern, _, method in CASES]


async def answer(fetch: Any, path: str, method: str, headers: dict[str, str]) -> int:
    body = None if method in ("GET", "HEAD", "DELETE") else b"{}"
    try:
        reply = await fetch(path, method=method, body=body, headers=headers, allow_nonstandard_methods=True)
    except HTTPClientError as error:
        return int(error.code)
    return int(reply.code)


@pytest.mark.parametrize(("pattern", "handler", "method"), CASES, ids=IDS)
def test_a_sample_matches_its_pattern(pattern: str, handler: type[HubHandler], method: str) -> None:
    """The walks below reach every route."""
    assert re.fullmatch(pattern, sample_path(pattern))
    assert issubclass(handler, HubHandler)


async def test_no_route_answers_without_login(jp_serverapp: Any, http_server_client: Any, jp_base_url: str) -> None:
    """A stranger gets 401, 403 or 404 from every route, with every method."""
    let_in = []
    for pattern, _, method in CASES:
        path = jp_base_url.rstrip("/") + sample_path(pattern)
        status = await answer(http_server_client.fetch, path, method, {"Authorization": ""})
        if status not in (401, 403, 404):
            let_in.append((method, path, status))

    assert not let_in


@pytest.mark.parametrize(
    "jp_server_config",
    [{"ServerApp": {"authorizer_class": RefuseAll, "jpserver_extensions": {"jupyter_hubcollab": True}}}],
)
async def test_no_route_answers_somebody_whom_the_authorizer_refuses(
    jp_fetch: Any, jp_base_url: str, jp_serverapp: Any, http_server_client: Any
) -> None:
    """The server's authorizer has the last word over every route."""
    headers = {"Authorization": f"token {jp_serverapp.identity_provider.token}"}
    let_in = []
    for pattern, _, method in CASES:
        path = jp_base_url.rstrip("/") + sample_path(pattern)
        status = await answer(http_server_client.fetch, path, method, headers)
        if status not in (401, 403, 404):
            let_in.append((method, path, status))

    assert not let_in
