"""``hubcollab/api/upstreams``: the other hubs that are read through, and the asker's own tokens for them."""

from __future__ import annotations

from ..errors import BadName
from ..handler import HubHandler, in_thread
from ..wire import OtherHub, OtherHubs, OtherHubToken


class UpstreamsHandler(HubHandler):
    """The other hubs."""

    async def get(self) -> None:
        """All of them, and for which the asker has a token here."""
        upstream = self.services.upstream
        with_token = set(await in_thread(upstream.keys.hubs, self.actor))
        hubs = [OtherHub(url=url, has_token=url in with_token) for url in upstream.urls]
        self.reply(OtherHubs(upstreams=hubs, offline=self.services.config.offline))


class UpstreamTokenHandler(HubHandler):
    """The asker's token for one of them; nobody can read it again."""

    async def put(self) -> None:
        """Keep it."""
        given = self.body(OtherHubToken)
        await in_thread(self.services.upstream.keep_token, self.actor, given.hub.rstrip("/"), given.token)
        self.set_status(204)
        self.finish()

    async def delete(self) -> None:
        """Forget it, and what was read with it."""
        hub = self.get_query_argument("hub", "").rstrip("/")
        if not hub:
            raise BadName("say which hub, as in ?hub=https://huggingface.co")
        await in_thread(self.services.upstream.forget_token, self.actor, hub)
        self.set_status(204)
        self.finish()


ROUTES: list[tuple[str, type[HubHandler]]] = [
    (r"/hubcollab/api/upstreams", UpstreamsHandler),
    (r"/hubcollab/api/upstreams/tokens", UpstreamTokenHandler),
]
