"""The Xet protocol, by its own client and by hand."""

from __future__ import annotations

import http.client
import json
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

import live
import pytest
from huggingface_hub import CommitOperationAdd, HfApi
from xet_made import Xorb, file, shard, whole, with_term

from jupyter_hubcollab.names import Digest
from jupyter_hubcollab.storage.chunks import HEADER_BYTES, chunk_header, unpacked
from jupyter_hubcollab.storage.merkle import XetHash

RANDOM = Random(20260103)
ONE = Xorb([RANDOM.randbytes(RANDOM.randrange(8_000, 100_000)) for _ in range(12)], scheme=1)
TWO = Xorb([RANDOM.randbytes(20_000) for _ in range(3)])
BOTH = file((ONE, 2, 9), (TWO, 0, 3), (ONE, 4, 11), (ONE, 0, 1))


@pytest.fixture(scope="module")
def api(server: live.Live, tmp_path_factory: pytest.TempPathFactory) -> Iterator[HfApi]:
    """Ann's unmodified client, with caches of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_HOME", str(tmp_path_factory.mktemp("hf")))
        patch.setenv("HF_HUB_DISABLE_PROGRESS_BARS", "1")
        api = HfApi(endpoint=server.endpoint, token=live.TOKEN)
        api.create_repo("xet/other")
        yield api


@pytest.fixture(scope="module")
def bob(server: live.Live) -> str:
    return server.hub_token("bob")


@dataclass
class Cas:
    """A store of chunks, and a token for it."""

    url: str
    token: str

    def call(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Any:
        return live.call(method, f"{self.url}/{path}", self.token, body, **headers)


def cas(server: live.Live, repo: str, access: str, token: str = live.TOKEN) -> Cas:
    _, _, body = live.call("GET", f"{server.endpoint}/api/models/{repo}/xet-{access}-token/main", token)
    told = json.loads(body)
    return Cas(told["casUrl"], told["accessToken"])


def send(store: Cas, *xorbs: Xorb) -> None:
    for xorb in xorbs:
        status, _, _ = store.call("POST", f"v1/xorbs/default/{xorb.hash}", xorb.body)
        assert status == 200


@pytest.fixture(scope="module")
def writing(server: live.Live, api: HfApi) -> Cas:
    """A token for writing, and xorbs that were uploaded with it."""
    api.create_repo("xet/made")
    store = cas(server, "xet/made", "write")
    send(store, ONE, TWO)
    return store


@pytest.fixture(scope="module")
def reading(server: live.Live, writing: Cas) -> Cas:
    """A token for reading, and a file that was uploaded and committed."""
    status, _, _ = writing.call("POST", "v1/shards", shard(BOTH))
    assert status == 200
    lines = [
        {"key": "header", "value": {"summary": "made by hand"}},
        {"key": "lfsFile", "value": {"path": "w.bin", "algo": "sha256", "oid": BOTH.digest, "size": len(BOTH.content)}},
    ]
    body = "\n".join(json.dumps(line) for line in lines).encode()
    url = f"{server.endpoint}/api/models/xet/made/commit/main"
    status, _, _ = live.call("POST", url, body=body, Content_Type="application/x-ndjson")
    assert status == 200
    return cas(server, "xet/made", "read")


CONTENTS = {
    "one chunk": RANDOM.randbytes(5_000),
    "text": b"".join(b"line %d of a long text\n" % number for number in range(200_000)),
    "floats": b"".join(int(RANDOM.gauss(1e9, 1e6)).to_bytes(4, "little") for _ in range(500_000)),
    "zeros": bytes(3_000_000),
    "random": RANDOM.randbytes(70_000_000),
}


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS.keys())
def test_the_client_downloads_what_it_uploaded(api: HfApi, tmp_path: Path, content: bytes) -> None:
    """Of each kind that it compresses in its own way, in one xorb and in several."""
    repo = f"xet/round-{len(content)}"
    api.create_repo(repo)
    api.upload_file(path_or_fileobj=content, path_in_repo="w.bin", repo_id=repo)

    path = api.hf_hub_download(repo, "w.bin", local_dir=tmp_path)

    assert Path(path).read_bytes() == content
    (entry,) = api.get_paths_info(repo, "w.bin")
    assert entry.xet_hash  # type: ignore[union-attr]


def test_a_folder_comes_back_whole(api: HfApi, tmp_path: Path) -> None:
    """Small and large files, empty ones and equal ones, in one commit."""
    made = {f"part/{number}.bin": RANDOM.randbytes(number * 9_000) for number in range(12)}
    made |= {"copy.bin": made["part/9.bin"], "empty.txt": b"", "README.md": b"---\nlicense: mit\n---\n# hello\n"}
    api.create_repo("xet/folder")
    additions = [CommitOperationAdd(path, content) for path, content in made.items()]
    api.create_commit("xet/folder", additions, commit_message="all")

    folder = Path(api.snapshot_download("xet/folder", local_dir=tmp_path / "got"))

    assert {name: (folder / name).read_bytes() for name in made} == made


def test_an_edited_file_sends_only_what_changed(api: HfApi, server: live.Live) -> None:
    """A second version of which a tenth is new takes less than 15 % of the space."""
    content = bytearray(RANDOM.randbytes(40_000_000))
    api.create_repo("xet/edited")
    before = stored(server)
    api.upload_file(path_or_fileobj=bytes(content), path_in_repo="w.bin", repo_id="xet/edited")
    first = stored(server) - before
    content[10_000_000:14_000_000] = RANDOM.randbytes(4_000_000)

    api.upload_file(path_or_fileobj=bytes(content), path_in_repo="w.bin", repo_id="xet/edited")

    assert stored(server) - before - first < 0.15 * first


def stored(server: live.Live) -> int:
    """Bytes of all xorbs."""
    return sum(path.stat().st_size for path in (server.folder / "blobs/xorbs").rglob("*") if path.is_file())


def test_a_pull_request_can_be_opened_with_a_large_file(api: HfApi) -> None:
    """The client then asks for a token of a revision that is not there yet."""
    url = f"{api.endpoint}/api/models/xet/other/xet-write-token/None?create_pr=1"

    status, _, _ = live.call("GET", url)

    assert status == 200


def test_a_range_is_read_without_the_client(api: HfApi, server: live.Live, reading: Cas) -> None:
    """Browsers and curl get a file in chunks as they get any other."""
    url = f"{server.endpoint}/xet/made/resolve/main/w.bin"

    status, headers, body = live.call("GET", url, Range="bytes=100000-299999")

    assert (status, body) == (206, BOTH.content[100_000:300_000])
    assert headers["X-Xet-Hash"] == BOTH.hash


def test_a_token_tells_where_and_until_when(server: live.Live, api: HfApi) -> None:
    """In the body and in headers, as clients read either."""
    status, headers, body = live.call("GET", f"{server.endpoint}/api/models/xet/other/xet-read-token/main")

    told = json.loads(body)
    assert status == 200
    assert headers["X-Xet-Cas-Url"] == told["casUrl"]
    assert headers["X-Xet-Access-Token"] == told["accessToken"]
    assert headers["X-Xet-Token-Expiration"] == str(told["exp"])
    assert told["casUrl"].startswith(server.endpoint + "/cas/")


def test_no_token_for_what_one_may_not_see(server: live.Live, api: HfApi, bob: str) -> None:
    """A private repo is not there; an unknown revision is not there; reading is no writing."""
    api.create_repo("xet/private", private=True)
    reader = server.hub_token("ann", "read")

    def status(path: str, token: str | None) -> int:
        return int(live.call("GET", f"{server.endpoint}/api/models/xet/{path}", token)[0])

    assert status("private/xet-read-token/main", bob) == 404
    assert status("private/xet-write-token/main", bob) == 404
    assert status("other/xet-read-token/nope", live.TOKEN) == 404
    assert status("other/xet-write-token/main", reader) == 403
    assert status("other/xet-read-token/main", None) == 401


def test_only_xet_tokens_open_the_store(server: live.Live, reading: Cas, writing: Cas) -> None:
    """No login counts there, and a token for reading does not write."""
    path = f"v1/xorbs/default/{ONE.hash}"
    forged = reading.token[:-2] + ("AA" if not reading.token.endswith("AA") else "BB")

    def status(token: str | None) -> int:
        return int(live.call("POST", f"{writing.url}/{path}", token, ONE.body)[0])

    assert [status(token) for token in (None, live.TOKEN, server.hub_token("ann"), forged, "")] == [401] * 5
    assert status(reading.token) == 403


def test_a_token_of_another_repo_opens_nothing(server: live.Live, reading: Cas) -> None:
    """Knowing the hash of a file is no right to it."""
    foreign = cas(server, "xet/other", "read")

    for version in ("v1", "v2"):
        assert foreign.call("GET", f"{version}/reconstructions/{BOTH.hash}")[0] == 404
        assert reading.call("GET", f"{version}/reconstructions/{BOTH.hash}")[0] == 200


@pytest.mark.parametrize(
    "asked", [(0, 10), (150_000, 250_000), (0, len(BOTH.content)), (len(BOTH.content) - 1, 1 << 40)]
)
def test_a_reconstruction_leads_to_the_bytes(reading: Cas, asked: tuple[int, int]) -> None:
    """Both versions say the same, and their links need no login."""
    start, end = asked
    plans = [
        json.loads(reading.call("GET", f"{version}/reconstructions/{BOTH.hash}", Range=f"bytes={start}-{end - 1}")[2])
        for version in ("v1", "v2")
    ]

    assert plans[0]["terms"] == plans[1]["terms"]
    assert _fetched(plans[0], "fetch_info")[: end - start] == BOTH.content[start:end]
    assert _fetched(plans[1], "xorbs")[:end - start] == BOTH.content[start:end]  # fmt: skip


def _fetched(plan: dict[str, Any], name: str) -> bytes:
    """What a client makes of a plan."""
    out = b""
    for term in plan["terms"]:
        (one,) = [one for one in plan[name][term["hash"]] if _holds(_chunks(one), term["range"])]
        where = one["url_range"] if name == "fetch_info" else one["ranges"][0]["bytes"]
        status, _, packed = live.call("GET", one["url"], None, Range=f"bytes={where['start']}-{where['end']}")
        assert status == 206
        begin = term["range"]["start"] - _chunks(one)["start"]
        out += b"".join(_decoded(packed)[begin:][: term["range"]["end"] - term["range"]["start"]])
    return out[plan["offset_into_first_range"] :]


def _decoded(packed: bytes) -> list[bytes]:
    contents = []
    while packed:
        header = chunk_header(packed[:HEADER_BYTES])
        contents.append(unpacked(header, packed[HEADER_BYTES : HEADER_BYTES + header.packed]))
        packed = packed[HEADER_BYTES + header.packed :]
    return contents


def _chunks(one: dict[str, Any]) -> dict[str, int]:
    return dict(one.get("range") or one["ranges"][0]["chunks"])


def _holds(outer: dict[str, int], inner: dict[str, int]) -> bool:
    return outer["start"] <= inner["start"] and inner["end"] <= outer["end"]


def test_clients_of_2025_leave_out_the_version(writing: Cas, reading: Cas) -> None:
    """And mean the first: hf_xet 1.1 with huggingface_hub 0.34."""
    assert writing.call("POST", f"xorbs/default/{ONE.hash}", ONE.body)[0] == 200
    assert json.loads(writing.call("POST", "shards", shard(BOTH))[2]) == {"result": 1}
    assert "fetch_info" in json.loads(reading.call("GET", f"reconstructions/{BOTH.hash}")[2])
    assert writing.call("GET", f"chunks/default/{ONE.hash}")[0] == 404


def test_a_range_past_the_end_is_not_satisfiable(reading: Cas) -> None:
    """The client takes that for the end of the file."""
    status, headers, _ = reading.call("GET", f"v2/reconstructions/{BOTH.hash}", Range=f"bytes={len(BOTH.content)}-")

    assert status == 416
    assert headers["Content-Range"] == f"bytes */{len(BOTH.content)}"


def test_a_link_opens_its_own_bytes_only(reading: Cas) -> None:
    """Other chunks of the same xorb may be of another repo."""
    plan = json.loads(reading.call("GET", f"v1/reconstructions/{BOTH.hash}")[2])
    one = plan["fetch_info"][ONE.hash][-1]
    first, last, url = one["url_range"]["start"], one["url_range"]["end"], one["url"]

    def status(url: str, span: str) -> int:
        return int(live.call("GET", url, None, Range=f"bytes={span}")[0])

    assert status(url, f"{first}-{last}") == 206
    assert status(url, f"{first - 1}-{last}") == 403
    assert status(url, f"0-{first}") == 403
    assert status(url, f"{last + 1}-{last + 9}") == 403
    assert status(url[:-3], f"{first}-{last}") == 403
    assert len(live.call("GET", url, None, Range=f"bytes={first}-{last + 5000}")[2]) == last + 1 - first


XORBS: dict[str, tuple[bytes, int]] = {
    "empty": (b"", 400),
    "cut off": (ONE.body[:-7], 400),
    "of another hash": (TWO.body, 400),
    "no xorb": (b"<html>" * 100, 400),
    "damaged inside": (ONE.body[:4000] + b"\x00\xff" + ONE.body[4002:], 400),
}


@pytest.mark.parametrize(("body", "status"), XORBS.values(), ids=XORBS.keys())
def test_a_bad_xorb_is_refused(writing: Cas, body: bytes, status: int) -> None:
    """With a status that makes the client stop, not try again."""
    assert writing.call("POST", f"v1/xorbs/default/{ONE.hash}", body)[0] == status


def test_a_xorb_that_announces_too_much_is_refused_before_it_is_sent(writing: Cas) -> None:
    """Nobody sends a gigabyte to hear no."""
    parts = urlsplit(writing.url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=60)
    connection.putrequest("POST", f"{parts.path}/v1/xorbs/default/{ONE.hash}")
    connection.putheader("Authorization", f"Bearer {writing.token}")
    connection.putheader("Content-Length", str(1 << 30))
    connection.endheaders()

    assert connection.getresponse().status == 413
    connection.close()


def test_clients_that_go_away_in_the_middle_block_nobody(writing: Cas) -> None:
    """More of them than may upload at once: whoever comes next is served."""
    parts = urlsplit(writing.url)
    for _ in range(20):
        connection = http.client.HTTPConnection(parts.netloc, timeout=60)
        connection.putrequest("POST", f"{parts.path}/v1/xorbs/default/{ONE.hash}")
        connection.putheader("Authorization", f"Bearer {writing.token}")
        connection.putheader("Content-Length", str(len(ONE.body)))
        connection.endheaders()
        connection.send(ONE.body[: len(ONE.body) // 2])
        connection.close()

    status, _, _ = writing.call("POST", f"v1/xorbs/default/{ONE.hash}", ONE.body)

    assert status == 200


SHARDS: dict[str, tuple[bytes, int]] = {
    "empty": (b"", 400),
    "no shard": (b"x" * 1000, 400),
    "an unknown xorb": (shard(with_term(BOTH, xorb=XetHash("ab" * 32))), 404),
    "a term past the end": (shard(with_term(BOTH, end=4000)), 400),
    "a wrong proof": (shard(with_term(BOTH, proof=bytes(32))), 400),
    "a wrong file hash": (shard(replace(BOTH, hash=XetHash("ab" * 32))), 400),
}


@pytest.mark.parametrize("version", ["", "v1/", "v2/"])
@pytest.mark.parametrize(("body", "status"), SHARDS.values(), ids=SHARDS.keys())
def test_a_bad_shard_is_refused(writing: Cas, version: str, body: bytes, status: int) -> None:
    """Before anything is decoded."""
    assert writing.call("POST", f"{version}shards", body)[0] == status


def test_a_shard_with_a_wrong_sha256_is_refused_in_both_versions(writing: Cas) -> None:
    """In the second, the status is sent before that is found out; its last line says it."""
    lying = shard(replace(whole(TWO), digest=Digest("ab" * 32)))

    status, _, _ = writing.call("POST", "v1/shards", lying)
    status_2, _, body = writing.call("POST", "v2/shards", lying)

    assert (status, status_2) == (400, 200)
    last = json.loads(body.splitlines()[-1])
    assert last["type"] == "error"
    assert last["retryable"] is False


def test_what_is_optional_is_politely_absent(writing: Cas) -> None:
    """Clients do without grants and global deduplication."""
    assert writing.call("POST", f"v1/xorb-grants/default/{ONE.hash}", b"{}")[0] == 404
    assert writing.call("GET", f"v1/chunks/default/{ONE.hash}")[0] == 404
    assert writing.call("POST", "v1/telemetry", b"{}")[0] == 200


def test_an_upload_goes_on_after_the_server_was_killed(tmp_path: Path) -> None:
    """What was acknowledged is there: xorbs, tokens and, in the end, the file."""
    server = live.start(tmp_path)
    HfApi(endpoint=server.endpoint, token=live.TOKEN).create_repo("xet/killed")
    before = cas(server, "xet/killed", "write")
    send(before, ONE)
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait()

    server = live.start(tmp_path)
    try:
        again = Cas(cas(server, "xet/killed", "write").url, before.token)
        send(again, TWO)
        status, _, body = again.call("POST", "v2/shards", shard(BOTH))
    finally:
        server.stop()

    assert status == 200
    assert json.loads(body.splitlines()[-1]) == {"type": "result"}
    assert again.url.rpartition("/")[2] == before.url.rpartition("/")[2]


def test_a_large_upload_needs_little_memory(api: HfApi, server: live.Live, tmp_path: Path) -> None:
    """The server holds a few megabytes of it at a time."""
    (tmp_path / "large.bin").write_bytes(RANDOM.randbytes(150_000_000))
    api.create_repo("xet/large")
    server.forget_peak()
    before = server.memory()

    api.upload_file(path_or_fileobj=tmp_path / "large.bin", path_in_repo="large.bin", repo_id="xet/large")

    assert server.memory("VmHWM") - before < 100_000_000
