"""The base of all Hugging Face handlers: names in URLs, links back, errors in that protocol's words."""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Sequence
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote, urlencode

import msgspec
from jupyter_server.base.call_context import CallContext
from tornado.web import HTTPError

from ...access import Actor
from ...errors import BadName, BadRequestBody, BadRevision, RepoNotFound, RevisionNotFound
from ...handler import HubHandler, header_safe
from ...names import KINDS, RepoId, RepoKind, Revision, repo_id, revision
from ...wire import Problem

if TYPE_CHECKING:
    from jupyter_server.auth import User

    from ...hub.repos import Repo

T = TypeVar("T")
_STARTED = secrets.token_hex(4)
_NUMBERS = count(1)
ROOT = "/hubcollab/hf"
REPO = r"(?P<namespace>[^/]+)/(?P<name>[^/]+)"
API_REPO = rf"{ROOT}/api/(?P<kind>models|datasets|spaces)/{REPO}"
WEB_REPO = rf"{ROOT}/(?:(?P<prefix>datasets|spaces)/)?{REPO}"
REVISION = r"(?P<revision>[^/]+)"

_CODES = {"NotSupported": "NotImplemented", "BadPath": "BadRequest"}
_STATUSES = {"BadPath": 422}


class HFHandler(HubHandler):
    """Speaks as huggingface.co does."""

    async def _log_in(self) -> None:
        password = _password(self.request.headers.get("Authorization", ""))
        if password is not None:
            self.request.headers["Authorization"] = f"Bearer {password}"
        await super()._log_in()

    def check_xsrf_cookie(self) -> None:
        """Where nobody is logged in, nobody's login can be misused."""
        if getattr(self, "_jupyter_current_user", self) is not None:
            super().check_xsrf_cookie()

    def _actor(self, user: User | None) -> Actor:
        """Clients of this protocol keep the cookie that Jupyter gives to whoever shows its token; it names nobody."""
        if self.token_authenticated and self.request.headers.get("Authorization", "").lower().startswith("bearer "):
            return Actor(self.services.config.owner, self.services.config.owner)
        return super()._actor(user)

    def repo(self, kind: str | None, namespace: str, name: str) -> RepoId:
        """The repo that a URL names; *kind* in the plural, None for models.

        Raises:
            RepoNotFound: no repo can have such a name.
        """
        try:
            return repo_id(f"{namespace}/{name}", (kind or "models").removesuffix("s"))
        except BadName as error:
            raise RepoNotFound(f"there is no repo of this name: {error}") from error

    def revision(self, text: str) -> Revision:
        """The revision that a URL names.

        Raises:
            RevisionNotFound: nothing can have such a name.
        """
        try:
            return revision(text)
        except BadRevision as error:
            raise RevisionNotFound(f"Invalid rev id: {text}") from error

    def warn(self, repo: Repo, commit: str) -> None:
        """Let clients of Hugging Face show that a version is deprecated; they show each topic once."""
        warning = self.services.models.deprecations.warning(repo, commit)
        if warning is not None:
            topic = f"deprecated {repo.id}@{commit[:8]}"
            self.set_header("X-HF-Warning", header_safe(f"{topic}; {warning}"))

    def flag(self, name: str) -> bool:
        """Is the query's *name* true?"""
        return self.get_query_argument(name, "").lower() in ("true", "1")

    def number(self, name: str, default: int, most: int) -> int:
        """A number of the query, at least 0 and at most *most*."""
        text = self.get_query_argument(name, "")
        return min(int(text), most) if text.isascii() and text.isdecimal() and len(text) < 12 else default

    def fields(self) -> dict[str, Any]:
        """The request's JSON object."""
        return json_of(self.request.body, dict[str, Any])

    def url(self, path: str) -> str:
        """The absolute URL of *path* below this protocol's root, as this client reaches us."""
        return f"{self.address().rstrip('/')}{ROOT}/{path}"

    def repo_url(self, repo: RepoId) -> str:
        """The absolute URL of a repo."""
        # huggingface_hub before 1.0 takes the last part of an address that has a path for the kind of a model.
        prefix = "models/" if repo.kind == "model" and self._is_old_client() else path_prefix(repo.kind)
        return self.url(f"{prefix}{repo}")

    def _is_old_client(self) -> bool:
        return "hf_hub/0." in self.request.headers.get("User-Agent", "")

    def link_next(self, cursor: int) -> None:
        """Tell the client where the next page is: this URL with another cursor."""
        given = [(name, value) for name in self.request.query_arguments for value in self.get_query_arguments(name)]
        self.link(query_of([*((name, value) for name, value in given if name != "cursor"), ("cursor", str(cursor))]))

    def link(self, query: str) -> None:
        """Tell the client where the next page is: this URL with another *query*."""
        self.set_header("Link", f'<{self.here()}?{query}>; rel="next"')

    def refuse(self, problem: Problem) -> None:
        """Finish with the words that this protocol's clients look for."""
        if problem.code in _STATUSES:
            self.set_status(_STATUSES[problem.code])
        message = problem.message
        if problem.code == "Unauthenticated" and "Authorization" in self.request.headers:
            # The client takes any other 401 for a repo that is not there.
            message = "Invalid credentials in Authorization header"
        if problem.code == "GatedRepo" and self.current_user is None:
            self.set_status(401)
        self.set_header("X-Error-Code", _CODES.get(problem.code, problem.code))
        self.set_header("X-Error-Message", header_safe(message))
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.finish(msgspec.json.encode({"error": problem.message}))

    def set_default_headers(self) -> None:
        """Clients show the id of a request with what went wrong."""
        super().set_default_headers()
        self.set_header("X-Request-Id", f"{_STARTED}{next(_NUMBERS):08x}")

    def compute_etag(self) -> str | None:
        """None: a handler that has an ETag sets it itself."""
        return None


