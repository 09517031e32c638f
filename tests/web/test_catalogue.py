"""Search for programs and for people who come back: kinds, filters, comparison, saved searches, other hubs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from tornado.httpclient import HTTPClientError

from jupyter_hubcollab import wire
from jupyter_hubcollab.access import Actor
from jupyter_hubcollab.catalogue.meaning import NOTHING
from jupyter_hubcollab.names import RepoKind, file_path, repo_id

ANN, BOB = Actor("ann", "Ann"), Actor("bob", "Bob")
CARD = """---
license: mit
pipeline_tag: text-classification
language: de
---

Tells whether a German review of a film is glad or sad.
"""
DATA = """---
license: cc-by-4.0
task_categories: [text-classification]
language: [de]
---

Ten thousand German reviews of films, glad and sad.
"""
SPACE = "---\nsdk: gradio\ntitle: Moods\n---\n\nTry the moods of German reviews in a browser.\n"


@pytest.fixture
def jp_server_config() -> dict[str, Any]:
    """A hub that asks no other hub."""
    return {"ServerApp": {"jpserver_extensions": {"jupyter_hubcollab": True}}, "HubCollab": {"offline": True}}


@pytest.fixture
def hub(jp_serverapp: Any, jp_asyncio_loop: Any) -> Any:
    """The services of the server, its index open."""
    services = jp_asyncio_loop.run_until_complete(jp_serverapp.web_app.settings["hubcollab_services"].ready())
    services.search.index()
    return services


@pytest.fixture
def make(hub: Any) -> Callable[..., Any]:
    """Makes a repo of Ann's with a card."""

    async def made(name: str, card: str, kind: RepoKind = "model", *, private: bool = False, tag: str = "") -> None:
        from jupyter_hubcollab.hub.changes import Put

        def make_it() -> None:
            id, content = repo_id(name, kind), card.encode()
            hub.repos.create(ANN, id, private=private)
            change = Put(file_path("README.md"), content, len(content))
            hub.commits.commit(ANN, id, [change], message="card", tag=tag or None)

        await asyncio.to_thread(make_it)

    return made


@pytest.fixture
def ask(hub: Any, jp_fetch: Any) -> Callable[..., Any]:
    """Asks our REST as somebody."""

    async def asked(actor: Actor, method: str, path: str, body: object = None, **query: Any) -> Any:
        token = await asyncio.to_thread(hub.tokens.create, actor, name="t", scope="write")
        return await jp_fetch(
            "hubcollab/api",
            *path.split("/"),
            params=[(name, one) for name, each in query.items() for one in ([each] if isinstance(each, str) else each)],
            method=method,
            body=None if body is None else json.dumps(body),
            allow_nonstandard_methods=True,
            headers={"Authorization": f"Bearer {token}"},
        )

    return asked


def ids(reply: Any) -> list[str]:
    return [hit.model.id for hit in msgspec.json.decode(reply.body, type=wire.SearchReply).hits]


async def test_datasets_and_spaces_are_searched_as_models_are(make: Any, ask: Any) -> None:
    """Each kind alone, with conditions and their chips, the moment it changes."""
    await make("team/moods", CARD)
    await make("team/reviews", DATA, "dataset")
    await make("team/try", SPACE, "space")

    found = {kind: ids(await ask(BOB, "GET", "search", q="German reviews", kind=kind)) for kind in wire_kinds()}
    reply = await ask(BOB, "GET", "search", q="reviews of films in German, not cc-by-4.0", kind="dataset")
    sad = msgspec.json.decode(reply.body, type=wire.SearchReply)

    assert found == {"model": ["team/moods"], "dataset": ["team/reviews"], "space": ["team/try"]}
    assert sad.hits == []
    assert {(chip.key, chip.met) for chip in sad.constraints} >= {("language:de", False)}


def wire_kinds() -> tuple[str, ...]:
    return ("model", "dataset", "space")


