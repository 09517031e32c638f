"""Webhooks: who is told what, when, and what happens if nobody listens."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import timedelta
from ipaddress import ip_address
from typing import Any

import pytest
from people import ANN, BOB, READER, Clock

from jupyter_hubcollab.errors import AccessDenied, BadRequestBody, ForbiddenTarget, WebhookNotFound
from jupyter_hubcollab.hub.changes import Put
from jupyter_hubcollab.hub.courier import KEPT, PAUSES, Courier
from jupyter_hubcollab.hub.hub import Hub
from jupyter_hubcollab.hub.pulls import Proposal
from jupyter_hubcollab.hub.targets import Answer, Call, Caller, may_call
from jupyter_hubcollab.hub.webhooks import Watched, Webhook, Wish
from jupyter_hubcollab.names import FilePath, RepoId

URL, HOME = "https://ci.example.org/hook", "http://hub.example.org/hubcollab/hf/"
OWN = RepoId("ann", "own")


class Receiver:
    """Takes what it is sent, or not."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.answer = Answer(True, "200")

    def __call__(self, calls: Sequence[Call]) -> list[Answer]:
        self.calls += calls
        return [self.answer for _ in calls]

    @property
    def payloads(self) -> list[dict[str, Any]]:
        return [json.loads(call.body) for call in self.calls]

    @property
    def events(self) -> list[tuple[str, str]]:
        return [(one["event"]["action"], one["event"]["scope"]) for one in self.payloads]


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def courier(hub: Hub, clock: Clock, receiver: Receiver) -> Courier:
    return Courier(hub.database, hub.repos, receiver, clock)


def watch(hub: Hub, name: str = "ann", type: str = "user", **wish: Any) -> Webhook:
    asked = Wish(URL, [Watched(type, name)], **wish)
    return hub.social.webhooks.create(ANN, asked, HOME)


def commit(hub: Hub, repo: RepoId = OWN) -> str:
    return hub.commits.commit(ANN, repo, [Put(FilePath("a"), b"x", 1)], message="m", tag="v1").id


def test_everything_in_a_namespace_is_told(hub: Hub, courier: Courier, receiver: Receiver) -> None:
    """Repos made, changed, renamed, deleted; commits; discussions and comments; with links to the hub."""
    watch(hub)
    hub.repos.create(ANN, OWN)
    made = commit(hub)
    hub.social.discussions.open(BOB, OWN, "Why?", "Tell me")
    hub.social.discussions.comment(ANN, OWN, 1, "Because")
    hub.social.pulls.open(BOB, OWN, Proposal("Pull", "please"))
    hub.repos.rename(ANN, OWN, RepoId("ann", "new"))
    courier.deliver_due()
    hub.repos.delete(ANN, RepoId("ann", "new"))

    courier.deliver_due()

    assert ("create", "repo") in receiver.events
    assert ("delete", "repo") in receiver.events
    first = next(one for one in receiver.payloads if one["event"]["scope"] == "repo.content")
    assert [(one["ref"], one["newSha"]) for one in first["updatedRefs"]] == [
        ("refs/heads/main", made),
        ("refs/tags/v1", made),
    ]
    assert len(first["updatedRefs"][0]["oldSha"]) == 40
    said = next(one for one in receiver.payloads if one["event"]["scope"] == "discussion.comment")
    assert (said["comment"]["content"], said["discussion"]["title"]) == ("Because", "Why?")
    assert said["discussion"]["url"]["web"] == "http://hub.example.org/hubcollab/hf/ann/own/discussions/1"
    moved = next(one for one in receiver.payloads if one["event"]["action"] == "move")
    assert (moved["repo"]["name"], moved["movedTo"]["name"]) == ("ann/own", "ann/new")
    pull = next(one for one in receiver.payloads if one.get("discussion", {}).get("isPullRequest"))
    assert pull["discussion"]["changes"] == {"base": "refs/heads/main"}


