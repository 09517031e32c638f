"""Discussions and pull requests as the panel asks for them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tornado.httpclient import HTTPClientError

pytestmark = pytest.mark.usefixtures("jp_serverapp")
REPO = "hubcollab/api/repos/models/team/digits"


class Asker:
    """Requests with JSON both ways; a model with a branch is made before the first."""

    def __init__(self, fetch: Any) -> None:
        self._fetch = fetch
        self._is_ready = False

    async def __call__(self, method: str, path: str, body: object = None, **query: str) -> Any:
        if not self._is_ready:
            self._is_ready = True
            await self("POST", "hubcollab/api/repos/models", {"name": "team/digits"})
            await self("POST", f"{REPO}/refs", {"kind": "branch", "name": "fix"})
        given = {} if body is None else {"body": json.dumps(body)}
        reply = await self._fetch(*path.split("/"), method=method, params=query, **given)
        return json.loads(reply.body)


@pytest.fixture
def ask(jp_fetch: Any) -> Asker:
    return Asker(jp_fetch)


async def add(ask: Asker, jp_fetch: Any, text: str, branch: str) -> str:
    """Put a file on a branch; the commit."""
    import hashlib

    await ask("GET", f"{REPO}/discussions")
    content = text.encode()
    digest = hashlib.sha256(content).hexdigest()
    await jp_fetch("hubcollab", "api", "blobs", digest, method="PUT", body=content)
    put = {"path": "notes.txt", "digest": digest, "sizeBytes": len(content)}
    made = await ask("POST", f"{REPO}/commits", {"message": "m", "branch": branch, "puts": [put]})
    return str(made["id"])


async def test_a_discussion_from_the_first_word_to_the_last(ask: Asker) -> None:
    """Every change answers with the page as it is then."""
    await ask("POST", f"{REPO}/discussions", {"title": "Why?", "text": "I *wonder*."})
    page = await ask("POST", f"{REPO}/discussions/1/comments", {"text": "Because."})
    comment = page["events"][1]["id"]
    await ask("PUT", f"{REPO}/discussions/1/comments/{comment}", {"text": "Because of that."})
    await ask("PUT", f"{REPO}/discussions/1/title", {"title": "Why not?"})
    page = await ask("PUT", f"{REPO}/discussions/1/status", {"status": "closed"})

    assert page["discussion"]["title"] == "Why not?"
    assert [event["kind"] for event in page["events"]] == ["comment", "comment", "title", "status"]
    assert [one["text"] for one in page["events"][1]["history"]] == ["Because."]
    assert page["events"][3]["status"] == "closed"
    assert (page["mayChange"], page["mayMerge"], page["ref"]) == (True, False, None)
    listed = await ask("GET", f"{REPO}/discussions", status="closed")
    assert ([one["number"] for one in listed["discussions"]], listed["open"], listed["closed"]) == ([1], 0, 1)
    page = await ask("DELETE", f"{REPO}/discussions/1/comments/{comment}")
    assert (page["events"][1]["isHidden"], page["events"][1]["text"]) == (True, "")


async def test_a_branch_is_proposed_compared_and_merged(ask: Asker, jp_fetch: Any) -> None:
    """With hunks to read, and a refusal for whoever has not seen the newest commit."""
    head = await add(ask, jp_fetch, "fixed\n", "fix")

    page = await ask("POST", f"{REPO}/pulls", {"title": "Fix", "branch": "fix"})
    assert (page["ref"], page["head"], page["mayMerge"], page["conflicts"]) == ("refs/pr/1", head, True, [])
    diff = await ask("GET", f"{REPO}/discussions/1/diff")
    with pytest.raises(HTTPClientError) as refused:
        await ask("POST", f"{REPO}/discussions/1/merge", {"head": page["base"]})
    merged = await ask("POST", f"{REPO}/discussions/1/merge", {"head": head, "text": "Thanks"})

    assert [(one["path"], one["kind"]) for one in diff["files"]] == [("notes.txt", "added")]
    assert refused.value.code == 412
    assert (merged["discussion"]["status"], merged["mergeCommit"]) == ("merged", head)
    assert (await ask("GET", f"{REPO}/discussions/1/diff"))["files"] == diff["files"]


async def test_a_conflict_names_the_files(ask: Asker, jp_fetch: Any) -> None:
    """On the page, and when one merges all the same."""
    await add(ask, jp_fetch, "mine\n", "fix")
    await ask("POST", f"{REPO}/pulls", {"title": "Fix", "branch": "fix"})
    await add(ask, jp_fetch, "theirs\n", "main")

    page = await ask("GET", f"{REPO}/discussions/1")
    with pytest.raises(HTTPClientError) as refused:
        await ask("POST", f"{REPO}/discussions/1/merge", {})

    assert page["conflicts"] == ["notes.txt"]
    assert refused.value.code == 409
    assert json.loads(refused.value.response.body)["code"] == "MergeConflict"  # type: ignore[union-attr]


@pytest.mark.parametrize("number", ["0", "2", "x", "9999999999", "-1", "1.5"])
async def test_a_discussion_that_is_not_there(ask: Asker, number: str) -> None:
    """Is not found, whatever stands in the address."""
    with pytest.raises(HTTPClientError) as refused:
        await ask("GET", f"{REPO}/discussions/{number}")

    assert refused.value.code == 404


async def test_news_of_a_discussion_reach_the_panel(ask: Asker, jp_ws_fetch: Any) -> None:
    """Everybody who may read the repo hears that something happened, and by whom."""
    await ask("GET", f"{REPO}/discussions")
    socket = await jp_ws_fetch("hubcollab", "api", "events")

    await ask("POST", f"{REPO}/discussions", {"title": "Why?", "text": "x"})

    while (news := json.loads(await socket.read_message()))["type"] != "discussion":
        pass
    assert (news["repoId"], news["kind"], news["number"], news["change"]) == ("team/digits", "model", 1, "opened")
    socket.close()
