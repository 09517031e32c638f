"""``hubcollab/api/organizations``: people who share a namespace; ``hubcollab/api/storage``: what it holds."""

from __future__ import annotations

from ..handler import HubHandler, in_thread
from ..wire import MemberRole, NewOrganization, OrganizationChange


class OrganizationsHandler(HubHandler):
    """All organizations."""

    async def get(self) -> None:
        """Those that the asker may know of, or is in."""
        mine = self.get_query_argument("mine", "") in ("1", "true")
        self.reply(await in_thread(self.services.accesses.organizations, self.actor, mine=mine))

    async def post(self) -> None:
        """Make one."""
        from ..models.accesses import organization_shown

        asked = self.body(NewOrganization)
        create = self.services.organisations.create
        made = await in_thread(create, self.actor, asked.name, title=asked.title, everyone=asked.everyone)
        self.reply(organization_shown(made), 201)


class OrganizationHandler(HubHandler):
    """One organization."""

    async def get(self, name: str) -> None:
        """What the asker may know of it."""
        from ..models.accesses import organization_shown

        self.reply(organization_shown(await in_thread(self.services.organisations.get, self.actor, name)))

    async def patch(self, name: str) -> None:
        """Change it."""
        change = self.body(OrganizationChange)
        self.reply(await in_thread(self.services.accesses.change_organization, self.actor, name, change))

    async def delete(self, name: str) -> None:
        """Give up its name."""
        await in_thread(self.services.organisations.delete, self.actor, name)
        self.set_status(204)
        self.finish()


class MembersHandler(HubHandler):
    """Who is in it."""

    async def get(self, name: str) -> None:
        """Everybody with a role."""
        self.reply(await in_thread(self.services.accesses.members, self.actor, name))


class MemberHandler(HubHandler):
    """One member."""

    async def put(self, name: str, user: str) -> None:
        """Let somebody in, or change their role."""
        from ..models.accesses import member_shown

        role = self.body(MemberRole).role
        put = self.services.organisations.put_member
        self.reply(member_shown(await in_thread(put, self.actor, name, user, role)))

    async def delete(self, name: str, user: str) -> None:
        """Remove somebody, or leave."""
        await in_thread(self.services.organisations.drop_member, self.actor, name, user)
        self.set_status(204)
        self.finish()


class StorageHandler(HubHandler):
    """What a namespace holds, and may hold."""

    async def get(self) -> None:
        """The asker's own, or the one that is named."""
        namespace = self.get_query_argument("namespace", "") or None
        self.reply(await in_thread(self.services.accesses.storage, self.actor, namespace))


_ONE = r"/hubcollab/api/organizations/([^/]+)"

ROUTES: list[tuple[str, type[HubHandler]]] = [
    (r"/hubcollab/api/organizations", OrganizationsHandler),
    (_ONE, OrganizationHandler),
    (_ONE + "/members", MembersHandler),
    (_ONE + "/members/([^/]+)", MemberHandler),
    (r"/hubcollab/api/storage", StorageHandler),
]
