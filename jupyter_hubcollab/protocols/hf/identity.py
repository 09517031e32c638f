"""Who am I, may I, and is this card right."""

from __future__ import annotations

from ...access import require
from ...errors import BadCard
from ...handler import HubHandler, in_thread
from .base import API_REPO, ROOT, HFHandler, namespace_of


class WhoAmIHandler(HFHandler):
    """``hf auth whoami``."""

    async def get(self) -> None:
        """The person behind the token."""
        role = "read" if self.actor.scope == "read" else "write"
        self.reply(
            {
                "type": "user",
                "id": self.actor.name,
                "name": namespace_of(self.actor),
                "fullname": self.actor.display_name,
                "email": None,
                "emailVerified": False,
                "isPro": False,
                "canPay": False,
                "avatarUrl": "",
                "orgs": [],
                "auth": {"type": "access_token", "accessToken": {"displayName": "hub", "role": role}},
            }
        )


class ValidateYamlHandler(HFHandler):
    """Asked before a README.md is committed."""

    async def post(self) -> None:
        """No errors, or what is wrong with the front matter."""
        content = str(self.fields().get("content", ""))
        problem = await in_thread(_problem_of, content)
        found = [] if problem is None else [{"message": problem}]
        self.reply({"errors": found, "warnings": []}, 400 if found else 200)


class AuthCheckHandler(HFHandler):
    """May I read, or write, this repo?"""

    async def get(self, kind: str, namespace: str, name: str, write: str | None = None) -> None:
        """Empty if so."""
        repo = await in_thread(self.services.repos.get, self.actor, self.repo(kind, namespace, name))
        require(self.actor, "write" if write else "read", repo)
        await in_thread(self.services.gates.require_open, self.actor, repo)
        self.reply({})


def _problem_of(content: str) -> str | None:
    from ...models.cards import parse

    try:
        parse(content)
    except BadCard as error:
        return str(error)
    return None


ROUTES: list[tuple[str, type[HubHandler]]] = [
    (rf"{ROOT}/api/whoami-v2", WhoAmIHandler),
    (rf"{ROOT}/api/validate-yaml", ValidateYamlHandler),
    (rf"{API_REPO}/auth-check(?P<write>/write)?", AuthCheckHandler),
]
