"""People and organizations: ``get_organization_overview``, ``list_organization_members``, ``get_user_overview``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...errors import NotFound
from ...handler import HubHandler
from ...hub.listing import Listing
from ...names import KINDS
from ..threads import in_thread
from .base import ROOT, HFHandler
from .shapes import Json
from .social import storage_shape

if TYPE_CHECKING:
    from ...hub.organisations import Organisation

_MOST = 10_000
_NAMED = r"(?P<name>[^/]+)"


class OverviewHandler(HFHandler):
    """``get_organization_overview``."""

    async def get(self, name: str) -> None:
        """What the asker may know of it."""
        self.reply(_shape(await in_thread(self.services.organisations.get, self.actor, name)))


class MembersHandler(HFHandler):
    """``list_organization_members``."""

    async def get(self, name: str) -> None:
        """Everybody with a role."""
        members = await in_thread(self.services.organisations.members, self.actor, name)
        shown = [(self.services.namespaces.name_of(one.user), one) for one in members]
        self.reply([{"user": name, "fullname": one.user, "type": "user", "avatarUrl": ""} for name, one in shown])


class FollowersHandler(HFHandler):
    """``list_organization_followers``, ``list_user_followers``, ``list_user_following``."""

    async def get(self, name: str) -> None:  # noqa: ARG002
        """Nobody follows anybody on this hub."""
        self.reply([])


class RepositoriesHandler(HFHandler):
    """``hf repos list`` of an organization."""

    async def get(self, name: str) -> None:
        """Its repos of all kinds, for its members."""
        self.reply(await in_thread(self._repos, name))

    def _repos(self, name: str) -> list[Json]:
        found = self.services.organisations.get(self.actor, name)
        listings = [Listing(kind, namespace=found.name, limit=_MOST) for kind in KINDS]
        return [storage_shape(repo) for one in listings for repo in self.services.repos.select(self.actor, one)]


class UserHandler(HFHandler):
    """``get_user_overview``."""

    async def get(self, name: str) -> None:
        """How many repos somebody has that the asker may see."""
        self.reply(await in_thread(self._shape, name))

    def _shape(self, name: str) -> Json:
        space = self.services.namespaces.known(name)
        if space is None or space.is_organisation:
            raise NotFound(f"there is nobody called '{name}' on this hub")
        counts = {
            f"num{kind.title()}s": self.services.repos.count(self.actor, Listing(kind, namespace=space.name))
            for kind in KINDS
        }
        person = next(iter(space.members))
        listed = self.services.organisations.list(self.actor)
        orgs = [in_brief(one) for one in listed if person in self.services.namespaces.of(one.name).members]
        return {"type": "user", "user": space.name, "fullname": person, "avatarUrl": "", "orgs": orgs, **counts}


def in_brief(one: Organisation) -> Json:
    """An organization as lists of them show it."""
    return {"name": one.name, "fullname": one.title or one.name, "type": "org", "avatarUrl": "", "isEnterprise": False}


def _shape(one: Organisation) -> Json:
    return {
        **in_brief(one),
        "details": one.title or None,
        "isVerified": False,
        "numUsers": one.members,
        "numModels": one.repos.get("model", 0),
        "numDatasets": one.repos.get("dataset", 0),
        "numSpaces": one.repos.get("space", 0),
        "numFollowers": 0,
    }


ROUTES: list[tuple[str, type[HubHandler]]] = [
    (rf"{ROOT}/api/organizations/{_NAMED}/overview", OverviewHandler),
    (rf"{ROOT}/api/organizations/{_NAMED}/members", MembersHandler),
    (rf"{ROOT}/api/organizations/{_NAMED}/settings/repositories", RepositoriesHandler),
    (rf"{ROOT}/api/users/{_NAMED}/overview", UserHandler),
    (rf"{ROOT}/api/(?:organizations|users)/{_NAMED}/(?:followers|following)", FollowersHandler),
]
