"""Webhooks: addresses that are told what happens in repos, kept with what they have still to be told.

`heed` writes a row for every webhook that an event is for; `Courier` sends the rows. A webhook hears only of repos that
its owner may read at that moment, and again when it is sent.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

from sqlalchemy import Row, delete, insert, select, update

from ..access import ANONYMOUS, Actor, require_scope
from ..clock import utc_now
from ..errors import AccessDenied, BadRequestBody, NotFound, RepoNotFound, TooLarge, WebhookNotFound
from ..storage.database import Database
from ..storage.schema import deliveries, webhooks
from .discussions import Discussions
from .events import DiscussionMoved, RepoDeleted
from .letters import News, domain_of, letter, with_discussion
from .namespaces import Namespaces
from .repos import Repo, Repos
from .targets import Target

Domain = Literal["repo", "discussion"]
DOMAINS: tuple[Domain, ...] = ("repo", "discussion")
_WATCHED = ("dataset", "model", "space", "org", "user")
_MOST, _MOST_WATCHED, _MOST_LISTED = 100, 100, 100
_LONGEST_SECRET = 500
_IN_USE = select(webhooks).where(webhooks.c.disabled.is_(False))


@dataclass(frozen=True, slots=True)
class Watched:
    """A repo, or everything in a namespace."""

    type: str
    name: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to be told, and where; None leaves what is there."""

    url: str | None = None
    watched: Sequence[Watched] | None = None
    domains: Sequence[Domain] | None = None
    secret: str | None = None


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that is told what happens."""

    id: str
    owner: Actor
    url: str
    watched: tuple[Watched, ...]
    domains: tuple[Domain, ...]
    secret: str | None
    disabled: bool
    home: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """Something that a webhook has to be told, or was."""

    id: str
    webhook: str
    payload: str
    status: Literal["waiting", "done", "failed"]
    attempts: int
    created_at: datetime
    next_at: datetime
    answer: str | None


class Webhooks:
    """The webhooks of all people."""

    def __init__(
        self,
        database: Database,
        repos: Repos,
        namespaces: Namespaces,
        discussions: Discussions,
        *,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._repos = repos
        self._namespaces = namespaces
        self._discussions = discussions
        self._now = now
        self.on_mail: Callable[[], None] = lambda: None
        """Called when something waits to be sent."""

    def create(self, actor: Actor, wish: Wish, home: str) -> Webhook:
        """Add a webhook; *home* is the hub's address as *actor* reaches it."""
        self._require(actor)
        if len(self.list(actor)) >= _MOST:
            raise TooLarge(f"one person has at most {_MOST} webhooks")
        values = _values(wish)
        if "url" not in values or "watched" not in values:
            raise BadRequestBody("a webhook needs a url and something to watch")
        row: dict[str, object] = {"id": secrets.token_hex(12), "owner": actor.name, "owner_name": actor.display_name}
        row |= {
            "secret": None,
            "domains": json.dumps(DOMAINS),
            "disabled": False,
            "home": home,
            "created_at": self._now(),
        }
        with self._database.write() as connection:
            connection.execute(insert(webhooks).values(**(row | values)))
        return self.get(actor, str(row["id"]))

    def get(self, actor: Actor, id: str) -> Webhook:
        """A webhook of *actor*'s.

        Raises:
            WebhookNotFound: there is none.
        """
        found = next((one for one in self.list(actor) if one.id == id), None)
        if found is None:
            raise WebhookNotFound("you have no such webhook")
        return found

    def list(self, actor: Actor) -> Sequence[Webhook]:
        """All webhooks of *actor*, the first one first."""
        query = select(webhooks).where(webhooks.c.owner == actor.name).order_by(webhooks.c.created_at, webhooks.c.id)
        with self._database.read() as connection:
            return tuple(webhook_of(row) for row in connection.execute(query))

    def update(self, actor: Actor, id: str, wish: Wish) -> Webhook:
        """Change what *wish* names."""
        return self._set(actor, id, _values(wish))

    def set_disabled(self, actor: Actor, id: str, disabled: bool) -> Webhook:
        """Be silent, or speak again; what happens meanwhile is not told."""
        return self._set(actor, id, {"disabled": disabled})

    def delete(self, actor: Actor, id: str) -> None:
        """Forget a webhook and what it was told."""
        self._require(actor)
        found = self.get(actor, id)
        with self._database.write() as connection:
            connection.execute(delete(webhooks).where(webhooks.c.id == found.id))

    def deliveries(self, actor: Actor, id: str) -> Sequence[Delivery]:
        """What a webhook was told, or will be, the newest first."""
        found = self.get(actor, id)
        query = select(deliveries).where(deliveries.c.webhook == found.id).order_by(deliveries.c.created_at.desc())
        with self._database.read() as connection:
            return tuple(delivery_of(row) for row in connection.execute(query.limit(_MOST_LISTED)))

    def send_again(self, actor: Actor, id: str, delivery: str) -> None:
        """Tell it once more, at once."""
        self._require(actor)
        found = self.get(actor, id)
        mine = (deliveries.c.webhook == found.id) & (deliveries.c.id == delivery)
        values = {"status": "waiting", "attempts": 0, "next_at": self._now()}
        with self._database.write() as connection:
            if not connection.execute(update(deliveries).where(mine).values(**values)).rowcount:
                raise WebhookNotFound("the webhook was never told this")
        self.on_mail()

    def heed(self, news: News) -> None:
        """Write down for every webhook that *news* are for what it has to be told."""
        with self._database.read() as connection:
            rows = connection.execute(_IN_USE).all()
        mail = [row for webhook in map(webhook_of, rows) if (row := self._mail(webhook, news)) is not None]
        if mail:
            with self._database.write() as connection:
                connection.execute(insert(deliveries), mail)
            self.on_mail()

    def _mail(self, webhook: Webhook, news: News) -> dict[str, object] | None:
        former = getattr(news, "former", None) if type(news).__name__ == "RepoChanged" else None
        if domain_of(news) not in webhook.domains or not _watches(webhook, news, former):
            return None
        try:
            payload = letter(news, self._seen(webhook, news), webhook.home)
            if payload is not None and isinstance(news, DiscussionMoved):
                payload = with_discussion(payload, news, self._discussions, webhook.home)
        except NotFound:  # gone meanwhile, or not for them
            return None
        if payload is None:
            return None
        payload["webhook"] = {"id": webhook.id, "version": 3}
        now = self._now()
        row = {"id": secrets.token_hex(12), "webhook": webhook.id, "payload": json.dumps(payload), "status": "waiting"}
        return row | {"attempts": 0, "created_at": now, "next_at": now, "answer": None}

    def _seen(self, webhook: Webhook, news: News) -> Repo | None:
        if not isinstance(news, RepoDeleted):
            return self._repos.get(webhook.owner, news.repo)
        if not self._namespaces.sees_repo(webhook.owner, news.repo, news.owner, private=news.private):
            raise RepoNotFound("not for them")
        return None

    def _set(self, actor: Actor, id: str, values: dict[str, object]) -> Webhook:
        self._require(actor)
        found = self.get(actor, id)
        if values:
            with self._database.write() as connection:
                connection.execute(update(webhooks).where(webhooks.c.id == found.id).values(**values))
        return self.get(actor, id)

    def _require(self, actor: Actor) -> None:
        require_scope(actor, "write")
        if actor.name == ANONYMOUS:
            raise AccessDenied("log in to have webhooks")


