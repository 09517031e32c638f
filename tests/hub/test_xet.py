"""Files stored as chunks: what a shard may name, what is kept, who reads it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import hf_xet
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from people import ANN, BOB, Clock
from sqlalchemy import select
from xet_made import HAS_DIGEST, HAS_PROOFS, Xorb, file, shard, whole, with_term

from jupyter_hubcollab.errors import (
    AccessDenied,
    BadRequestBody,
    BlobNotFound,
    DigestMismatch,
    HubError,
    RepoNotFound,
    TooLarge,
    Unauthenticated,
)
from jupyter_hubcollab.hub.commits import Put
from jupyter_hubcollab.hub.hub import Hub, open_hub
from jupyter_hubcollab.hub.xet import Xet
from jupyter_hubcollab.hub.xet_tokens import Holder
from jupyter_hubcollab.names import Digest, FilePath, RepoId
from jupyter_hubcollab.storage.merkle import XetHash, file_hash, shown, term_hash, xorb_hash
from jupyter_hubcollab.storage.schema import uploads
from jupyter_hubcollab.storage.xorbs import Xorbs

RANDOM = Random(20260102)
ONE = Xorb([RANDOM.randbytes(RANDOM.randrange(8_000, 100_000)) for _ in range(40)])
FLOATS = Xorb([bytes([1, 2, 3, 4]) * 3000 + RANDOM.randbytes(3), b"end"], scheme=2)
BOTH = file((ONE, 3, 20), (FLOATS, 0, 2), (ONE, 0, 5))


def writer(hub: Hub, repo: RepoId) -> Holder:
    return hub.xet_tokens.holder(hub.xet_tokens.grant(ANN, repo, "main", "write"), "write")


def reader(hub: Hub, repo: RepoId) -> Holder:
    return hub.xet_tokens.holder(hub.xet_tokens.grant(ANN, repo, "main", "read"), "read")


def send(xet: Xet, *xorbs: Xorb) -> None:
    for xorb in xorbs:
        incoming = xet.incoming()
        incoming.write(xorb.body)
        xet.finish(incoming, xorb.hash)
        incoming.abort()


def add(hub: Hub, repo: RepoId, body: bytes) -> None:
    for _ in hub.xet.add(writer(hub, repo), body):
        pass


@pytest.fixture
def stored(hub: Hub, digits: RepoId) -> Digest:
    """The SHA-256 of a file that was uploaded and committed."""
    send(hub.xet, ONE, FLOATS)
    add(hub, digits, shard(BOTH))
    assert BOTH.digest is not None
    put = Put(FilePath("weights.bin"), BOTH.digest, len(BOTH.content))
    hub.commits.commit(ANN, digits, [put], message="weights")
    return BOTH.digest


def test_a_file_is_read_as_it_was_uploaded(hub: Hub, digits: RepoId, stored: Digest) -> None:
    """By its SHA-256, though its chunks lie in several xorbs."""
    assert b"".join(hub.xet.read(stored)) == BOTH.content
    assert hub.xet.size(stored) == len(BOTH.content)
    assert hub.xet.file_of(stored) == BOTH.hash
    assert hub.blobs.has(stored)


def test_a_listing_asks_for_all_its_files_at_once(hub: Hub, digits: RepoId, stored: Digest) -> None:
    """Files that are no chunks, or not here, have no Xet hash."""
    asked = [stored, stored, *(Digest(f"{number:064x}") for number in range(1200))]

    assert hub.xet.files_of(asked) == {stored: BOTH.hash}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.data())
def test_a_range_is_read_exactly(hub: Hub, digits: RepoId, data: st.DataObject) -> None:
    """From any byte up to any other; also a second time, when its edges are kept in memory."""
    if not hub.xet.has(BOTH.digest or Digest("")):
        send(hub.xet, ONE, FLOATS)
        add(hub, digits, shard(BOTH))
    start = data.draw(st.integers(0, len(BOTH.content)))
    end = data.draw(st.integers(start, len(BOTH.content)))

    for _ in range(2):
        assert b"".join(hub.xet.read(BOTH.digest or Digest(""), start, end)) == BOTH.content[start:end]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.data())
def test_a_reconstruction_holds_its_range(hub: Hub, digits: RepoId, data: st.DataObject) -> None:
    """Its sections, less the skipped bytes, begin with the range; no section could be left out."""
    if not hub.xet.has(BOTH.digest or Digest("")):
        send(hub.xet, ONE, FLOATS)
        add(hub, digits, shard(BOTH))
        hub.commits.commit(
            ANN, digits, [Put(FilePath("w.bin"), BOTH.digest or Digest(""), len(BOTH.content))], message="w"
        )
    start = data.draw(st.integers(0, len(BOTH.content) - 1))
    end = data.draw(st.integers(start + 1, len(BOTH.content)))

    plan = hub.xet.reconstruction(reader(hub, digits), BOTH.hash, start, end)

    by_hash = {ONE.hash: ONE, FLOATS.hash: FLOATS}
    content = b"".join(b"".join(by_hash[one.xorb].contents[one.start : one.end]) for one in plan.sections)
    assert content[plan.skipped :].startswith(BOTH.content[start:end])
    assert plan.skipped < len(by_hash[plan.sections[0].xorb].contents[plan.sections[0].start])


def test_what_is_fetched_of_a_xorb_never_overlaps(hub: Hub, digits: RepoId) -> None:
    """Though terms do, where content repeats; the client crashes otherwise."""
    parts = [(0, 3), (1, 4), (4, 6), (8, 10), (9, 10), (12, 13)]
    twisted = file(*[(ONE, start, end) for start, end in parts])
    send(hub.xet, ONE)
    add(hub, digits, shard(twisted))
    put = Put(FilePath("w.bin"), twisted.digest or Digest(""), len(twisted.content))
    hub.commits.commit(ANN, digits, [put], message="w")

    plan = hub.xet.reconstruction(reader(hub, digits), twisted.hash, 0, len(twisted.content))

    assert [(one.start, one.end) for one in plan.sections] == parts
    assert [(one.start, one.end) for one in plan.fetches] == [(0, 6), (8, 10), (12, 13)]


def test_what_was_acknowledged_is_there_after_a_restart(
    hub: Hub, digits: RepoId, stored: Digest, tmp_path: Path
) -> None:
    """And clients may rely on what they uploaded, as the store has kept its name."""
    again = open_hub(tmp_path, hub.database)

    assert b"".join(again.xet.read(stored)) == BOTH.content
    assert again.xet.store == hub.xet.store


def test_hf_xet_gives_a_file_of_one_chunk_the_same_hash(tmp_path: Path) -> None:
    """The client is an independent witness."""
    (tmp_path / "small").write_bytes(b"hello world")

    (told,) = hf_xet.hash_files([str(tmp_path / "small")])

    assert told.hash == whole(Xorb([b"hello world"])).hash


def test_an_empty_tree_has_a_hash_of_zeros() -> None:
    """As the reference implementation has it."""
    assert shown(file_hash(xorb_hash([]))) == "0" * 64


OTHER = XetHash("ab" * 32)
PROOFLESS = replace(BOTH, flags=HAS_DIGEST)
STRETCHED = with_term(BOTH, end=len(ONE.contents) + 1)
HOSTILE: dict[str, tuple[bytes, type[HubError]]] = {
    "nothing": (b"", BadRequestBody),
    "a text": (b"x" * 5000, BadRequestBody),
    "of another version": (shard(BOTH)[:32] + b"\x09" + shard(BOTH)[33:], BadRequestBody),
    "cut in the header": (shard(BOTH)[:40], BadRequestBody),
    "cut in a file": (shard(BOTH)[:120], BadRequestBody),
    "without an end": (shard(BOTH)[: -4 * 24 * 2], BadRequestBody),
    "a huge count": (shard(BOTH)[:84] + b"\xff\xff\xff\xff" + shard(BOTH)[88:], BadRequestBody),
    "too long": (bytes((64 << 20) + 1), TooLarge),
    "an unknown xorb": (shard(with_term(BOTH, xorb=OTHER)), BlobNotFound),
    "a term past the end": (shard(STRETCHED), BadRequestBody),
    "an empty term": (shard(with_term(BOTH, end=3)), BadRequestBody),
    "a term that runs backwards": (shard(with_term(BOTH, start=20, end=3)), BadRequestBody),
    "chunk numbers beyond all": (shard(with_term(BOTH, start=2**32 - 2, end=2**32 - 1)), BadRequestBody),
    "a wrong size": (shard(with_term(BOTH, size=BOTH.terms[0].size + 1)), BadRequestBody),
    "a wrong proof": (shard(with_term(BOTH, proof=bytes(32))), BadRequestBody),
    "the proof of other chunks": (shard(with_term(BOTH, proof=BOTH.terms[2].proof)), BadRequestBody),
    "no proofs": (shard(PROOFLESS), BadRequestBody),
    "a wrong file hash": (shard(replace(BOTH, hash=OTHER)), BadRequestBody),
    "terms in another order": (shard(replace(BOTH, terms=BOTH.terms[::-1])), BadRequestBody),
    "a wrong SHA-256": (shard(replace(BOTH, digest=Digest("ab" * 32))), DigestMismatch),
    "a file of zeros": (shard(replace(BOTH, hash=XetHash("0" * 64))), BadRequestBody),
}


@pytest.mark.parametrize(("body", "error"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_shard_that_lies_is_refused_as_a_whole(hub: Hub, digits: RepoId, body: bytes, error: type[HubError]) -> None:
    """None of its files is kept, not even those that are right."""
    send(hub.xet, ONE, FLOATS)
    good = whole(FLOATS)
    is_shard = body.startswith(b"HFRepoMetaData") and len(body) > 200
    mixed = body[:48] + shard(good)[48:-96] + body[48:] if is_shard else body

    with pytest.raises(error):
        add(hub, digits, mixed)

    assert not hub.xet.has(good.digest or Digest(""))
    assert not hub.xet.has(BOTH.digest or Digest(""))


def test_a_wrong_sha256_is_found_for_a_known_file_too(hub: Hub, digits: RepoId, stored: Digest) -> None:
    """Nobody can make another digest point to bytes that are here."""
    with pytest.raises(DigestMismatch):
        add(hub, digits, shard(replace(BOTH, digest=Digest("ab" * 32))))

    assert not hub.xet.has(Digest("ab" * 32))


def test_a_file_without_announced_sha256_is_found_by_the_true_one(hub: Hub, digits: RepoId) -> None:
    """The hub computes it anyway."""
    send(hub.xet, ONE, FLOATS)

    add(hub, digits, shard(replace(BOTH, flags=HAS_PROOFS)))

    assert b"".join(hub.xet.read(BOTH.digest or Digest(""))) == BOTH.content


def test_knowing_a_hash_is_no_proof_of_having_the_bytes(hub: Hub, digits: RepoId, stored: Digest) -> None:
    """Bob knows names of Ann's private bytes, but not their chunks: he gets nothing, and nothing is noted."""
    mine = RepoId("bob", "loot")
    hub.repos.create(BOB, mine)
    guessed = replace(BOTH, terms=[replace(one, proof=term_hash(b"guess")) for one in BOTH.terms])
    holder = hub.xet_tokens.holder(hub.xet_tokens.grant(BOB, mine, "main", "write"), "write")

    with pytest.raises(BadRequestBody):
        list(hub.xet.add(holder, shard(guessed)))
    with pytest.raises(BlobNotFound):
        hub.xet.reconstruction(holder, BOTH.hash, 0, 10)
    with hub.database.read() as connection:
        assert connection.execute(select(uploads.c.user).where(uploads.c.digest == stored)).scalars().all() == ["ann"]


