"""``hubcollab/api/attachments``: pictures for comments, as the panel sends them."""

from __future__ import annotations

from ..handler import HubHandler, in_thread
from ..wire import AttachmentMade


class AttachmentsHandler(HubHandler):
    """All of them."""

    async def post(self) -> None:
        """Keep the body; where it is then."""
        content_type = self.request.headers.get("Content-Type", "")
        name = await in_thread(self.services.attachments.keep, self.actor, content_type, self.request.body)
        self.reply(AttachmentMade(url=f"{self.address()}hubcollab/hf/uploads/{name}"), 201)


ROUTES: list[tuple[str, type[HubHandler]]] = [(r"/hubcollab/api/attachments", AttachmentsHandler)]