async def test_the_catalogue_is_filtered_streamed_and_read_on(make: Any, ask: Any) -> None:
    """One line a repo; who was cut off goes on behind the last line; private ones are for their owners."""
    await make("team/moods", CARD)
    await make("team/hidden", CARD, private=True)
    await make("team/other", "Nothing is said of this one.")

    async def lines(actor: Actor, **query: Any) -> list[wire.CatalogueRow]:
        reply = await ask(actor, "GET", "catalogue", **query)
        return [msgspec.json.decode(line, type=wire.CatalogueRow) for line in reply.body.splitlines()]

    german = await lines(BOB, where="language:de license:mit")
    first, *rest = await lines(ANN, kind="model")
    behind = await lines(ANN, kind="model", after=first.cursor)
    with pytest.raises(HTTPClientError) as refused:
        await lines(BOB, where="license:mit and whatever")

    assert [row.id for row in german] == ["team/moods"]
    assert behind == rest
    assert len(rest) == 2
    assert refused.value.code == 400
    assert b"'and' is no filter" in refused.value.response.body  # type: ignore[union-attr]


async def test_repos_are_compared_side_by_side(make: Any, ask: Any) -> None:
    """Two to five, in the order named; one that is hidden is not there."""
    await make("team/moods", CARD)
    await make("team/other", "Nothing is said of this one.")
    await make("team/hidden", CARD, private=True)

    reply = await ask(BOB, "GET", "compare", id=["team/other", "team/moods"])
    compared = msgspec.json.decode(reply.body, type=wire.ComparedList).compared
    codes = [await refusal(ask(BOB, "GET", "compare", id=["team/moods", *more])) for more in ([], ["team/hidden"])]

    assert [(one.hit.model.id, one.languages) for one in compared] == [("team/other", []), ("team/moods", ["de"])]
    assert codes == [400, 404]


async def test_a_saved_search_tells_its_owner_what_is_new(hub: Any, make: Any, ask: Any) -> None:
    """Event and list name what matches for the first time, until it was seen; nobody else knows of it."""
    told: list[wire.SavedSearchNews] = []
    heard = asyncio.Event()
    loop = asyncio.get_running_loop()
    hub.events.on(wire.SavedSearchNews, lambda news: (told.append(news), loop.call_soon_threadsafe(heard.set)))
    await make("team/moods", CARD)
    saved = msgspec.json.decode(
        (await ask(BOB, "POST", "search/saved", {"query": "German reviews", "name": "moods"})).body,
        type=wire.SavedSearch,
    )

    await make("team/newer", CARD)
    await make("team/hidden", CARD, private=True)
    await make("team/birds", "Knows birds by their song.")
    await asyncio.wait_for(heard.wait(), 60)
    seen = await listed(ask, BOB)
    await ask(BOB, "POST", f"search/saved/{saved.id}/seen", {})
    after = await listed(ask, BOB)

    assert saved.fresh == []
    assert [(news.to, [hit.model.id for hit in news.search.fresh]) for news in told] == [("bob", ["team/newer"])]
    assert [[hit.model.id for hit in one.fresh] for one in seen] == [["team/newer"]]
    assert [one.fresh for one in after] == [[]]
    assert await listed(ask, ANN) == []
    assert await refusal(ask(ANN, "DELETE", f"search/saved/{saved.id}")) == 404
    await ask(BOB, "DELETE", f"search/saved/{saved.id}")
    assert await listed(ask, BOB) == []


async def test_what_only_rose_among_the_hits_is_no_news(hub: Any, make: Any, ask: Any) -> None:
    """A meaning that was computed after a search was kept, or another index, brings nothing new."""
    search = hub.search
    search.index().meaning = lambda _: NOTHING
    await make("team/moods", CARD)
    await make("team/glad", "Feelings of those who saw a movie.")
    await ask(BOB, "POST", "search/saved", {"query": "German reviews of films, glad and sad", "name": "moods"})

    search.embed_all()
    search.index().meaning = search._meaning.of
    risen = await listed(ask, BOB)
    search.index().store.mark = "made again"
    made_again = [await listed(ask, BOB), await listed(ask, BOB)]
    await make("team/newer", CARD)
    newer = await listed(ask, BOB)

    assert [one.fresh for one in risen] == [[]]
    assert [[one.fresh for one in each] for each in made_again] == [[[]], [[]]]
    assert [[hit.model.id for hit in one.fresh] for one in newer] == [["team/newer"]]


async def listed(ask: Any, actor: Actor) -> list[wire.SavedSearch]:
    return msgspec.json.decode((await ask(actor, "GET", "search/saved")).body, type=wire.SavedSearchList).searches


