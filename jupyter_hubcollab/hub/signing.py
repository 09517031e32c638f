"""Sealed values: what the hub hands out and later believes, because nobody else could have written it.

Used where a client sends no login: URLs for uploads and downloads, tokens of the data plane. Each has a purpose,
fields, and an end.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from ..clock import utc_now
from ..errors import Unauthenticated
from ..storage.files import write_whole


class Signer:
    """Seals and opens values with a secret of this hub."""

    def __init__(self, secret: bytes, now: Callable[[], datetime] = utc_now) -> None:
        self._secret = secret
        self._now = now

    def seal(self, purpose: str, fields: dict[str, Any], lifetime_s: float) -> str:
        """A token for *purpose* that carries *fields* and ends after *lifetime_s*; it may stand in a URL."""
        content = {**fields, "for": purpose, "until": int(self._now().timestamp() + lifetime_s)}
        body = base64.urlsafe_b64encode(json.dumps(content, separators=(",", ":")).encode()).rstrip(b"=")
        return f"{body.decode()}.{self._signature(body)}"

    def open(self, purpose: str, token: str) -> dict[str, Any]:
        """The fields of a token.

        Raises:
            Unauthenticated: it is not ours, for something else, or has ended.
        """
        body, _, signature = token.partition(".")
        if not token.isascii() or not hmac.compare_digest(signature, self._signature(body.encode())):
            raise Unauthenticated("this link or token was not made by this hub; ask for a new one")
        try:
            content: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        except (ValueError, binascii.Error) as error:
            raise Unauthenticated("this link or token is damaged; ask for a new one") from error
        if content["for"] != purpose or content["until"] <= self._now().timestamp():
            raise Unauthenticated("this link or token has ended; ask for a new one")
        return content

    def name_for(self, purpose: str, text: str) -> str:
        """A name of *text* that is always the same, and that nobody else can guess."""
        return hmac.new(self._secret, f"{purpose}\n{text}".encode(), hashlib.sha256).hexdigest()[:32]

    def _signature(self, body: bytes) -> str:
        mac = hmac.new(self._secret, body, hashlib.sha256).digest()
        return base64.urlsafe_b64encode(mac).rstrip(b"=").decode()


def secret_of(folder: Path) -> bytes:
    """The hub's secret, made at the first start; readable by the server's user only."""
    file = folder / "secret"
    try:
        return file.read_bytes()
    except FileNotFoundError:
        write_whole(file, secrets.token_bytes(32), folder)  # temporary files are private, and stay so when renamed
        return file.read_bytes()