def webhook_of(row: Row[tuple[object, ...]]) -> Webhook:
    """A row as a value."""
    watched = tuple(Watched(one["type"], one["name"]) for one in json.loads(row.watched))
    owner = Actor(row.owner, row.owner_name)
    domains = tuple(json.loads(row.domains))
    return Webhook(row.id, owner, row.url, watched, domains, row.secret, row.disabled, row.home)


def delivery_of(row: Row[tuple[object, ...]]) -> Delivery:
    """A row as a value."""
    status = cast(Literal["waiting", "done", "failed"], row.status)
    return Delivery(row.id, row.webhook, row.payload, status, row.attempts, row.created_at, row.next_at, row.answer)


def _watches(webhook: Webhook, news: News, former: object) -> bool:
    names = {str(news.repo).lower(), str(former).lower()}
    for one in webhook.watched:
        if one.type in ("org", "user"):
            if one.name.lower() == news.repo.namespace.lower():
                return True
        elif one.type == news.repo.kind and one.name.lower() in names:
            return True
    return False


def _values(wish: Wish) -> dict[str, object]:
    """The columns that *wish* changes.

    Raises:
        BadRequestBody: it watches what there is not.
        ForbiddenTarget: its address cannot be called.
    """
    values: dict[str, object] = {}
    if wish.url is not None:
        values["url"] = Target.parse(wish.url).url
    if wish.watched:
        if len(wish.watched) > _MOST_WATCHED or any(one.type not in _WATCHED for one in wish.watched):
            raise BadRequestBody(f"watched are at most {_MOST_WATCHED} of the types {', '.join(_WATCHED)}")
        values["watched"] = json.dumps([{"type": one.type, "name": one.name} for one in wish.watched])
    if wish.domains is not None:
        values["domains"] = json.dumps(list(wish.domains))
    if wish.secret is not None:
        if not wish.secret.isascii() or not wish.secret.isprintable() or len(wish.secret) > _LONGEST_SECRET:
            raise BadRequestBody("a secret is at most 500 printable characters of ASCII: it is sent in a header")
        values["secret"] = wish.secret or None
    return values