def json_of(content: bytes, kind: type[T]) -> T:
    """*content* as a value of type *kind*.

    Raises:
        BadRequestBody: it is no JSON, of another shape, or nested too deeply.
    """
    try:
        return msgspec.json.decode(content, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadRequestBody(f"the body is not what this call takes: {error}") from error


class SealedHandler(HFHandler):
    """Serves clients that send no login, by a URL that the hub has sealed for one purpose."""

    login_needed = False
    purpose = ""

    async def _log_in(self) -> None:
        CallContext.set(CallContext.JUPYTER_HANDLER, self)
        if not self.check_host():
            raise HTTPError(403)
        self.current_user = self._jupyter_current_user = None
        self.sealed = self.services.signer.open(self.purpose, self.get_query_argument("seal", ""))

    def refuse(self, problem: Problem) -> None:
        """As others, but a seal that does not hold is forbidden: logging in would not help."""
        if problem.code == "Unauthenticated":
            self.set_status(403)
        super().refuse(problem)


def query_of(pairs: Sequence[tuple[str, str]]) -> str:
    """*pairs* as the query of a URL."""
    return urlencode(pairs, quote_via=quote, safe="")


def _password(authorization: str) -> str | None:
    """What git and git-lfs send as a password: a hub token, or Jupyter's token."""
    scheme, _, rest = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        return base64.b64decode(rest.strip(), validate=True).decode("ascii").partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return None


def path_prefix(kind: RepoKind) -> str:
    """What stands before the name of a repo in its web address."""
    return "" if kind == "model" else f"{kind}s/"


def kind_of(text: object) -> RepoKind:
    """The ``type`` of a request's body.

    Raises:
        BadName: we have no such kind of repo.
    """
    kind = next((kind for kind in KINDS if kind == (text or "model")), None)
    if kind is None:
        raise BadName(f"'{text}' is no kind of repo here; use model, dataset or space")
    return kind
