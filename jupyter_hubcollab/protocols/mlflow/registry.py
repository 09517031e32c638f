"""``hubcollab/registry/…``: the REST API of MLflow's model registry on the hub's repos.

The plugin `jupyter_hubcollab.client.registry_store` is its client. A version is made by
``hubcollab/api/registry/versions``, after the plugin has sent the files; MLflow's own way has no place for bytes.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec

from ...errors import BadQuery, Unauthenticated
from ...handler import HubHandler, header_safe, in_thread
from ...wire import Problem, VersionRegistration
from .shapes import model_json, version_json

if TYPE_CHECKING:
    from ...access import Actor
    from ...experiments.registry import Registry

ROOT = "/hubcollab/registry/api/2.0/mlflow"
MOST_MODELS = 1000
MOST_VERSIONS = 200_000
_CODES = {
    400: "INVALID_PARAMETER_VALUE",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "RESOURCE_DOES_NOT_EXIST",
    409: "RESOURCE_ALREADY_EXISTS",
    412: "RESOURCE_CONFLICT",
    503: "TEMPORARILY_UNAVAILABLE",
}


class Tag(msgspec.Struct):
    """A pair."""

    key: str
    value: str = ""


class Asked(msgspec.Struct):
    """What MLflow's client sends, whatever the call."""

    name: str = ""
    version: str = ""
    new_name: str = ""
    description: str = ""
    tags: list[Tag] = []
    key: str = ""
    value: str = ""
    alias: str = ""
    stage: str = ""
    stages: list[str] = []
    archive_existing_versions: bool = False
    filter: str = ""
    max_results: int = 100
    order_by: list[str] = []
    page_token: str = ""


Answer = dict[str, Any]
Call = Callable[["Registry", "Actor", Asked], "Answer | None"]


def _page(found: Iterator[Any], asked: Asked, most: int) -> tuple[list[Any], str]:
    """One page of *found* and the token of the next."""
    if not 0 < asked.max_results <= most:
        raise BadQuery(f"Invalid value for max_results. It must be a positive integer, at most {most}.")
    start = _offset(asked.page_token)
    page = list(islice(found, start, start + asked.max_results + 1))
    more = len(page) > asked.max_results
    token = base64.b64encode(b'{"offset": %d}' % (start + asked.max_results)).decode() if more else ""
    return page[: asked.max_results], token


def _offset(token: str) -> int:
    if not token:
        return 0
    try:
        found = msgspec.json.decode(base64.b64decode(token, validate=True), type=dict[str, int])
        return max(0, found["offset"])
    except (binascii.Error, msgspec.DecodeError, KeyError, UnicodeDecodeError) as error:
        raise BadQuery("Invalid page token, could not base64-decode") from error


def _search_models(registry: Registry, actor: Actor, asked: Asked) -> Answer:
    page, token = _page(registry.models(actor, asked.filter, asked.order_by), asked, MOST_MODELS)
    return {"registered_models": [model_json(model) for model in page], "next_page_token": token}


def _search_versions(registry: Registry, actor: Actor, asked: Asked) -> Answer:
    page, token = _page(registry.versions(actor, asked.filter, asked.order_by), asked, MOST_VERSIONS)
    return {"model_versions": [version_json(version) for version in page], "next_page_token": token}


def _latest(registry: Registry, actor: Actor, asked: Asked) -> Answer:
    return {"model_versions": [version_json(one) for one in registry.latest(actor, asked.name, asked.stages)]}


def _moved(registry: Registry, actor: Actor, asked: Asked) -> Answer:
    archive = asked.archive_existing_versions
    moved = registry.move_stage(actor, asked.name, asked.version, stage=asked.stage, archive=archive)
    return {"model_version": version_json(moved)}


def _model(call: Callable[[Registry, Actor, Asked], Any]) -> Call:
    return lambda registry, actor, asked: {"registered_model": model_json(call(registry, actor, asked))}


def _version(call: Callable[[Registry, Actor, Asked], Any]) -> Call:
    return lambda registry, actor, asked: {"model_version": version_json(call(registry, actor, asked))}