def test_one_hears_what_one_asked_for(hub: Hub, courier: Courier, receiver: Receiver) -> None:
    """One repo, one domain; nothing while it is disabled."""
    hub.repos.create(ANN, OWN)
    webhook = watch(hub, "ann/own", "model", domains=["discussion"])
    watch(hub, "bob/other", "model")
    commit(hub)
    hub.social.discussions.open(ANN, OWN, "t", "x")
    hub.social.webhooks.set_disabled(ANN, webhook.id, True)
    hub.social.discussions.open(ANN, OWN, "u", "x")
    hub.social.webhooks.set_disabled(ANN, webhook.id, False)

    courier.deliver_due()

    assert receiver.events == [("create", "discussion")]


def test_it_is_signed(hub: Hub, courier: Courier, receiver: Receiver, clock: Clock) -> None:
    """With the secret itself, as the Hugging Face Hub does, and by a signature that tells the time, too."""
    watch(hub, secret="s3cret")
    hub.repos.create(ANN, OWN)

    courier.deliver_due()

    (call,) = receiver.calls
    assert call.headers["X-Webhook-Secret"] == "s3cret"
    moment, mac = (part.partition("=")[2] for part in call.headers["X-HubCollab-Signature"].split(","))
    assert int(moment) == int(clock().timestamp())
    assert mac == hmac.new(b"s3cret", f"{moment}.".encode() + call.body, hashlib.sha256).hexdigest()


def test_nobody_hears_of_what_is_not_theirs_to_see(hub: Hub, courier: Courier, receiver: Receiver) -> None:
    """Neither when it happens, nor when it is sent: the repo may have become private between the two."""
    asked = Wish(URL, [Watched("user", "ann")])
    hub.social.webhooks.create(BOB, asked, HOME)
    secret = RepoId("ann", "secret")
    hub.repos.create(ANN, secret, private=True)
    commit(hub, secret)
    hub.repos.delete(ANN, secret)
    hub.repos.create(ANN, OWN)
    hub.repos.set_private(ANN, OWN, True)

    courier.deliver_due()

    assert receiver.calls == []
    (webhook,) = hub.social.webhooks.list(BOB)
    assert [(one.status, one.answer) for one in hub.social.webhooks.deliveries(BOB, webhook.id)] == [
        ("failed", "the repo is gone, or no longer yours to see")
    ]


def test_it_is_told_again_until_somebody_listens(hub: Hub, courier: Courier, receiver: Receiver, clock: Clock) -> None:
    """With longer and longer pauses, by another courier after a restart, and a log of it."""
    webhook = watch(hub)
    receiver.answer = Answer(False, "503")
    hub.repos.create(ANN, OWN)

    assert courier.deliver_due() == clock() + PAUSES[0]
    courier.deliver_due()
    assert len(receiver.calls) == 1
    clock.forward(PAUSES[0])
    assert courier.deliver_due() == clock() + PAUSES[1]
    receiver.answer = Answer(True, "204")
    clock.forward(PAUSES[1])
    Courier(hub.database, hub.repos, receiver, clock).deliver_due()

    (told,) = hub.social.webhooks.deliveries(ANN, webhook.id)
    assert (told.status, told.attempts, told.answer) == ("done", 3, "204")
    assert len({call.headers["X-HubCollab-Delivery"] for call in receiver.calls}) == 1


def test_it_is_given_up_in_the_end(hub: Hub, courier: Courier, receiver: Receiver, clock: Clock) -> None:
    """After the last pause; one may ask for another attempt, and old ones are forgotten."""
    webhook = watch(hub)
    receiver.answer = Answer(False, "500")
    hub.repos.create(ANN, OWN)
    for pause in (timedelta(0), *PAUSES):
        clock.forward(pause)
        courier.deliver_due()

    (told,) = hub.social.webhooks.deliveries(ANN, webhook.id)
    assert (told.status, told.attempts) == ("failed", 1 + len(PAUSES))
    receiver.answer = Answer(True, "200")
    hub.social.webhooks.send_again(ANN, webhook.id, told.id)
    courier.deliver_due()
    assert hub.social.webhooks.deliveries(ANN, webhook.id)[0].status == "done"
    clock.forward(KEPT + timedelta(days=1))
    courier.deliver_due()
    assert hub.social.webhooks.deliveries(ANN, webhook.id) == ()


