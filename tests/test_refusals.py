"""Whatever is refused is told in JSON with a code: programs read it, and no page for people is ever in the way."""

from __future__ import annotations

import json
from typing import Any

import pytest
from test_leaks import NO_REPOS
from test_routes import SAMPLES, methods, sample_path

from jupyter_hubcollab.routes import ROUTES

FOR_GIT = ("/info/refs", "/git-upload-pack", "/git-receive-pack")
"""git shows its user the text as it is."""
NOT_SERVED = [
    ("GET", "jobs/ann"),
    ("POST", "jobs/ann"),
    ("GET", "papers/2601.00001"),
    ("GET", "daily_papers"),
    ("GET", "spaces/team/demo/runtime"),
    ("POST", "spaces/team/demo/secrets"),
    ("POST", "spaces/team/demo/restart"),
    ("POST", "spaces/team/demo/sleeptime"),
    ("GET", "organizations/team/resource-groups"),
    ("GET", "buckets/ann/things"),
    ("POST", "buckets/create"),
    ("GET", "inference-endpoints/team"),
    ("POST", "sandboxes"),
    ("GET", "kernels"),
    ("GET", "models/team/digits/evals"),
    ("PATCH", "something/that/comes/next/year"),
    ("DELETE", "something/that/comes/next/year"),
]


@pytest.fixture
def jp_server_config() -> dict[str, Any]:
    """A hub that asks no other hub."""
    return {"ServerApp": {"jpserver_extensions": {"jupyter_hubcollab": True}}, "HubCollab": {"offline": True}}


@pytest.fixture
def ask(jp_serverapp: Any, http_server_client: Any, jp_base_url: str) -> Any:
    """A request with the server's own token."""

    async def send(method: str, path: str, body: bytes | None = None) -> Any:
        token = jp_serverapp.identity_provider.token
        return await http_server_client.fetch(
            jp_base_url.rstrip("/") + path,
            method=method,
            body=body,
            headers={"Authorization": f"token {token}", "Content-Type": "application/json"},
            allow_nonstandard_methods=True,
            follow_redirects=False,
            raise_error=False,
        )

    return send


def is_told(reply: Any, path: str) -> bool:
    """Is a refusal what a program can read?"""
    kind = reply.headers.get("Content-Type", "")
    if path.endswith(FOR_GIT):
        return kind.startswith("text/plain")
    return bool(reply.headers.get("X-Error-Code")) and "html" not in kind and b"<html" not in (reply.body or b"")


@pytest.mark.parametrize(("method", "path"), NOT_SERVED)
async def test_what_is_not_served_says_so(ask: Any, method: str, path: str) -> None:
    """501 and a code, in the words of the protocol: a client does not take it for a repo that is missing."""
    reply = await ask(method, f"/hubcollab/hf/api/{path}", b"{}" if method in ("POST", "PATCH") else None)

    assert (reply.code, reply.headers.get("X-Error-Code")) == (501, "NotImplemented")
    assert is_told(reply, path)
    assert "does not serve" in json.loads(reply.body)["error"]


async def test_no_refusal_is_a_page(ask: Any) -> None:
    """Every route, asked for what is not there and with a body that makes no sense."""
    SAMPLES.setdefault("service", "git-upload-pack")
    wrong = []
    for pattern, handler, *_ in ROUTES:
        path = sample_path(pattern)
        if path.startswith(NO_REPOS) or path.endswith("/events"):
            continue
        for method in methods(handler):
            reply = await ask(method, path, None if method in ("GET", "HEAD", "DELETE") else b"\x00{")
            if reply.code >= 500 and reply.code != 501:
                wrong.append((method, path, reply.code, reply.body[:200]))
            elif reply.code >= 400 and not is_told(reply, path):
                wrong.append((method, path, reply.code, dict(reply.headers)))

    assert not wrong, "\n".join(map(str, wrong))
