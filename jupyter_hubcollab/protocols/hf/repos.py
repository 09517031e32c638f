"""Repos made, deleted, renamed, and their settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import msgspec

from ...errors import BadRequestBody
from ...handler import HubHandler
from ...hub.changes import Put
from ...names import RepoId, file_path, repo_id
from ...wire import Problem
from ..threads import in_thread
from .base import API_REPO, ROOT, HFHandler, kind_of

if TYPE_CHECKING:
    from ...hub.listing import Gate

_GATES: dict[object, Gate] = {False: "", None: "", "auto": "auto", "manual": "manual", True: "auto"}


class CreateHandler(HFHandler):
    """``create_repo``."""

    _named: RepoId | None = None

    async def post(self) -> None:
        """Make a repo; a space gets the card that says which kit it needs."""
        fields = self.fields()
        self._named = await in_thread(named, self, fields)
        repo = await in_thread(self.services.repos.create, self.actor, self._named, private=_is_private(fields))
        sdk = fields.get("sdk")
        if repo.id.kind == "space" and isinstance(sdk, str):
            await in_thread(self._write_card, repo.id, sdk)
        self.reply({"url": self.repo_url(repo.id), "name": str(repo.id), "id": f"{repo.pk:024x}"})

    def _write_card(self, repo: RepoId, sdk: str) -> None:
        card = msgspec.yaml.encode({"title": repo.name, "sdk": sdk}).decode()
        content = f"---\n{card}---\n".encode()
        put = Put(file_path("README.md"), content, len(content))
        self.services.commits.commit(self.actor, repo, [put], message="Add README.md")

    def refuse(self, problem: Problem) -> None:
        """With ``exist_ok`` clients go on with the URL of the repo that exists."""
        if problem.code != "RepoExists" or self._named is None:
            super().refuse(problem)
            return
        self.set_header("X-Error-Code", problem.code)
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.finish(msgspec.json.encode({"error": problem.message, "url": self.repo_url(self._named)}))


class DeleteHandler(HFHandler):
    """``delete_repo``."""

    async def delete(self) -> None:
        """Delete it with its history."""
        repo = await in_thread(named, self, self.fields())
        await in_thread(self.services.repos.delete, self.actor, repo)
        self.reply("OK")


class MoveHandler(HFHandler):
    """``move_repo``."""

    async def post(self) -> None:
        """Give it another name; the old one goes on leading to it."""
        fields = self.fields()
        kind = kind_of(fields.get("type"))
        former, to = (repo_id(str(fields.get(end, "")), kind) for end in ("fromRepo", "toRepo"))
        await in_thread(self.services.repos.rename, self.actor, former, to)
        self.reply({})


class SettingsHandler(HFHandler):
    """``update_repo_settings``."""

    async def put(self, kind: str, namespace: str, name: str) -> None:
        """Visibility and gate."""
        fields = self.fields()
        repo = self.repo(kind, namespace, name)
        if "visibility" in fields or "private" in fields:
            await in_thread(self.services.repos.set_private, self.actor, repo, _is_private(fields))
        if "gated" in fields:
            gate = _gate(fields["gated"])
            await in_thread(self.services.repos.set_gated, self.actor, repo, gate)
        changed = await in_thread(self.services.repos.get, self.actor, repo)
        self.reply({"private": changed.private, "gated": changed.gated or False})


def named(handler: HFHandler, fields: dict[str, Any]) -> RepoId:
    """The repo that a body names by ``name`` and ``organization``."""
    name = str(fields.get("name") or "")
    if "/" in name:
        return repo_id(name, kind_of(fields.get("type")))
    namespace = str(fields.get("organization") or handler.services.namespaces.own(handler.actor))
    whole = f"{namespace}/{name}"
    return repo_id(whole, kind_of(fields.get("type")))


def _is_private(fields: dict[str, Any]) -> bool:
    visibility = fields.get("visibility", "private" if fields.get("private") else "public")
    if visibility not in ("public", "private"):
        raise BadRequestBody("visibility is public or private on this hub")
    return cast(bool, visibility == "private")


def _gate(value: object) -> Gate:
    if not isinstance(value, str | bool) or value not in _GATES:
        raise BadRequestBody("gated is false, auto or manual")
    return _GATES[value]


ROUTES: list[tuple[str, type[HubHandler]]] = [
    (rf"{ROOT}/api/repos/create", CreateHandler),
    (rf"{ROOT}/api/repos/delete", DeleteHandler),
    (rf"{ROOT}/api/repos/move", MoveHandler),
    (rf"{API_REPO}/settings", SettingsHandler),
]