def test_a_file_of_another_repo_cannot_be_downloaded_by_its_hash(hub: Hub, digits: RepoId, stored: Digest) -> None:
    """A token opens the files of its own repo only."""
    other = RepoId("team", "other")
    hub.repos.create(ANN, other)

    with pytest.raises(BlobNotFound):
        hub.xet.file_size(reader(hub, other), BOTH.hash)

    assert hub.xet.file_size(reader(hub, digits), BOTH.hash) == len(BOTH.content)


def test_a_token_ends(hub: Hub, digits: RepoId, clock: Clock) -> None:
    """After an hour it is worth nothing."""
    token = hub.xet_tokens.grant(ANN, digits, "main", "read")
    clock.forward(timedelta(hours=1))

    with pytest.raises(Unauthenticated):
        hub.xet_tokens.holder(token, "read")


def test_a_token_for_reading_does_not_write(hub: Hub, digits: RepoId) -> None:
    """Whoever made it."""
    token = hub.xet_tokens.grant(ANN, digits, "main", "read")

    with pytest.raises(AccessDenied):
        hub.xet_tokens.holder(token, "write")


def test_a_token_counts_only_as_long_as_its_maker_has_access(hub: Hub, digits: RepoId) -> None:
    """Bob's token for Ann's repo is void when she makes it private."""
    token = hub.xet_tokens.grant(BOB, digits, "main", "read")
    hub.repos.set_private(ANN, digits, private=True)

    with pytest.raises(RepoNotFound):
        hub.xet_tokens.holder(token, "read")


