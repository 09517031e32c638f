"""A hub that speaks the Hugging Face protocol: its lists, newest change first, until what was read before."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

import msgspec

from ...errors import UpstreamUnavailable
from ...names import RepoKind
from ..abroad import source_of
from ..documents import BadRecord, Document
from ..shapes import of_shape
from . import Batch, Options
from .asking import Asking

PAGE = 500
READERS = 8
_FIELDS = ("cardData", "createdAt", "downloads", "lastModified", "likes", "private", "tags")
_ALSO: dict[RepoKind, tuple[str, ...]] = {
    "model": ("config", "gguf", "library_name", "pipeline_tag", "safetensors"),
    "dataset": ("description",),
    "space": ("sdk",),
}


class Place(msgspec.Struct, frozen=True):
    """How far a reading came: the pages go from the newest change back to *until*, the newest of the last reading."""

    next: str = ""
    newest: str = ""
    until: str = ""


class HuggingFace:
    """The models, datasets or spaces of such a hub."""

    def __init__(self, url: str, kind: RepoKind, options: Options) -> None:
        """*url* is what ``HF_ENDPOINT`` would be."""
        self._asking = Asking(url, options.token)
        self._kind = kind
        self._source = source_of(url)
        self._cards = options.cards

    @property
    def name(self) -> str:
        """By which its progress is remembered."""
        return f"hf:{self._asking.url} {self._kind}"

    def remaining(self) -> None:
        """Its lists are too long to be read only to see what is gone."""

    def batches(self, position: str, limit: int | None) -> Iterator[Batch]:
        """What is not read yet of an interrupted reading, else what changed since the last one."""
        place = msgspec.json.decode(position, type=Place) if position else Place()
        address, read = place.next or self._first(limit), 0
        while address and (limit is None or read < limit):
            answer = self._asking.get(address)
            entries = self._entries(answer.text)
            fresh = [entry for entry in entries if not place.until or _changed(entry) >= place.until]
            newest = place.newest or max(map(_changed, entries), default="")
            address = answer.links.get("next", {}).get("url", "") if len(fresh) == len(entries) else ""
            place = Place(address, newest, place.until) if address else Place(until=newest or place.until)
            documents = self._documents(fresh)
            read += len(fresh)
            yield Batch(documents, len(fresh), len(fresh) - len(documents), msgspec.json.encode(place).decode())

    def _first(self, limit: int | None) -> str:
        asked = [("sort", "lastModified"), ("direction", "-1"), ("limit", str(min(PAGE, limit or PAGE)))]
        asked += [("expand", field) for field in (*_FIELDS, *_ALSO[self._kind])]
        return f"{self._asking.url}/api/{self._kind}s?{urlencode(asked)}"

    def _entries(self, body: str) -> list[dict[str, Any]]:
        try:
            return msgspec.json.decode(body, type=list[dict[str, Any]])
        except msgspec.DecodeError as error:
            raise UpstreamUnavailable(f"{self._asking.url} does not answer as a hub does") from error

    def _documents(self, entries: list[dict[str, Any]]) -> list[Document]:
        public = [entry for entry in entries if not entry.get("private")]
        if self._cards:
            with ThreadPoolExecutor(READERS) as threads:
                cards = list(threads.map(self._card, public))
        else:
            cards = [""] * len(public)
        return [one for entry, card in zip(public, cards, strict=True) if (one := self._document(entry, card))]

    def _document(self, entry: dict[str, Any], card: str) -> Document | None:
        try:
            return of_shape(entry, self._kind, self._source, self._asking.url, card=card)
        except BadRecord:
            return None

    def _card(self, entry: dict[str, Any]) -> str:
        folder = "" if self._kind == "model" else f"{self._kind}s/"
        address = f"{self._asking.url}/{folder}{quote(str(entry.get('id')))}/resolve/main/README.md"
        try:
            return self._asking.get(address).text
        except UpstreamUnavailable:  # it has none, or keeps it to itself
            return ""


def _changed(entry: dict[str, Any]) -> str:
    text = str(entry.get("lastModified") or entry.get("createdAt") or "")
    try:
        return datetime.fromisoformat(text).astimezone(UTC).isoformat()
    except ValueError:
        return ""
