"""``hubcollab/api/tokens``: the hub tokens of the person who asks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ..errors import AccessDenied, BadRequestBody
from ..handler import HubHandler, hub_token, in_thread
from ..wire import HubTokenList, HubTokenMade, NewHubToken

_LONGEST_DAYS = 3650


class TokensHandler(HubHandler):
    """All of them that work."""

    async def get(self) -> None:
        """The newest first."""
        from ..models.accesses import token_shown

        found = await in_thread(self.services.tokens.list, self.actor)
        self.reply(HubTokenList(tokens=[token_shown(one) for one in found]))

    async def post(self) -> None:
        """Make one; it is shown once."""
        from ..models.accesses import token_shown

        if hub_token(self.request.headers.get("Authorization", "")) is not None:
            # Whoever finds a token that ends soon must not make one of it that does not.
            raise AccessDenied("tokens are made by people: log in to Jupyter, or use jupyter hubcollab token")
        asked = self.body(NewHubToken)
        create = self.services.tokens.create
        token = await in_thread(create, self.actor, name=asked.name, scope=asked.scope, expires_at=_end(asked))
        found = await in_thread(self.services.tokens.of, token)
        self.reply(HubTokenMade(token=token, about=token_shown(found)), 201)


class TokenHandler(HubHandler):
    """One of them."""

    async def delete(self, id: str) -> None:
        """Make it useless."""
        await in_thread(self.services.tokens.revoke, self.actor, id)
        self.set_status(204)
        self.finish()


def _end(asked: NewHubToken) -> datetime | None:
    if asked.expires_in_days is None:
        return None
    if not 0 < asked.expires_in_days <= _LONGEST_DAYS:
        raise BadRequestBody(f"expiresInDays is a number up to {_LONGEST_DAYS}, or null for never")
    return datetime.now(UTC) + timedelta(days=asked.expires_in_days)


ROUTES: list[tuple[str, type[HubHandler]]] = [
    (r"/hubcollab/api/tokens", TokensHandler),
    (r"/hubcollab/api/tokens/([^/]+)", TokenHandler),
]
