"""Sends what webhooks have to be told: again and again with longer and longer pauses, also after a restart."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Row, delete, func, select, update

from ..clock import utc_now
from ..errors import HubError, RepoNotFound
from ..names import repo_id
from ..storage.database import Database
from ..storage.schema import deliveries, webhooks
from .repos import Repos
from .targets import Answer, Call
from .webhooks import Delivery, Webhook, delivery_of, webhook_of

PAUSES = tuple(timedelta(seconds=pause) for pause in (10, 60, 300, 1800, 7200, 21_600, 43_200))
"""After the first attempt, the second, and so on; after the last one it is given up."""
KEPT = timedelta(days=30)
_LEASE = timedelta(minutes=2)
_AT_ONCE = 16
_LOOK_EVERY_S = 60.0
_log = logging.getLogger(__name__)
Calls = Callable[[Sequence[Call]], list[Answer]]


class Courier:
    """Carries deliveries out with *calls*, in a thread of its own once it is started."""

    def __init__(self, database: Database, repos: Repos, calls: Calls, now: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._repos = repos
        self._calls = calls
        self._now = now
        self._wake = threading.Event()
        self._is_over = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to send, what is left from the last time first."""
        self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """There is something new to send."""
        self._wake.set()

    def close(self) -> None:
        """Send no more; what is being sent is finished."""
        self._is_over = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout=30)

    def deliver_due(self) -> datetime | None:
        """Send what is due now; when the next one will be."""
        while batch := self._claimed():
            for (delivery, _), answer in zip(batch, self._answers(batch), strict=True):
                self._note(delivery, answer)
        self._forget_old()
        with self._database.read() as connection:
            waiting = deliveries.c.status == "waiting"
            return connection.execute(select(func.min(deliveries.c.next_at)).where(waiting)).scalar()

    def _run(self) -> None:
        while not self._is_over:
            pause = _LOOK_EVERY_S
            try:
                upcoming = self.deliver_due()
                if upcoming is not None:
                    pause = min(pause, max(0.1, (upcoming - self._now()).total_seconds()))
            except Exception:  # noqa: BLE001 -- the edge of a task
                _log.exception("webhooks were not told; it is tried again in a minute")
            self._wake.wait(pause)
            self._wake.clear()

    def _claimed(self) -> list[tuple[Delivery, Webhook]]:
        """Some that are due, ours for a while: if we die meanwhile, they are sent again after it."""
        now = self._now()
        due = (deliveries.c.status == "waiting") & (deliveries.c.next_at <= now)
        query = select(deliveries).where(due).order_by(deliveries.c.next_at, deliveries.c.created_at).limit(_AT_ONCE)
        claimed = []
        with self._database.write() as connection:
            for row in connection.execute(query).all():
                mine = (deliveries.c.id == row.id) & (deliveries.c.next_at == row.next_at)
                values = {"next_at": now + _LEASE, "attempts": row.attempts + 1}
                if connection.execute(update(deliveries).where(mine).values(**values)).rowcount:
                    claimed.append(row)
            found = select(webhooks).where(webhooks.c.id.in_([row.webhook for row in claimed]))
            by_id: dict[str, Row[tuple[object, ...]]] = {row.id: row for row in connection.execute(found)}
        return [(delivery_of(row), webhook_of(by_id[row.webhook])) for row in claimed if row.webhook in by_id]

    def _answers(self, batch: Sequence[tuple[Delivery, Webhook]]) -> list[Answer]:
        refused = {one.id: why for one, webhook in batch if (why := self._refusal(one, webhook)) is not None}
        sent = [pair for pair in batch if pair[0].id not in refused]
        answers = dict(zip([one.id for one, _ in sent], self._calls([self._call(*pair) for pair in sent]), strict=True))
        return [answers[one.id] if one.id in answers else Answer(False, refused[one.id]) for one, _ in batch]

    def _refusal(self, delivery: Delivery, webhook: Webhook) -> str | None:
        """Why this must not be sent any more: the repo may have become private since."""
        payload = json.loads(delivery.payload)
        if webhook.disabled:
            return "the webhook is disabled"
        if payload["event"]["action"] == "delete":
            return None
        try:
            self._repos.get(webhook.owner, repo_id(payload["repo"]["name"], payload["repo"]["type"]))
        except RepoNotFound:
            return "the repo is gone, or no longer yours to see"
        except HubError as error:
            return str(error)
        return None

    def _call(self, delivery: Delivery, webhook: Webhook) -> Call:
        body = delivery.payload.encode()
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "jupyter-hubcollab-webhooks",
            "X-HubCollab-Delivery": delivery.id,
        }
        if webhook.secret is not None:
            headers["X-Webhook-Secret"] = webhook.secret
            headers["X-HubCollab-Signature"] = signed(webhook.secret, body, self._now())
        return Call(webhook.url, body, headers)

    def _note(self, delivery: Delivery, answer: Answer) -> None:
        attempts = delivery.attempts + 1
        values: dict[str, object] = {"answer": answer.text}
        if answer.is_taken:
            values["status"] = "done"
        elif attempts > len(PAUSES) or answer.text.startswith(("the repo is gone", "the webhook is disabled")):
            values["status"] = "failed"
        else:
            values["next_at"] = self._now() + PAUSES[attempts - 1]
        with self._database.write() as connection:
            connection.execute(update(deliveries).where(deliveries.c.id == delivery.id).values(**values))

    def _forget_old(self) -> None:
        old = (deliveries.c.status != "waiting") & (deliveries.c.created_at < self._now() - KEPT)
        with self._database.read() as connection:
            if connection.execute(select(deliveries.c.id).where(old).limit(1)).first() is None:
                return
        with self._database.write_derived() as connection:
            connection.execute(delete(deliveries).where(old))


def signed(secret: str, body: bytes, at: datetime) -> str:
    """The header by which a receiver knows that *body* comes from this hub, and when it was sent."""
    moment = str(int(at.timestamp()))
    mac = hmac.new(secret.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={mac}"