def test_a_courier_that_dies_has_lost_nothing(hub: Hub, receiver: Receiver, clock: Clock) -> None:
    """What it was sending is sent by the next one."""
    watch(hub)
    hub.repos.create(ANN, OWN)

    def dies(calls: Sequence[Call]) -> list[Answer]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Courier(hub.database, hub.repos, dies, clock).deliver_due()
    clock.forward(timedelta(minutes=3))
    Courier(hub.database, hub.repos, receiver, clock).deliver_due()

    assert receiver.events == [("create", "repo")]


def test_webhooks_are_their_owners(hub: Hub) -> None:
    """Others neither see nor change them; a token for reading makes none."""
    webhook = watch(hub, secret="s3cret")

    for call in (hub.social.webhooks.get, hub.social.webhooks.delete, hub.social.webhooks.deliveries):
        with pytest.raises(WebhookNotFound):
            call(BOB, webhook.id)
    with pytest.raises(AccessDenied):
        hub.social.webhooks.create(READER, Wish(URL, [Watched("user", "ann")]), HOME)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "http://",
        "http://user:pass@example.org/",
        "http://example.org:99999/",
        "http://example.org/\r\nX: y",
        "http://169.254.169.254/latest/meta-data",
        "http://[fe80::1]/",
        "http://0.0.0.0/",
        "http://[::ffff:169.254.169.254]/",
        "javascript:alert(1)",
        "http://example.org/" + "x" * 3000,
    ],
)
def test_an_address_that_cannot_be_called_is_refused(hub: Hub, url: str) -> None:
    """When it is written, as far as one can tell then."""
    with pytest.raises(ForbiddenTarget):
        hub.social.webhooks.create(ANN, Wish(url, [Watched("user", "ann")]), HOME)


@pytest.mark.parametrize("wish", [Wish(URL), Wish(URL, [Watched("planet", "x")]), Wish(None, [Watched("user", "x")])])
def test_a_webhook_watches_something_and_calls_somewhere(hub: Hub, wish: Wish) -> None:
    """Half of it is no webhook."""
    with pytest.raises(BadRequestBody):
        hub.social.webhooks.create(ANN, wish, HOME)


@pytest.mark.parametrize(
    ("address", "free", "own"),
    [
        ("93.184.216.34", True, True),
        ("10.0.0.7", True, True),
        ("2606:2800:220:1::1", True, True),
        ("127.0.0.1", False, True),
        ("::1", False, True),
        ("::ffff:127.0.0.1", False, True),
        ("169.254.169.254", False, False),
        ("64:ff9b::a9fe:a9fe", False, False),
        ("2002:a9fe:a9fe::1", False, False),
        ("fe80::1", False, False),
        ("fd00:ec2::254", False, False),
        ("100.100.100.200", False, False),
        ("0.0.0.0", False, False),
        ("224.0.0.1", False, False),
        ("255.255.255.255", False, False),
    ],
)
def test_machines_that_are_called(address: str, free: bool, own: bool) -> None:
    """Others' and the team's; this one only if a setting says so; never what a cloud tells its machines."""
    assert may_call(ip_address(address), loopback=False) == free
    assert may_call(ip_address(address), loopback=True) == own


def test_a_name_that_leads_home_is_not_called() -> None:
    """What counts is where a name leads."""
    (answer,) = Caller(loopback=False)([Call("http://localhost:9/x", b"{}", {})])

    assert not answer.is_taken
    assert "ForbiddenTarget" in answer.text