async def test_reviews_are_one_a_person_and_version_and_count(hub: Any, make: Any, ask: Any) -> None:
    """Written, edited, removed by who may; what is praised comes before its equal."""
    await make("team/one", CARD, tag="v1")
    await make("team/two", CARD, tag="v1")
    two = "repos/models/team/two/reviews"

    await ask(BOB, "PUT", two, {"stars": 2, "text": "<b>well</b>"})
    await ask(BOB, "PUT", two, {"stars": 5, "text": "<b>good</b>", "task": "text-classification"})
    reply = await ask(ANN, "PUT", two, {"stars": 4, "version": "v1"})
    mine = msgspec.json.decode(reply.body, type=wire.ReviewList)
    await asyncio.to_thread(hub.events.close)  # what listens later has heard
    hits = msgspec.json.decode((await ask(BOB, "GET", "search", q="German reviews")).body, type=wire.SearchReply).hits

    assert (mine.mean, mine.counts, mine.may_remove) == (4.5, [0, 0, 0, 1, 1], True)
    assert {(one.author.name, one.version, one.stars, one.text) for one in mine.reviews} == {
        ("bob", "v1", 5, "<b>good</b>"),
        ("ann", "v1", 4, ""),
    }
    assert [hit.model.id for hit in hits] == ["team/two", "team/one"]
    assert any("★ 4.5 (2 reviews)" in reason for reason in hits[0].why)
    assert await refusal(ask(BOB, "DELETE", two, version="v1", user="ann")) == 403
    await ask(ANN, "DELETE", two, version="v1", user="bob")
    assert await refusal(ask(BOB, "DELETE", two, version="v1")) == 404


SENSELESS: list[tuple[dict[str, Any], int]] = [
    ({"stars": 0}, 400),
    ({"stars": 6}, 400),
    ({"stars": 5, "text": "x" * 10_001}, 400),
    ({"stars": 3, "task": "A b"}, 400),
    ({"stars": 3, "version": "v7"}, 404),
]


async def test_a_senseless_review_is_refused(make: Any, ask: Any) -> None:
    """With a reason."""
    await make("team/one", CARD, tag="v1")

    told = [await refusal(ask(BOB, "PUT", "repos/models/team/one/reviews", body)) for body, _ in SENSELESS]

    assert told == [status for _, status in SENSELESS]


async def refusal(asked: Any) -> int:
    with pytest.raises(HTTPClientError) as refused:
        await asked
    return refused.value.code


async def test_what_is_like_a_card_or_fits_a_notebook_is_found(make: Any, ask: Any) -> None:
    """The task is guessed from the data in hand, shown as a chip, and can be taken off."""
    await make("team/moods", CARD)
    await make("team/birds", "---\npipeline_tag: audio-classification\n---\n\nKnows birds by their song.\n")
    cell = "import pandas as pd\nfrom datasets import load_dataset\nfilms = load_dataset('imdb')\nfilms['text']"

    fits = await ask(BOB, "POST", "search/like", {"text": cell, "form": "code"})
    alike = await ask(BOB, "POST", "search/like", {"text": "# Songs\n\nTells birds by their song."})
    chips = msgspec.json.decode(fits.body, type=wire.SearchReply).constraints
    bare = await ask(
        BOB, "POST", "search/like", {"text": cell, "form": "code", "without": ["task:text-classification"]}
    )

    assert ids(fits)[0] == "team/moods"
    assert [(chip.key, chip.guessed) for chip in chips] == [("task:text-classification", True)]
    assert ids(alike)[0] == "team/birds"
    assert all(
        chip.key != "task:text-classification"
        for chip in msgspec.json.decode(bare.body, type=wire.SearchReply).constraints
    )
    assert await refusal(ask(BOB, "POST", "search/like", {"text": " "})) == 400


async def test_other_hubs_that_are_not_asked_are_named(ask: Any) -> None:
    """Offline, the panel says so, and the local hits are there all the same."""
    reply = await ask(BOB, "GET", "search/upstream", q="digits")

    asked, told = [msgspec.json.decode(line, type=wire.UpstreamHits) for line in reply.body.splitlines()]

    assert (asked.hits, asked.silent, len(asked.waiting)) == ([], [], 1)
    assert (told.hits, told.waiting) == ([], [])
    assert told.silent == ["this hub is offline (setting offline) and asks no other one"]
