"""Users come from the Jupyter identity, whichever provider says who they are."""

from __future__ import annotations

import json
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

import pytest
from jupyter_server.auth import IdentityProvider, User
from jupyter_server.auth.security import passwd
from tornado.httpclient import HTTPClientError

API = "hubcollab/api"
EXTENSION = {"jpserver_extensions": {"jupyter_hubcollab": True}}
PASSWORD = "correct horse"


class ByHeader(IdentityProvider):
    """Knows people as JupyterHub does: somebody before us has checked who they are, and says the name."""

    def get_user(self, handler: Any) -> User | None:
        name = handler.request.headers.get("X-Forwarded-User")
        return User(name, display_name=name.title()) if name else None

    @property
    def auth_enabled(self) -> bool:
        return True


async def me(fetch: Any, **headers: str) -> str:
    reply = await fetch(API, "me", headers={"Authorization": "", **headers})
    return str(json.loads(reply.body)["name"])


@pytest.mark.parametrize(
    "jp_server_config", [{"ServerApp": EXTENSION | {"identity_provider_class": ByHeader, "disable_check_xsrf": True}}]
)
async def test_people_are_who_the_identity_provider_says(jp_fetch: Any) -> None:
    """Each with repos, tokens and a namespace of their own."""
    eva, otto = {"X-Forwarded-User": "eva@example.org"}, {"X-Forwarded-User": "otto"}
    no_login = {"Authorization": ""}
    assert [await me(jp_fetch, **eva), await me(jp_fetch, **otto)] == ["eva@example.org", "otto"]

    body = json.dumps({"name": "eva-example.org/own", "visibility": "private"})
    await jp_fetch(API, "repos/models", method="POST", body=body, headers=no_login | eva)
    made = await jp_fetch(API, "tokens", method="POST", body='{"name": "t"}', headers=no_login | eva)
    token = json.loads(made.body)["token"]

    assert await me(jp_fetch, Authorization=f"Bearer {token}") == "eva@example.org"
    whoami = await jp_fetch("hubcollab/hf/api/whoami-v2", headers={"Authorization": f"Bearer {token}"})
    assert json.loads(whoami.body)["name"] == "eva-example.org"
    assert json.loads((await jp_fetch(API, "tokens", headers=no_login | otto)).body) == {"tokens": []}
    with pytest.raises(HTTPClientError) as refused:
        await jp_fetch(API, "repos/models/eva-example.org/own", headers=no_login | otto)
    assert refused.value.code == 404
    with pytest.raises(HTTPClientError) as refused:
        await me(jp_fetch)
    assert refused.value.code == 401


@pytest.mark.parametrize(
    "jp_server_config",
    [
        {
            "ServerApp": EXTENSION,
            "PasswordIdentityProvider": {"hashed_password": passwd(PASSWORD, "sha1"), "token": ""},
            "HubCollab": {"owner": "ann"},
        }
    ],
)
async def test_a_password_makes_a_person_whom_the_cookie_keeps(
    jp_fetch: Any, http_server_client: Any, jp_base_url: str, jp_serverapp: Any
) -> None:
    """One login is one person, two logins are two; a wrong password is nobody."""
    first, second = [await _logged_in(http_server_client, jp_base_url, PASSWORD) for _ in range(2)]

    names = [await me(jp_fetch, Cookie=cookie) for cookie in (first, first, second)]

    assert names[0] == names[1] != names[2]
    assert "ann" not in names
    with pytest.raises(HTTPClientError) as refused:
        await me(jp_fetch, Cookie=await _logged_in(http_server_client, jp_base_url, "wrong"))
    assert refused.value.code == 401


@pytest.mark.parametrize("jp_server_config", [{"ServerApp": EXTENSION, "HubCollab": {"owner": "ann"}}])
async def test_the_server_s_token_alone_is_its_owner(jp_fetch: Any) -> None:
    """However it is shown, and through whichever protocol."""
    by_default = await jp_fetch(API, "me")
    token = by_default.request.headers["Authorization"].partition(" ")[2]
    as_bearer = await me(jp_fetch, Authorization=f"Bearer {token}")
    whoami = await jp_fetch("hubcollab/hf/api/whoami-v2", headers={"Authorization": f"Bearer {token}"})

    assert json.loads(by_default.body)["name"] == as_bearer == "ann"
    assert json.loads(whoami.body)["name"] == "ann"


async def _logged_in(client: Any, base: str, password: str) -> str:
    """The cookies that Jupyter's login page gives."""
    page = await client.fetch(base + "login", follow_redirects=False)
    cookies = _cookies(page)
    xsrf = cookies["_xsrf"]
    reply = await client.fetch(
        base + "login",
        method="POST",
        body=urlencode({"password": password, "_xsrf": xsrf}),
        headers={"Cookie": _shown(cookies)},
        follow_redirects=False,
        raise_error=False,
    )
    return _shown(cookies | _cookies(reply))


def _cookies(reply: Any) -> dict[str, str]:
    kept = SimpleCookie()
    for header in reply.headers.get_list("Set-Cookie"):
        kept.load(header)
    return {name: one.value for name, one in kept.items() if one.value}


def _shown(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())
