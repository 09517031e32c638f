"""``hf auth login`` without a token: a code is shown, and allowed in JupyterLab (RFC 8628)."""

from __future__ import annotations

from jupyter_server.base.call_context import CallContext
from tornado.web import HTTPError

from ...handler import HubHandler
from ..threads import in_thread
from .base import ROOT, HFHandler
from .shapes import Json

_DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
_EVERY_S = 2


class OAuthHandler(HFHandler):
    """Serves programs that are not logged in yet; refusals are worded as OAuth does."""

    login_needed = False

    async def _log_in(self) -> None:
        CallContext.set(CallContext.JUPYTER_HANDLER, self)
        if not self.check_host():
            raise HTTPError(403)
        self.current_user = self._jupyter_current_user = None

    def say_no(self, error: str, why: str, status: int = 400) -> None:
        """Refuse."""
        self.set_header("X-Error-Code", error)
        self.reply({"error": error, "error_description": why}, status)

    @property
    def is_from_client(self) -> bool:
        """Does it say which program asks, as the standard wants?"""
        return bool(self.get_body_argument("client_id", ""))


class DeviceHandler(OAuthHandler):
    """A program that wants to be allowed."""

    async def post(self) -> None:
        """The code that it shows, and where a person allows it."""
        if not self.is_from_client:
            self.say_no("invalid_client", "say which program asks: client_id", 401)
            return
        device = self.services.devices.ask()
        page = f"{self.address()}lab?hubcollab-device="
        shown: Json = {
            "device_code": device.code,
            "user_code": device.user_code,
            "verification_uri": page,
            "verification_uri_complete": page + device.user_code,
            "expires_in": int((device.until - self.services.devices.now()).total_seconds()),
            "interval": _EVERY_S,
        }
        self.reply(shown)


class TokenHandler(OAuthHandler):
    """A program that asks whether it was allowed."""

    async def post(self) -> None:
        """Its token, once."""
        if not self.is_from_client:
            self.say_no("invalid_client", "say which program asks: client_id", 401)
            return
        if self.get_body_argument("grant_type", "") != _DEVICE:
            self.say_no("invalid_grant", "log in again: tokens of this hub are not refreshed")
            return
        found = await in_thread(self.services.devices.take, self.get_body_argument("device_code", ""))
        if found is None:
            self.say_no("expired_token", "the code is too old; begin again")
        elif found.state == "denied":
            self.say_no("access_denied", "it was not allowed")
        elif found.token is None:
            self.say_no("authorization_pending", "nobody has allowed it yet")
        else:
            self.reply({"access_token": found.token, "token_type": "bearer", "scope": "write"})


ROUTES: list[tuple[str, type[HubHandler]]] = [
    (rf"{ROOT}/oauth/device", DeviceHandler),
    (rf"{ROOT}/oauth/token", TokenHandler),
]
