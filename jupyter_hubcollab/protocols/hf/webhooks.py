"""Webhooks: who is told what happens in repos."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from ...errors import BadRequestBody, NotSupported
from ...handler import HubHandler
from ..threads import in_thread
from .base import ROOT, HFHandler, json_of
from .shapes import Json, time_text

if TYPE_CHECKING:
    from ...hub.webhooks import Delivery, Webhook, Wish


class _Watched(msgspec.Struct):
    """What to watch."""

    type: str
    name: str


class _Asked(msgspec.Struct):
    """A webhook as clients describe it."""

    url: str | None = None
    watched: list[_Watched] | None = None
    domains: list[str] | None = None
    secret: str | None = None
    jobSourceId: str | None = None  # noqa: N815 -- their name for it


class WebhookBase(HFHandler):
    """What all routes of webhooks share."""

    def wish(self) -> Wish:
        """The body.

        Raises:
            NotSupported: it should start a job; this hub has none.
            BadRequestBody: it wants to hear of what there is not.
        """
        from ...hub.webhooks import DOMAINS, Watched, Wish

        asked = json_of(self.request.body, _Asked)
        if asked.jobSourceId is not None:
            raise NotSupported("this hub has no jobs that a webhook could start; give it a url")
        domains = None
        if asked.domains is not None:
            domains = [one for one in DOMAINS if one in asked.domains]
            if set(asked.domains) - set(DOMAINS):
                raise BadRequestBody(f"domains are {', '.join(DOMAINS)}")
        watched = None if asked.watched is None else [Watched(one.type, one.name) for one in asked.watched]
        return Wish(asked.url, watched, domains, asked.secret)


class WebhooksHandler(WebhookBase):
    """``list_webhooks``, ``create_webhook``."""

    async def get(self) -> None:
        """All of one's own."""
        self.reply([_shape(one) for one in await in_thread(self.services.social.webhooks.list, self.actor)])

    async def post(self) -> None:
        """Add one."""
        create = self.services.social.webhooks.create
        self.reply({"webhook": _shape(await in_thread(create, self.actor, self.wish(), self.url("")))})


class WebhookHandler(WebhookBase):
    """``get_webhook``, ``update_webhook``, ``delete_webhook``."""

    async def get(self, id: str) -> None:
        """One of one's own."""
        self.reply({"webhook": _shape(await in_thread(self.services.social.webhooks.get, self.actor, id))})

    async def post(self, id: str) -> None:
        """Change it."""
        update = self.services.social.webhooks.update
        self.reply({"webhook": _shape(await in_thread(update, self.actor, id, self.wish()))})

    async def delete(self, id: str) -> None:
        """Forget it."""
        await in_thread(self.services.social.webhooks.delete, self.actor, id)
        self.reply({})


class SwitchHandler(WebhookBase):
    """``enable_webhook``, ``disable_webhook``."""

    async def post(self, id: str, switch: str) -> None:
        """Let it speak, or not."""
        change = self.services.social.webhooks.set_disabled
        self.reply({"webhook": _shape(await in_thread(change, self.actor, id, switch == "disable"))})


class DeliveriesHandler(WebhookBase):
    """What a webhook was told, which the Hugging Face Hub shows on its pages only."""

    async def get(self, id: str) -> None:
        """The newest first."""
        found = await in_thread(self.services.social.webhooks.deliveries, self.actor, id)
        self.reply([_delivery(one) for one in found])


class ReplayHandler(WebhookBase):
    """Tells a webhook something once more."""

    async def post(self, id: str, delivery: str) -> None:
        """Now."""
        await in_thread(self.services.social.webhooks.send_again, self.actor, id, delivery)
        self.reply({})


def _shape(webhook: Webhook) -> Json:
    return {
        "id": webhook.id,
        "url": webhook.url,
        "watched": [{"type": one.type, "name": one.name} for one in webhook.watched],
        "domains": list(webhook.domains),
        "secret": webhook.secret,
        "disabled": webhook.disabled,
    }


def _delivery(one: Delivery) -> Json:
    payload: Any = msgspec.json.decode(one.payload)
    return {
        "id": one.id,
        "status": one.status,
        "attempts": one.attempts,
        "answer": one.answer,
        "createdAt": time_text(one.created_at),
        "nextAt": time_text(one.next_at) if one.status == "waiting" else None,
        "payload": payload,
    }


_ID, _DELIVERY = r"(?P<id>[^/]+)", r"(?P<delivery>[^/]+)"
_ALL = rf"{ROOT}/api/settings/webhooks"
ROUTES: list[tuple[str, type[HubHandler]]] = [
    (_ALL, WebhooksHandler),
    (rf"{_ALL}/{_ID}", WebhookHandler),
    (rf"{_ALL}/{_ID}/(?P<switch>enable|disable)", SwitchHandler),
    (rf"{_ALL}/{_ID}/deliveries", DeliveriesHandler),
    (rf"{_ALL}/{_ID}/deliveries/{_DELIVERY}/replay", ReplayHandler),
]