CALLS: dict[str, dict[str, Call]] = {
    "registered-models/create": {
        "POST": _model(lambda r, a, q: r.create_model(a, q.name, {t.key: t.value for t in q.tags}, q.description))
    },
    "registered-models/rename": {"POST": _model(lambda r, a, q: r.rename_model(a, q.name, q.new_name))},
    "registered-models/update": {"PATCH": _model(lambda r, a, q: r.describe_model(a, q.name, q.description))},
    "registered-models/delete": {"DELETE": lambda r, a, q: r.delete_model(a, q.name)},
    "registered-models/get": {"GET": _model(lambda r, a, q: r.model(a, q.name))},
    "registered-models/search": {"GET": _search_models},
    "registered-models/get-latest-versions": {"POST": _latest, "GET": _latest},
    "registered-models/set-tag": {"POST": lambda r, a, q: r.label_model(a, q.name, q.key, q.value)},
    "registered-models/delete-tag": {"DELETE": lambda r, a, q: r.label_model(a, q.name, q.key, None)},
    "registered-models/alias": {
        "POST": lambda r, a, q: r.set_alias(a, q.name, q.alias, q.version),
        "DELETE": lambda r, a, q: r.delete_alias(a, q.name, q.alias),
        "GET": _version(lambda r, a, q: r.by_alias(a, q.name, q.alias)),
    },
    "model-versions/update": {
        "PATCH": _version(lambda r, a, q: r.describe_version(a, q.name, q.version, q.description))
    },
    "model-versions/transition-stage": {"POST": _moved},
    "model-versions/delete": {"DELETE": lambda r, a, q: r.delete_version(a, q.name, q.version)},
    "model-versions/get": {"GET": _version(lambda r, a, q: r.version(a, q.name, q.version))},
    "model-versions/get-download-uri": {
        "GET": lambda r, a, q: {"artifact_uri": r.version(a, q.name, q.version).download_uri}
    },
    "model-versions/search": {"GET": _search_versions},
    "model-versions/set-tag": {"POST": lambda r, a, q: r.label_version(a, q.name, q.version, key=q.key, value=q.value)},
    "model-versions/delete-tag": {
        "DELETE": lambda r, a, q: r.label_version(a, q.name, q.version, key=q.key, value=None)
    },
}
"""By route and method."""


class _MlflowHandler(HubHandler):
    """Is for people who are logged in; words refusals as MLflow's server does."""

    async def prepare(self) -> None:  # type: ignore[override]
        """Log in; the registry is for people who are."""
        await super().prepare()
        if self.current_user is None:
            raise Unauthenticated("log in to Jupyter, or send a hub token (Authorization: Bearer hc_…)")

    def refuse(self, problem: Problem) -> None:
        """MLflow's client reads ``error_code`` and ``message``."""
        code = _CODES.get(self.get_status(), "INTERNAL_ERROR")
        self.set_header("X-Error-Code", problem.code)
        self.set_header("X-Error-Message", header_safe(problem.message))
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.finish(msgspec.json.encode({"error_code": code, "message": problem.message}))


class RegistryHandler(_MlflowHandler):
    """Speaks as MLflow's server does."""

    async def get(self, call: str) -> None:
        """Carry out a call."""
        found = CALLS[call].get(self.request.method or "")
        if found is None:
            raise BadQuery(f"{call} is not called by {self.request.method}")
        answer = await in_thread(found, self.services.registry, self.actor, self._asked())
        self.reply(answer or {})

    post = patch = delete = get

    def _asked(self) -> Asked:
        if self.request.method != "GET":
            return self.body(Asked)
        lists = ("stages", "order_by")
        given = {
            name: self.get_query_arguments(name) if name in lists else self.get_query_argument(name)
            for name in self.request.query_arguments
        }
        try:
            return msgspec.convert(given, Asked, strict=False)
        except msgspec.ValidationError as error:
            raise BadQuery(f"this is no call of the registry: {error}") from error


class RegistrationHandler(_MlflowHandler):
    """Makes versions."""

    async def post(self, _: str = "") -> None:
        """Make a version of files that were sent."""
        asked = self.body(VersionRegistration)
        made = await in_thread(self.services.registry.create_version, self.actor, asked)
        self.reply({"model_version": version_json(made)}, 201)


ROUTES: list[tuple[str, type[HubHandler]]] = [
    (rf"{ROOT}/({'|'.join(CALLS)})", RegistryHandler),
    (r"/hubcollab/api/registry/versions", RegistrationHandler),
]
