"""Other hubs: asked at once or not at all, for one person at a time, and only while they are there."""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from jupyter_hubcollab.access import Actor
from jupyter_hubcollab.errors import DigestMismatch, EntryNotFound, NotFound, RepoNotFound, UpstreamUnavailable
from jupyter_hubcollab.hub.upstream import Upstream, UpstreamFile, UpstreamId, open_upstream
from jupyter_hubcollab.hub.upstream.ask import OtherHub
from jupyter_hubcollab.hub.upstream.keys import Keys
from jupyter_hubcollab.hub.upstream.looking import overview
from jupyter_hubcollab.hub.upstream.memory import Memory
from jupyter_hubcollab.hub.upstream.room import Kept, Room
from jupyter_hubcollab.hub.upstream.transfers import Transfers
from jupyter_hubcollab.storage.database import Database

ANN, BOB = Actor("ann", "Ann"), Actor("bob", "Bob")
BERT = UpstreamId("model", "bert-base-uncased")
SHA = "a" * 40


class FarHub:
    """A hub that answers from a table, as an httpx transport; `asked` is what it heard."""

    def __init__(self) -> None:
        self.pages: dict[str, dict[str, object]] = {}
        self.private: set[str] = set()
        self.asked: list[httpx.Request] = []
        self.away = False

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if self.away:
            raise httpx.ConnectError("nobody listens", request=request)
        path = request.url.path
        closed = any(name in path for name in self.private) and request.headers.get("Authorization") != "Bearer good"
        if path not in self.pages or closed:
            return httpx.Response(401, headers={"X-Error-Code": "RepoNotFound"})
        return httpx.Response(200, stream=httpx.ByteStream(json.dumps(self.pages[path]).encode()))


class Clock:
    """Time is a value."""

    def __init__(self) -> None:
        self.at = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def far() -> FarHub:
    """Another hub with one public and one private model."""
    far = FarHub()
    far.pages[f"/api/models/{BERT}/revision/main"] = {"sha": SHA, "id": str(BERT)}
    far.pages["/api/models/carol/secret/revision/main"] = {"sha": SHA, "id": "carol/secret"}
    far.private.add("carol/secret")
    return far


@pytest.fixture
def upstream(far: FarHub, clock: Clock, tmp_path: Path):
    """What reads through from the other hub."""
    from concurrent.futures import ThreadPoolExecutor

    database = Database(f"sqlite:///{tmp_path / 'index.sqlite'}")
    client = httpx.Client(transport=httpx.MockTransport(far))
    made = Upstream(
        [OtherHub("http://far", lambda: client, clock)],
        Memory(database, clock),
        Keys(database, b"s" * 32, clock),
        Transfers(tmp_path / "upstream", ThreadPoolExecutor(2)),
        now=clock,
    )
    yield made
    made.close()
    client.close()
    database.close()


def test_an_answer_is_asked_for_once_a_minute(upstream, far, clock):
    """A client that asks for each file what main is does not trouble the other hub each time."""
    for _ in range(5):
        assert upstream.commit(ANN, BERT, "main")[0] == SHA
    clock.at += timedelta(minutes=2)

    upstream.commit(BOB, BERT, "main")

    assert len(far.asked) == 2


def test_what_is_known_outlives_the_hub(upstream, far, clock):
    """An old answer is better than none, when its hub is away."""
    upstream.commit(ANN, BERT, "main")
    far.away = True
    clock.at += timedelta(days=300)

    assert upstream.commit(BOB, BERT, "main")[0] == SHA


def test_a_hub_that_failed_is_left_alone_for_a_while(upstream, far, clock):
    """The first to ask finds out, the others are told at once, and after a while one tries again."""
    far.away = True
    for name in ("a/b", "c/d", "e/f"):
        with pytest.raises(RepoNotFound, match="http://far cannot be reached"):
            upstream.commit(ANN, UpstreamId("model", name), "main")
    heard = len(far.asked)
    far.away = False
    clock.at += timedelta(minutes=1)

    assert upstream.commit(ANN, BERT, "main")[0] == SHA
    assert heard == 1


