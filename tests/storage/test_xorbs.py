"""Xorbs on disk: what is kept is complete and what it is named; nothing else is kept."""

from __future__ import annotations

import resource
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import lz4.frame
import pytest
from hypothesis import given
from hypothesis import strategies as st
from xet_made import Xorb, header, packed

from jupyter_hubcollab.errors import BadRequestBody, BlobNotFound, DigestMismatch, StorageFull, TooLarge
from jupyter_hubcollab.storage.chunks import HEADER_BYTES, LARGEST_CHUNK, chunk_header, unpacked
from jupyter_hubcollab.storage.merkle import XetHash
from jupyter_hubcollab.storage.xorbs import MOST_CHUNKS, XorbIndex, Xorbs

TWO = Xorb([b"first chunk", b"second " * 900])
ABC = lz4.frame.compress(b"abc")
LARGE = LARGEST_CHUNK + 1
BOMB = lz4.frame.compress(bytes(64 << 20))


def receive(xorbs: Xorbs, body: bytes, expected: XetHash, step: int = 1 << 20) -> XorbIndex:
    incoming = xorbs.incoming()
    try:
        for at in range(0, len(body), step):
            incoming.write(body[at : at + step])
        return incoming.finish(expected)
    finally:
        incoming.abort()


def stored(xorbs: Xorbs, hash: XetHash, size: int) -> bytes:
    """The first bytes of its file."""
    room = bytearray(size)
    with xorbs.open(hash) as file:
        file.read_into(memoryview(room), 0)
    return bytes(room)


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not say beforehand what can be read")
def test_a_xorb_is_looked_at_without_a_copy(tmp_path: Path) -> None:
    """What is seen is what would be read, also after the xorb is gone; of a file that is too short nothing is."""
    contents = [bytes([n]) * LARGEST_CHUNK for n in range(1, 100)]
    made = Xorb(contents)
    xorbs = Xorbs(tmp_path)
    receive(xorbs, made.body, made.hash)

    with xorbs.open(made.hash) as file:
        xorbs.remove(made.hash)
        views = [file.view(at, at + 1_000_000) for at in range(0, len(made.body) - 1_000_000, 1_000_000)]
        beyond = file.view(len(made.body) - 10, len(made.body) + 10)

    assert b"".join(one for one in views if one is not None) == made.body[: 1_000_000 * len(views)]
    assert None not in views
    assert beyond is None


@pytest.mark.parametrize("scheme", [0, 1, 2])
@pytest.mark.parametrize("step", [1, 7, 1 << 20])
def test_a_xorb_is_kept_as_it_came(tmp_path: Path, scheme: int, step: int) -> None:
    """However it is compressed, and in whatever pieces it arrives."""
    made = Xorb([b"first chunk", b"second " * 99, b"odd"], scheme)
    xorbs = Xorbs(tmp_path)

    index = receive(xorbs, made.body, made.hash, step)

    assert stored(xorbs, made.hash, len(made.body)) == made.body
    assert list(index.sizes) == [len(content) for content in made.contents]
    assert index.span(1, 2) == (len(packed(made.contents[0], scheme)), index.ends[1])


def test_a_footer_is_not_kept(tmp_path: Path) -> None:
    """Clients may append one; chunks end before it."""
    xorbs = Xorbs(tmp_path)

    index = receive(xorbs, TWO.body + b"XETBLOB" + bytes(500), TWO.hash, 64)

    assert index.ends[-1] == len(TWO.body)
    with pytest.raises(BlobNotFound):
        stored(xorbs, TWO.hash, len(TWO.body) + 1)


def test_the_index_survives_its_packed_form() -> None:
    """As the SQL index keeps it."""
    index = XorbIndex.unpacked(XorbIndex.unpacked(_index(5).packed()).packed())

    assert index == _index(5)
    assert [index.at(offset) for offset in (0, 9, 10, 49)] == [0, 0, 1, 4]


def _index(count: int) -> XorbIndex:
    from array import array

    return XorbIndex(array("I", range(18, 18 * count + 1, 18)), array("I", [10] * count), bytes(range(32)) * count)


