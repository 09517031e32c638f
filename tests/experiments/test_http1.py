"""The small HTTP client: bodies both ways, kept connections, and servers that misbehave."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

import pytest

from jupyter_hubcollab.experiments.http1 import Answer, BadAnswer, Server

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def talking(talk: Talk) -> AsyncIterator[tuple[Server, list[int]]]:
    """A client of a server that does *talk* on each connection, and the connections that it has seen."""
    seen: list[int] = []
    serving: list[asyncio.Task[None] | None] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(len(seen))
        serving.append(asyncio.current_task())
        try:
            await talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    client = Server(urlsplit(f"http://127.0.0.1:{port}"))
    try:
        yield client, seen
    finally:
        client.close()
        listening.close()
        await asyncio.gather(*filter(None, serving))  # a connection that is left over would be a later test's warning


def saying(answer: bytes, *, times: int = 10) -> Talk:
    """Give the same answer to each request without a body."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(times):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
            await writer.drain()

    return talk


async def body_of(answer: Answer) -> bytes:
    try:
        return b"".join([piece async for piece in answer.chunks()])
    finally:
        answer.close()


@pytest.mark.parametrize(
    ("answer", "status", "body"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, b"hello"),
        (
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n3;x=y\r\n mm\r\n0\r\n\r\n",
            200,
            b"hello mm",
        ),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-Sum: 1\r\n\r\n", 200, b"a"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", 204, b""),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n", 304, b""),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n", 404, b""),
        (b"HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", 200, b""),
    ],
)
async def test_every_form_of_answer_is_read_whole(answer: bytes, status: int, body: bytes) -> None:
    """And the connection serves the next request, which gets the same."""
    async with talking(saying(answer)) as (client, seen):
        first = await client.send("GET", "/", [], b"")
        assert (first.status, await body_of(first)) == (status, body)

        second = await client.send("GET", "/", [], b"")
        assert (second.status, await body_of(second)) == (status, body)

    assert seen == [0]


async def test_an_answer_without_length_ends_with_the_connection() -> None:
    """As HTTP/1.0 has it."""
    async with talking(saying(b"HTTP/1.0 200 OK\r\n\r\nall of it", times=1)) as (client, _):
        answer = await client.send("GET", "/", [], b"")

        assert await body_of(answer) == b"all of it"


async def test_an_answer_that_was_not_read_costs_its_connection() -> None:
    """What is left of it would be taken for the next answer."""
    async with talking(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")) as (client, seen):
        (await client.send("GET", "/", [], b"")).close()
        answer = await client.send("GET", "/", [], b"")

        assert await body_of(answer) == b"hello"

    assert seen == [0, 1]


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 200 OK\r\n", b"nonsense\r\n\r\n", b"HTTP/1.1 x OK\r\n\r\n", b"\x16\x03\x01\r\n\r\n"]
)
async def test_what_is_not_http_is_refused(answer: bytes) -> None:
    """A server that dies or talks something else."""
    async with talking(saying(answer, times=1)) as (client, _):
        with pytest.raises(OSError, match=r"answer|HTTP|HTTP/1\.1"):
            await client.send("GET", "/", [], b"")


async def test_an_answer_that_ends_early_is_no_answer() -> None:
    """Half an artifact is not passed on as a whole one."""
    async with talking(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello", times=1)) as (client, _):
        answer = await client.send("GET", "/", [], b"")

        with pytest.raises(BadAnswer):
            await body_of(answer)


@pytest.mark.parametrize("announced", [True, False])
async def test_a_body_is_streamed_to_a_slow_reader(announced: bool) -> None:
    """With its length announced or in chunks; the sender waits for the reader."""
    pieces = [bytes([n]) * 300_000 for n in range(20)]
    taken: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        while not announced and (size := int((await reader.readuntil(b"\r\n")), 16)):
            taken.append(await reader.readexactly(size))
            await reader.readexactly(2)
        if announced:
            assert b"Content-Length: 6000000" in head
            taken.append(await reader.readexactly(6_000_000))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()

    async def body() -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece

    async with talking(talk) as (client, _):
        answer = await client.send("PUT", "/x", [("Content-Length", "6000000")] if announced else [], body())
        answer.close()

    assert answer.status == 200
    assert b"".join(taken) == b"".join(pieces)


async def test_nobody_there_is_told_apart_from_somebody_who_left() -> None:
    """Only what was not sent may be sent again."""
    async with talking(saying(b"")) as (client, _):
        pass

    with pytest.raises(ConnectionRefusedError):
        await client.send("GET", "/", [], b"")
