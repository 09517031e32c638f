"""``hubcollab/api/webhooks``: the asker's webhooks, and what each of them was told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ..errors import BadRequestBody
from ..handler import HubHandler, in_thread
from ..wire import Watched, Webhook, WebhookDeliveries, WebhookDelivery, WebhookList, WebhookWish

if TYPE_CHECKING:
    from ..hub import webhooks as hub


class WebhooksHandler(HubHandler):
    """All of them."""

    async def get(self) -> None:
        """The first one first."""
        found = await in_thread(self.services.social.webhooks.list, self.actor)
        self.reply(WebhookList(webhooks=[_shown(one) for one in found]))

    async def post(self) -> None:
        """Add one."""
        wish, _ = _wished(self)
        home = f"{self.address()}hubcollab/hf/"
        self.reply(_shown(await in_thread(self.services.social.webhooks.create, self.actor, wish, home)), 201)


class WebhookHandler(HubHandler):
    """One of them."""

    async def get(self, id: str) -> None:
        """What it is told, and where."""
        self.reply(_shown(await in_thread(self.services.social.webhooks.get, self.actor, id)))

    async def patch(self, id: str) -> None:
        """Change it, or let it be silent for a while."""
        webhooks = self.services.social.webhooks
        wish, disabled = _wished(self)
        changed = await in_thread(webhooks.update, self.actor, id, wish)
        if disabled is not None:
            changed = await in_thread(webhooks.set_disabled, self.actor, id, disabled)
        self.reply(_shown(changed))

    async def delete(self, id: str) -> None:
        """Forget it, and what it was told."""
        await in_thread(self.services.social.webhooks.delete, self.actor, id)
        self.set_status(204)
        self.finish()


class DeliveriesHandler(HubHandler):
    """What a webhook was told, or will be."""

    async def get(self, id: str) -> None:
        """The newest first."""
        found = await in_thread(self.services.social.webhooks.deliveries, self.actor, id)
        self.reply(WebhookDeliveries(deliveries=[_delivery(one) for one in found]))


class ReplayHandler(HubHandler):
    """One thing that it was told."""

    async def post(self, id: str, delivery: str) -> None:
        """Tell it once more, now."""
        await in_thread(self.services.social.webhooks.send_again, self.actor, id, delivery)
        self.set_status(202)
        self.finish()


def _wished(handler: HubHandler) -> tuple[hub.Wish, bool | None]:
    from ..hub.webhooks import DOMAINS, Wish
    from ..hub.webhooks import Watched as Thing

    asked = handler.body(WebhookWish)
    if asked.domains is not None and not asked.domains:
        raise BadRequestBody(f"say what it is to be told of: {', '.join(DOMAINS)}")
    if asked.watched is not None and not asked.watched:
        raise BadRequestBody("say what it is to watch: a repo, an organization or a person")
    domains = None if asked.domains is None else [one for one in DOMAINS if one in asked.domains]
    watched = None if asked.watched is None else [Thing(one.type, one.name) for one in asked.watched]
    return Wish(asked.url, watched, domains, asked.secret), asked.disabled


def _shown(one: hub.Webhook) -> Webhook:
    return Webhook(
        id=one.id,
        url=one.url,
        watched=[Watched(type=each.type, name=each.name) for each in one.watched],  # type: ignore[arg-type]
        domains=list(one.domains),
        has_secret=bool(one.secret),
        disabled=one.disabled,
    )


def _delivery(one: hub.Delivery) -> WebhookDelivery:
    payload: dict[str, Any] = json.loads(one.payload)
    event = payload["event"]
    return WebhookDelivery(
        id=one.id,
        status=one.status,
        attempts=one.attempts,
        answer=one.answer,
        event=f"{event['scope']} {event['action']}",
        repo=payload["repo"]["name"],
        payload=json.dumps(payload, indent=2, ensure_ascii=False),
        created_at=one.created_at,
        next_at=one.next_at if one.status == "waiting" else None,
    )


_ONE = r"/hubcollab/api/webhooks/([^/]+)"
ROUTES: list[tuple[str, type[HubHandler]]] = [
    (r"/hubcollab/api/webhooks", WebhooksHandler),
    (_ONE, WebhookHandler),
    (_ONE + "/deliveries", DeliveriesHandler),
    (_ONE + "/deliveries/([^/]+)/replay", ReplayHandler),
]