HOSTILE = {
    "nothing": (b"", BadRequestBody),
    "cut in a header": (TWO.body[:3], BadRequestBody),
    "cut in a chunk": (TWO.body[:-1], BadRequestBody),
    "other chunks": (Xorb([b"other"]).body, DigestMismatch),
    "chunks in another order": (Xorb(TWO.contents[::-1]).body, DigestMismatch),
    "only a footer": (b"XETBLOB" + bytes(100), BadRequestBody),
    "an unknown version": (header(5, 0, 5, version=1) + b"hello", BadRequestBody),
    "an unknown compression": (header(5, 3, 5) + b"hello", BadRequestBody),
    "an empty chunk": (header(0, 0, 0), BadRequestBody),
    "as it is, but of another length": (header(5, 0, 6) + b"hello", BadRequestBody),
    "a chunk that is too large": (header(LARGE, 0, LARGE) + bytes(LARGE), BadRequestBody),
    "a chunk that announces too much": (header(40, 1, LARGEST_CHUNK + 1) + bytes(40), BadRequestBody),
    "a chunk that is packed too large": (header((1 << 24) - 1, 1, 10) + bytes(500), BadRequestBody),
    "no LZ4": (header(5, 1, 5) + b"hello", BadRequestBody),
    "LZ4 that is cut off": (header(20, 1, 900) + lz4.frame.compress(bytes(900))[:20], BadRequestBody),
    "LZ4 that swells": (header(128 << 10, 1, 100) + BOMB[: 128 << 10], BadRequestBody),
    "LZ4 that is shorter": (header(len(ABC), 1, 9) + ABC, BadRequestBody),
    "LZ4 with more behind it": (header(len(ABC) + 1, 1, 3) + ABC + b"x", BadRequestBody),
    "a text": (b"GET / HTTP/1.1\r\n" * 40, BadRequestBody),
    "too many chunks": (packed(b"x") * (MOST_CHUNKS + 1), TooLarge),
    "too many bytes": (packed(bytes(LARGEST_CHUNK)) * 529, TooLarge),
}  # fmt: skip


@pytest.mark.parametrize(("body", "error"), HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_no_such_xorb_leaves_nothing(tmp_path: Path, body: bytes, error: type[Exception]) -> None:
    """It is refused by name, and no file stays behind."""
    xorbs = Xorbs(tmp_path)

    with pytest.raises(error):
        receive(xorbs, body, TWO.hash)

    assert not xorbs.has(TWO.hash)
    assert files(tmp_path) == []


def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    """It is said in words, and what was written goes away."""
    xorbs = Xorbs(tmp_path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(StorageFull):
            receive(xorbs, TWO.body, TWO.hash)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert files(tmp_path) == []


def test_what_a_killed_server_left_goes_away(tmp_path: Path) -> None:
    """A day later; until then it may be an upload that another process receives."""
    Xorbs(tmp_path).scratch().write_bytes(TWO.body[:100])

    Xorbs(tmp_path, lambda: datetime.now(UTC) + timedelta(hours=23))
    assert len(files(tmp_path)) == 1
    Xorbs(tmp_path, lambda: datetime.now(UTC) + timedelta(hours=25))

    assert files(tmp_path) == []


def test_a_xorb_may_come_again(tmp_path: Path) -> None:
    """There is one, and it is whole."""
    xorbs = Xorbs(tmp_path)
    receive(xorbs, TWO.body, TWO.hash)
    before = [path.read_bytes() for path in files(tmp_path)]

    receive(xorbs, TWO.body, TWO.hash)

    assert [path.read_bytes() for path in files(tmp_path)] == before


def test_the_folder_keeps_its_name(tmp_path: Path) -> None:
    """Until it is emptied."""
    name = Xorbs(tmp_path / "one").identity()

    assert Xorbs(tmp_path / "one").identity() == name
    assert Xorbs(tmp_path / "two").identity() != name


@given(st.binary(min_size=1, max_size=2000), st.sampled_from([0, 1, 2]))
def test_a_chunk_unpacks_to_its_content(content: bytes, scheme: int) -> None:
    """Of any length, in each way of packing."""
    chunk = packed(content, scheme)

    assert unpacked(chunk_header(chunk[:HEADER_BYTES]), chunk[HEADER_BYTES:]) == content


@given(st.binary(max_size=300))
def test_noise_is_refused_in_words(noise: bytes) -> None:
    """Whatever follows a header, only our own errors come out."""
    for scheme in (1, 2):
        try:
            unpacked(chunk_header(header(max(len(noise), 1), scheme, 100)), noise)
        except BadRequestBody:
            continue