def test_a_repo_that_is_not_there_is_not_asked_for_again_at_once(upstream, far):
    """A loop over optional repos costs one question each."""
    for _ in range(3):
        with pytest.raises(RepoNotFound, match="http://far has no such model"):
            upstream.commit(ANN, UpstreamId("model", "no/such"), "main")

    assert len(far.asked) == 1


def test_a_private_repo_is_for_the_owner_of_the_token(upstream, far):
    """Ann sees it with her token; Bob neither asks with it nor sees what it gave."""
    secret = UpstreamId("model", "carol/secret")
    upstream.keep_token(ANN, "http://far", "good")
    upstream.keep_token(BOB, "http://far", "bad")

    assert upstream.commit(ANN, secret, "main")[0] == SHA
    with pytest.raises(RepoNotFound):
        upstream.commit(BOB, secret, "main")

    assert upstream.commit(ANN, secret, "main")[0] == SHA


def test_a_public_repo_is_asked_for_without_any_token(upstream, far):
    """Whoever has a token does not show it where none is needed."""
    upstream.keep_token(ANN, "http://far", "good")

    upstream.commit(ANN, BERT, "main")

    assert "Authorization" not in far.asked[0].headers


def test_a_token_that_is_forgotten_takes_its_answers_along(upstream):
    """What was read with it is not served any more."""
    secret = UpstreamId("model", "carol/secret")
    upstream.keep_token(ANN, "http://far", "good")
    upstream.commit(ANN, secret, "main")

    upstream.forget_token(ANN, "http://far")

    with pytest.raises(RepoNotFound):
        upstream.commit(ANN, secret, "main")
    with pytest.raises(NotFound):
        upstream.forget_token(ANN, "http://far")


def test_tokens_are_sealed_in_the_index(upstream, tmp_path):
    """A copy of the index tells nobody a token, and a row under another name opens nothing."""
    upstream.keep_token(ANN, "http://far", "good-and-long")

    database = Database(f"sqlite:///{tmp_path / 'index.sqlite'}")
    other = Keys(database, b"t" * 32, datetime.now)

    assert b"good-and-long" not in b"".join(file.read_bytes() for file in tmp_path.glob("index.sqlite*"))
    assert other.of(ANN, "http://far") is None
    assert upstream.keys.of(BOB, "http://far") is None
    database.close()


def test_a_repo_that_becomes_private_is_forgotten(upstream, far, clock):
    """When its hub hides it, so do we."""
    upstream.commit(ANN, BERT, "main")
    far.private.add(str(BERT))
    clock.at += timedelta(hours=2)

    with pytest.raises(RepoNotFound):
        upstream.commit(ANN, BERT, "main")

    far.away = True
    with pytest.raises(RepoNotFound):
        upstream.commit(BOB, BERT, "main")


def test_a_file_without_a_hash_is_not_read(upstream, far):
    """What cannot be checked is not served."""
    far.pages[f"/{BERT}/resolve/{SHA}/a.bin"] = {}
    upstream.commit(ANN, BERT, "main")

    with pytest.raises((UpstreamUnavailable, RepoNotFound, EntryNotFound), match="hash"):
        upstream.file(ANN, BERT, SHA, "a.bin")


def test_a_dead_address_is_told_at_once(tmp_path):
    """Nobody waits a minute: a real connection that nobody takes."""
    database = Database(f"sqlite:///{tmp_path / 'index.sqlite'}")
    url = "http://127.0.0.1:9"
    lonely = open_upstream(tmp_path / "upstream", database, b"s" * 32, urls=[url], offline=False)
    begun = time.monotonic()

    with pytest.raises(RepoNotFound, match=r"http://127\.0\.0\.1:9 cannot be reached"):
        lonely.commit(ANN, BERT, "main")

    assert time.monotonic() - begun < 10
    lonely.close()
    database.close()