def test_a_seal_for_something_else_is_no_token(hub: Hub, digits: RepoId, stored: Digest) -> None:
    """A link to a range of a xorb opens nothing else."""
    plan = hub.xet.reconstruction(reader(hub, digits), BOTH.hash, 0, 10)
    seal = hub.xet_tokens.seal(plan.fetches[0])

    for token in (seal, "", "x", "a.b", "ä.ö", seal[:-1]):
        with pytest.raises(Unauthenticated):
            hub.xet_tokens.holder(token, "read")


def test_a_lost_xorb_begins_a_new_epoch(hub: Hub, digits: RepoId, stored: Digest, tmp_path: Path) -> None:
    """Clients remember for weeks what they uploaded where; under another name they upload it again."""
    before = hub.xet.store
    Xorbs(tmp_path / "blobs").remove(ONE.hash)
    with pytest.raises(BlobNotFound):
        add(hub, digits, shard(BOTH))

    send(hub.xet, ONE)
    add(hub, digits, shard(BOTH))

    assert hub.xet.store != before
    assert open_hub(tmp_path, hub.database).xet.store == hub.xet.store
    assert b"".join(hub.xet.read(stored)) == BOTH.content


def test_a_read_of_a_lost_xorb_says_so(hub: Hub, digits: RepoId, stored: Digest, tmp_path: Path) -> None:
    """Rather than give other or fewer bytes."""
    Xorbs(tmp_path / "blobs").remove(ONE.hash)

    with pytest.raises(BlobNotFound, match="gone"):
        b"".join(hub.xet.read(stored))


def test_a_shard_that_is_left_in_the_middle_keeps_nothing(hub: Hub, digits: RepoId) -> None:
    """Files appear when all are verified, or not at all."""
    send(hub.xet, ONE, FLOATS)

    first = next(hub.xet.add(writer(hub, digits), shard(BOTH, whole(FLOATS))))

    assert first.total > 0
    assert not hub.xet.has(BOTH.digest or Digest(""))


def test_a_file_beyond_the_limit_is_refused_before_it_is_read(hub: Hub, digits: RepoId, tmp_path: Path) -> None:
    """A few bytes of shard can name terabytes."""
    small = open_hub(tmp_path, hub.database, largest_file=10_000_000).xet
    send(small, ONE)
    bomb = file(*[(ONE, 0, 40)] * 10)

    with pytest.raises(TooLarge):
        next(small.add(writer(hub, digits), shard(bomb)))


def test_a_file_of_tiny_chunks_is_refused(hub: Hub, digits: RepoId) -> None:
    """A tree of billions of chunks would take hours to hash."""
    dust = Xorb([bytes([number % 256]) for number in range(2000)])
    send(hub.xet, dust)

    with pytest.raises(TooLarge):
        next(hub.xet.add(writer(hub, digits), shard(whole(dust))))
