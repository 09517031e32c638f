"""Logging in a program that has no browser (RFC 8628): it shows a code, a person who is logged in allows it.

What waits is kept in memory for a quarter of an hour: after a restart the program asks anew.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from ..access import ANONYMOUS, Actor
from ..clock import utc_now
from ..errors import AccessDenied, NotFound
from .tokens import Tokens

LASTS = timedelta(minutes=15)
TOKEN_LASTS = timedelta(days=90)
_MOST = 1000
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""No vowels, so that no code is a word, and nothing that looks like a digit."""
_NAME = "hf auth login"


@dataclass(frozen=True, slots=True)
class Device:
    """A program that waits."""

    code: str
    """What the program proves itself by; for it alone."""
    user_code: str
    """What it shows."""
    until: datetime
    token: str | None = None
    state: Literal["waiting", "allowed", "denied"] = "waiting"


class Devices:
    """All programs that wait to be allowed."""

    def __init__(self, tokens: Tokens, now: Callable[[], datetime] = utc_now) -> None:
        self._tokens = tokens
        self.now = now
        self._lock = threading.Lock()
        self._waiting: dict[str, Device] = {}

    def ask(self) -> Device:
        """Begin to wait."""
        letters = "".join(secrets.choice(_LETTERS) for _ in range(8))
        device = Device(secrets.token_urlsafe(32), f"{letters[:4]}-{letters[4:]}", self.now() + LASTS)
        with self._lock:
            self._forget_old()
            while len(self._waiting) >= _MOST:
                del self._waiting[next(iter(self._waiting))]
            self._waiting[device.code] = device
        return device

    def decide(self, actor: Actor, user_code: str, *, allow: bool) -> None:
        """Let the program that shows *user_code* act for *actor*, or not.

        Raises:
            NotFound: none waits with this code.
            AccessDenied: *actor* is nobody.
        """
        if actor.name == ANONYMOUS:
            raise AccessDenied("log in to allow a program to act for you")
        typed = "".join(letter for letter in user_code.upper() if letter.isalpha())
        with self._lock:
            self._forget_old()
            found = next((one for one in self._waiting.values() if one.user_code.replace("-", "") == typed), None)
            if found is None or found.state != "waiting":
                raise NotFound("no program waits with this code; codes last a quarter of an hour")
            if not allow:
                self._waiting[found.code] = replace(found, state="denied")
                return
            expires = self.now() + TOKEN_LASTS
            token = self._tokens.create(actor, name=_NAME, scope="write", expires_at=expires)
            self._waiting[found.code] = replace(found, token=token, state="allowed")

    def take(self, code: str) -> Device | None:
        """How it stands for the program with *code*; what was decided is told once. None: it waits no more."""
        with self._lock:
            self._forget_old()
            found = self._waiting.get(code)
            if found is not None and found.state != "waiting":
                del self._waiting[code]
            return found

    def _forget_old(self) -> None:
        now = self.now()
        self._waiting = {code: one for code, one in self._waiting.items() if one.until > now}