def test_offline_asks_nobody_and_says_so(tmp_path):
    """The setting is in the message."""
    database = Database(f"sqlite:///{tmp_path / 'index.sqlite'}")
    silent = open_upstream(tmp_path / "upstream", database, b"s" * 32, urls=["http://127.0.0.1:9"], offline=True)

    with pytest.raises(RepoNotFound, match="this hub is offline"):
        silent.commit(ANN, BERT, "main")

    silent.close()
    database.close()


def test_a_file_that_is_refused_after_all_is_told(upstream, far):
    """The other hub announces a file and then does not give it: an error in words, at once."""
    file = UpstreamFile(BERT, "http://far", SHA, "a.bin", 10, "b" * 64, "")

    with pytest.raises(UpstreamUnavailable, match="announced the file and refuses it"):
        b"".join(upstream.read(ANN, file, 0, 10))


def test_bytes_that_do_not_fit_their_hash_reach_nobody(upstream, far, tmp_path):
    """Not even the first of them, for a small file; and nothing is kept."""
    far.pages[f"/{BERT}/resolve/{SHA}/a.bin"] = {"x": 1}
    size = len(json.dumps({"x": 1}))
    file = UpstreamFile(BERT, "http://far", SHA, "a.bin", size, "b" * 64, "")

    with pytest.raises(DigestMismatch, match="other bytes than announced"):
        next(upstream.read(ANN, file, 0, size))

    assert not [path for path in (tmp_path / "upstream").rglob("*") if path.is_file()]


def test_the_page_of_another_hub_s_repo_shows_files_and_card(upstream, far):
    """Also where the card cannot be had."""
    page = {"sha": SHA, "id": str(BERT), "siblings": [{"rfilename": "README.md", "size": 9}, {"rfilename": "w.bin"}]}
    far.pages[f"/api/models/{BERT}/revision/{SHA}"] = page

    found = overview(upstream, BOB, BERT)

    assert (found.about.id, found.hub, found.commit) == (str(BERT), "http://far", SHA)
    assert found.files == (("README.md", 9), ("w.bin", None))
    assert found.readme == ""


def test_the_cache_stays_below_its_limit(tmp_path):
    """What was not read for longest goes; what is being read is read to its end, what is arriving stays."""
    room = Room(tmp_path, limit_bytes=300)
    places = [tmp_path / "public" / "aa" / name for name in ("old", "read", "arriving", "new")]
    for age, place in zip((40, 30, 20, 10), places, strict=True):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(b"x" * 100)
        os.utime(place, (time.time() - age, time.time() - age))
    old, read, arriving, new = places
    room.used(read)
    with old.open("rb") as reader:
        gone = room.make(lambda: [arriving])
        rest = reader.read()

    assert (gone, len(rest)) == (200, 100)
    assert (old.exists(), read.exists(), arriving.exists(), new.exists()) == (False, True, True, False)
    assert room.kept() == Kept(2, 200, 300)
    assert room.make(lambda: []) == 0


def test_the_files_of_the_cache_are_not_counted_for_everybody_who_asks(tmp_path):
    """They may be a million: whoever opens the page within some seconds is told the same."""
    time = [0.0]
    room = Room(tmp_path, limit_bytes=0, now=lambda: time[0])
    place = tmp_path / "public" / "aa" / "w"
    before = room.kept()
    place.parent.mkdir(parents=True)
    place.write_bytes(b"x" * 100)

    same = room.kept()
    time[0] = 60.0

    assert (before.files, same.files, room.kept().files) == (0, 0, 1)


def test_a_cache_without_a_limit_keeps_everything(tmp_path):
    """As it is unless somebody says otherwise."""
    place = tmp_path / "public" / "aa" / "w"
    place.parent.mkdir(parents=True)
    place.write_bytes(b"x" * 100)

    assert Room(tmp_path, limit_bytes=0).make(lambda: []) == 0
    assert place.exists()
