"""Which chunks somebody need not send, and of which they learn nothing."""

from __future__ import annotations

import struct
from itertools import count
from random import Random

import pytest
from blake3 import blake3
from people import ANN, BOB
from sqlalchemy import delete, select
from xet_made import MAGIC, File, Xorb, file, shard

from jupyter_hubcollab.access import Actor
from jupyter_hubcollab.hub.commits import Put
from jupyter_hubcollab.hub.hub import Hub
from jupyter_hubcollab.names import FilePath, RepoId
from jupyter_hubcollab.storage.merkle import XetHash, chunk_hash, shown
from jupyter_hubcollab.storage.schema import xet_chunks

RANDOM = Random(20260105)
CONTENTS = [RANDOM.randbytes(9_000) for _ in range(30)]
ASKED_FOR = next(
    content
    for content in (b"%d" % number * 2000 for number in count())
    if int.from_bytes(chunk_hash(content)[24:], "little") % 1024 == 0
)
XORB = Xorb([*CONTENTS[:12], ASKED_FOR, *CONTENTS[12:]])
FILE = file((XORB, 5, 20))
OURS = RepoId("ann", "ours")


def name(content: bytes) -> XetHash:
    return shown(chunk_hash(content))


def send(hub: Hub, actor: Actor, repo: RepoId, sent: File = FILE, xorb: Xorb = XORB) -> int:
    """Upload a file and commit it; how many of its bytes the hub had to read for that."""
    incoming = hub.xet.incoming()
    incoming.write(xorb.body)
    hub.xet.finish(incoming, xorb.hash)
    incoming.abort()
    holder = hub.xet_tokens.holder(hub.xet_tokens.grant(actor, repo, "main", "write"), "write")
    steps = list(hub.xet.add(holder, shard(sent)))
    assert sent.digest is not None
    hub.commits.commit(actor, repo, [Put(FilePath("w.bin"), sent.digest, len(sent.content))], message="weights")
    return steps[0].total


@pytest.fixture
def ours(hub: Hub) -> RepoId:
    """A private model of Ann's with a file."""
    hub.repos.create(ANN, OURS, private=True)
    send(hub, ANN, OURS)
    return OURS


def told(answer: bytes) -> list[tuple[bytes, int]]:
    """The chunks of the only xorb in a shard: keyed hashes and sizes."""
    xorb, _, number, _, _ = struct.unpack_from("<32s4I", answer, 96)
    assert answer.startswith(MAGIC)
    assert shown(xorb) == XORB.hash
    rows = (struct.unpack_from("<32s4I", answer, 144 + 48 * at) for at in range(number))
    return [(row[0], row[2]) for row in rows]


def test_the_chunks_of_the_file_are_told_and_no_others(hub: Hub, ours: RepoId) -> None:
    """Others in the same xorb are blank; hashes are keyed, with the key at the end."""
    answer = hub.sharing.around(ANN, name(CONTENTS[5]))

    assert answer is not None
    key = answer[-200 + 72 : -200 + 104]
    own = [(blake3(chunk_hash(one), key=key).digest(), len(one)) for one in XORB.contents[5:20]]
    assert told(answer) == [(bytes(32), 0)] * 5 + own


def test_a_chunk_within_a_file_is_found(hub: Hub, ours: RepoId) -> None:
    """If its hash is one of those that clients ask for; they ask for no others but the first."""
    assert hub.sharing.around(ANN, name(ASKED_FOR)) is not None
    assert hub.sharing.around(ANN, name(CONTENTS[6])) is None


def test_of_files_that_one_may_not_read_nothing_is_told(hub: Hub, ours: RepoId) -> None:
    """Neither of private ones, nor of those behind a gate, until one is let in."""
    asked = name(CONTENTS[5])
    assert hub.sharing.around(BOB, asked) is None

    hub.repos.set_private(ANN, ours, False)
    hub.repos.set_gated(ANN, ours, "manual")
    assert hub.sharing.around(BOB, asked) is None

    hub.gates.ask(BOB, ours)
    hub.gates.decide(ANN, ours, "bob", "accepted")
    assert hub.sharing.around(BOB, asked) is not None


def test_two_people_have_two_keys(hub: Hub, ours: RepoId) -> None:
    """What one was told says nothing to the other; the same person is always told the same."""
    hub.repos.set_private(ANN, ours, False)

    ann, bob = hub.sharing.around(ANN, name(ASKED_FOR)), hub.sharing.around(BOB, name(ASKED_FOR))

    assert ann is not None
    assert bob is not None
    assert ann == hub.sharing.around(ANN, name(CONTENTS[5]))
    assert {hashed for hashed, size in told(ann) if size}.isdisjoint(hashed for hashed, _ in told(bob))


def test_a_readable_file_is_found_among_many_that_are_not(hub: Hub, ours: RepoId) -> None:
    """Of many that begin alike the newest and the oldest are looked at."""
    hub.repos.set_private(ANN, ours, False)
    hub.repos.create(BOB, RepoId("bob", "many"), private=True)
    for number in range(40):
        other = Xorb([CONTENTS[5], b"%d" % number * 3000])
        send(hub, BOB, RepoId("bob", "many"), file((other, 0, 2)), other)

    assert hub.sharing.around(ANN, name(CONTENTS[5])) is not None


def test_nobody_learns_by_the_work_that_others_have_a_file(hub: Hub, ours: RepoId) -> None:
    """Sent by who may not read it, it is read again; sent by who may, it is not."""
    hub.repos.create(BOB, RepoId("bob", "his"))
    hub.repos.create(ANN, RepoId("ann", "more"))

    assert send(hub, BOB, RepoId("bob", "his")) == len(FILE.content)
    assert send(hub, ANN, RepoId("ann", "more")) == 0


def test_what_was_deleted_is_not_told(hub: Hub, ours: RepoId) -> None:
    """A file that no repo has any more is nobody's to read."""
    hub.repos.delete(ANN, ours)

    assert hub.sharing.around(ANN, name(CONTENTS[5])) is None


def test_reindex_finds_the_chunks_again(hub: Hub, ours: RepoId) -> None:
    """Also of files that came before anybody could ask for them; each once."""
    with hub.database.write() as connection:
        connection.execute(delete(xet_chunks))

    for _ in range(2):
        list(hub.upkeep.reindex())

    assert hub.sharing.around(ANN, name(ASKED_FOR)) is not None
    with hub.database.read() as connection:
        assert connection.execute(select(xet_chunks.c.position).order_by(xet_chunks.c.position)).scalars().all() == [
            0,
            7,
        ]
