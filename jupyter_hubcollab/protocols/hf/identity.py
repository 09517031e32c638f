"""Who am I, may I, and is this card right."""

from __future__ import annotations

from ...access import require
from ...errors import BadCard
from ...handler import HubHandler, hub_token
from ..threads import in_thread
from .base import API_REPO, ROOT, HFHandler
from .organizations import in_brief
from .shapes import Json


class WhoAmIHandler(HFHandler):
    """``hf auth whoami``."""

    async def get(self) -> None:
        """The person behind the token."""
        self.reply(await in_thread(self._shape))

    def _shape(self) -> Json:
        role = "read" if self.actor.scope == "read" else "write"
        token = hub_token(self.request.headers.get("Authorization", ""))
        named = self.services.tokens.of(token).name if token is not None else "Jupyter"
        mine = self.services.namespaces.mine(self.actor)
        orgs = [self.services.organisations.get(self.actor, name) for name in mine]
        return {
            "type": "user",
            "id": self.actor.name,
            "name": self.services.namespaces.own(self.actor),
            "fullname": self.actor.display_name,
            "email": None,
            "emailVerified": False,
            "isPro": False,
            "canPay": False,
            "avatarUrl": "",
            "orgs": [in_brief(one) | {"roleInOrg": mine[one.name]} for one in orgs],
            "auth": {"type": "access_token", "accessToken": {"displayName": named, "role": role}},
        }


class ValidateYamlHandler(HFHandler):
    """Asked before a README.md is committed."""

    async def post(self) -> None:
        """No errors, or what is wrong with the front matter."""
        content = str(self.fields().get("content", ""))
        problem = await in_thread(_problem_of, content)
        found = [] if problem is None else [{"message": problem}]
        bare = "empty or missing yaml metadata in repo card"
        warnings = [] if content.lstrip().startswith("---") else [{"message": bare}]
        self.reply({"errors": found, "warnings": warnings}, 400 if found else 200)


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
        card = parse(content.lstrip())
    except BadCard as error:
        return str(error)
    results = card.metadata.get("model-index")
    return None if results is None or isinstance(results, list) else '"model-index" must be a list of results'


ROUTES: list[tuple[str, type[HubHandler]]] = [
    (rf"{ROOT}/api/whoami-v2", WhoAmIHandler),
    (rf"{ROOT}/api/validate-yaml", ValidateYamlHandler),
    (rf"{API_REPO}/auth-check(?P<write>/write)?", AuthCheckHandler),
]
