"""Attachments of discussions: ``upload_attachment``, and where the pictures are then."""

from __future__ import annotations

from ...handler import HubHandler
from ..threads import in_thread
from .base import ROOT, HFHandler
from .streams import protect, span_of


class UploadHandler(HFHandler):
    """``upload_attachment``."""

    async def post(self) -> None:
        """Keep the body; its address as plain text."""
        content_type = self.request.headers.get("Content-Type", "")
        name = await in_thread(self.services.attachments.keep, self.actor, content_type, self.request.body)
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(self.url(f"uploads/{name}"))


class AttachmentHandler(HFHandler):
    """One of them."""

    async def get(self, whose: str, file: str) -> None:
        """Its bytes, or the range of them that was asked for."""
        name = f"{whose}/{file}"
        found = await in_thread(self.services.attachments.find, name)
        content = await in_thread(found.path.read_bytes)
        span = span_of(self.request.headers.get("Range", ""), len(content))
        protect(self, name)
        self.set_header("Content-Type", found.content_type)
        self.set_header("Cache-Control", "private, max-age=31536000, immutable")
        self.set_header("Accept-Ranges", "bytes")
        if span is None:
            self.set_status(416)
            self.set_header("Content-Range", f"bytes */{len(content)}")
            self.finish()
            return
        if span.is_part:
            self.set_status(206)
            self.set_header("Content-Range", span.content_range)
        self.finish(content[span.start : span.end])


ROUTES: list[tuple[str, type[HubHandler]]] = [
    (rf"{ROOT}/uploads", UploadHandler),
    (rf"{ROOT}/uploads/([^/]+)/([^/]+)", AttachmentHandler),
]
