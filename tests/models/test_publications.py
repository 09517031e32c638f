"""A publication is one commit and one tag, or nothing."""

from __future__ import annotations

import json
import os
import pickle
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from people import ANN, BOB, DIGITS, READER, Clock

from jupyter_hubcollab.access import Actor
from jupyter_hubcollab.errors import (
    AccessDenied,
    BadCard,
    BlobNotFound,
    NothingToPublish,
    RefExists,
    RepoNotFound,
    UnsafeFile,
)
from jupyter_hubcollab.hub.commits import Put
from jupyter_hubcollab.hub.hub import Hub
from jupyter_hubcollab.models import Models, cards
from jupyter_hubcollab.names import DEFAULT_BRANCH, FilePath, Revision


class Evil:
    """Would read the environment when it is unpickled."""

    def __reduce__(self) -> Any:
        return os.getenv, ("HOME",)


def text(hub: Hub, path: str, revision: str = "main") -> str:
    return hub.files.read_text(ANN, DIGITS, Revision(revision), FilePath(path))


def write(hub: Hub, path: str, content: bytes) -> None:
    hub.commits.commit(ANN, DIGITS, [Put(FilePath(path), content, len(content))], message=f"Edit {path}")


def test_the_first_publication_makes_the_repo_and_v1(publish: Any, hub: Hub) -> None:
    """Nobody has to create anything first."""
    made = publish({"MLmodel": b"flavors: {}\n"}, message="first")

    assert (made.tag, made.version.message) == ("v1", "first")
    assert hub.refs.resolve(ANN, DIGITS, Revision("v1")).id == made.revision
    assert hub.refs.resolve(ANN, DIGITS, DEFAULT_BRANCH).id == made.revision


def test_versions_count_on_from_the_highest_number(publish: Any) -> None:
    """A name of the user's own does not disturb the numbers."""
    tags = [publish(tag=tag).tag for tag in (None, "v7", "spring", None)]

    assert tags == ["v1", "v7", "spring", "v8"]


def test_small_text_goes_into_git_and_weights_are_blobs(publish: Any, hub: Hub) -> None:
    """Text can be compared by git; a model may be larger than git can bear."""
    publish({"MLmodel": b"flavors: {}\n", "w.safetensors": b"\x02" + b"\0" * 7 + b"{}"})

    digests = {entry.path: entry.digest for entry in hub.files.tree(ANN, DIGITS, DEFAULT_BRANCH)}

    assert digests["MLmodel"] is None
    assert digests["w.safetensors"] is not None


def test_what_people_wrote_into_the_card_stays(publish: Any, hub: Hub) -> None:
    """A new version changes numbers, not sentences."""
    publish(metrics={"accuracy": 0.9}, license="mit", summary="Machine text.")
    write(hub, "README.md", b"---\nlicense: mit\nlanguage: de\n---\n\nWritten by a person.\n")

    publish(metrics={"accuracy": 0.95}, tags=["vision"])

    card = cards.parse(text(hub, "README.md"))
    assert card.markdown == "Written by a person.\n"
    assert card.metadata["language"] == "de"
    assert card.metadata["tags"] == ["vision"]
    assert '"value": 0.95' in json.dumps(card.metadata["model-index"])


@pytest.mark.parametrize("before", ["An SVC.", "A Perceptron from the notebook “digits”.", "Knows digits."])
def test_what_somebody_says_of_a_model_replaces_what_a_program_said(publish: Any, hub: Hub, before: str) -> None:
    """Words of people stay as they are."""
    publish(summary=before, library="sklearn")

    publish(summary="Reads numbers that were written by hand.", library="sklearn")
    publish(summary="An SVC.", library="sklearn")

    said = "Knows digits." if before == "Knows digits." else "Reads numbers that were written by hand."
    assert cards.summary(cards.shown(text(hub, "README.md")).markdown) == said
    assert text(hub, "README.md").count("## Use") == 1


def test_a_card_among_the_files_is_the_card(publish: Any, hub: Hub) -> None:
    """Who brings a README.md means it."""
    publish({"README.md": b"---\nlicense: mit\n---\nMine.\n", "a.json": b"{}"}, library="sklearn")

    card = cards.parse(text(hub, "README.md"))

    assert card.markdown == "Mine.\n"
    assert card.metadata == {"license": "mit", "library_name": "sklearn"}


def test_files_of_the_version_before_go_and_others_stay(publish: Any, hub: Hub) -> None:
    """A version holds what was published with it, and what people added by hand."""
    publish({"old.skops": b"x"})
    write(hub, "NOTES.md", b"by hand")

    publish({"new.skops": b"y"})

    paths = {entry.path for entry in hub.files.tree(ANN, DIGITS, DEFAULT_BRANCH)}
    assert paths == {".gitattributes", "NOTES.md", "README.md", "new.skops", "provenance.json"}


def test_provenance_says_who_and_from_what(publish: Any, hub: Hub) -> None:
    """A version tells how it was made, from git alone."""
    publish(provenance={"notebook": "quickstart.ipynb"}, run_id="r1", parameters={"C": "0.1"})

    record = json.loads(text(hub, "provenance.json"))

    assert record["published_by"]["name"] == "ann"
    assert (record["notebook"], record["run_id"], record["parameters"]) == ("quickstart.ipynb", "r1", {"C": "0.1"})


def test_a_request_sent_twice_is_carried_out_once(publish: Any, models: Models, hub: Hub) -> None:
    """A client whose answer got lost asks again and gets the version that it made."""
    request = publish.request({"a.json": b"{}"}, provenance={"publication": uuid.uuid4().hex}, tag="v1")

    first, second = (models.publications.publish(ANN, DIGITS, request) for _ in range(2))

    assert first == second
    assert len(hub.refs.tags(ANN, DIGITS)) == 1


def test_two_who_publish_at_the_same_time_get_two_versions(publish: Any, models: Models) -> None:
    """Nobody's version is lost, also when both make the repo."""
    requests = [publish.request({"a.json": b"%d" % n}) for n in range(6)]

    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(lambda request: models.publications.publish(ANN, DIGITS, request), requests))

    assert sorted(one.tag for one in made) == ["v1", "v2", "v3", "v4", "v5", "v6"]


def test_an_existing_tag_is_refused_with_the_next_free_one(publish: Any) -> None:
    """A version is never overwritten."""
    publish(tag="v1")

    with pytest.raises(RefExists, match="v2"):
        publish(tag="v1")


@pytest.mark.parametrize(
    ("files", "error"),
    [
        ({"m.pkl": pickle.dumps(Evil())}, UnsafeFile),
        ({"README.md": b"---\n: [\n---\n"}, BadCard),
        ({"README.md": b"x" * (5 << 20)}, BadCard),
        ({}, NothingToPublish),
    ],
)
def test_a_refused_publication_leaves_nothing(publish: Any, hub: Hub, files: Any, error: type[Exception]) -> None:
    """Neither repo nor commit nor tag stays behind."""
    with pytest.raises(error):
        publish(files)

    with pytest.raises(RepoNotFound):
        hub.repos.get(ANN, DIGITS)


def test_bytes_must_have_been_sent_by_the_publisher(publish: Any, models: Models) -> None:
    """Knowing the digest of a colleague's private file does not give the file."""
    request = publish.request({"secret.bin": b"private weights"}, ANN)

    with pytest.raises(BlobNotFound):
        models.publications.publish(BOB, DIGITS, request)


def test_the_text_of_a_pointer_stays_a_text(publish: Any, hub: Hub) -> None:
    """A published file that names somebody's blob is not taken for that blob."""
    secret = hub.blobs.put([b"secret weights"])
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{secret}\nsize 14\n".encode()

    publish({"notes.txt": pointer})

    assert b"".join(hub.files.open(ANN, DIGITS, DEFAULT_BRANCH, FilePath("notes.txt"))) == pointer


def test_bytes_of_a_public_model_need_not_be_sent_again(publish: Any, models: Models) -> None:
    """What everybody can read, everybody can build on."""
    publish({"w.bin": b"public weights"})
    digest = publish.send(b"public weights", ANN)

    assert list(models.held.missing(BOB, [digest])) == []


def test_what_need_not_be_sent_stays_until_it_is_named(publish: Any, models: Models, hub: Hub, clock: Clock) -> None:
    """Who was told that the hub has it may count on that, however old it is: the collector leaves it alone."""
    publish({"other.bin": b"first"})
    counted, forgotten = publish.send(b"counted on"), publish.send(b"forgotten")
    for digest in (counted, forgotten):
        path = hub.blobs.path(digest)
        assert path is not None
        os.utime(path, (clock.now.timestamp(), clock.now.timestamp()))
    clock.forward(timedelta(days=2))

    assert list(models.held.missing(ANN, [counted])) == []
    hub.upkeep.gc()

    assert (hub.blobs.has(counted), hub.blobs.has(forgotten)) == (True, False)
    assert list(models.held.missing(ANN, [forgotten])) == [forgotten]


def test_a_reading_token_publishes_nothing(publish: Any, models: Models) -> None:
    """Scope read means read."""
    request = publish.request({"a.json": b"{}"})

    with pytest.raises(AccessDenied):
        models.publications.publish(READER, DIGITS, request)


def test_a_private_model_is_its_owners(publish: Any, models: Models) -> None:
    """Nobody else sees it, nor can publish over it."""
    publish(visibility="private")

    assert models.summaries.page(BOB, owner=None, limit=10, offset=0).total == 0
    with pytest.raises(Exception, match="team/digits"):
        publish(actor=Actor("bob", "Bob"))


def test_a_version_tells_what_its_run_took_of_energy(publish: Any, hub: Hub) -> None:
    """As an estimate, in the words of Hugging Face; the next version does not inherit it."""
    energy = {"kwh": 0.5, "co2G": 123.456, "source": "codecarbon 3.3.2 (estimated)", "country": "HUN", "hardware": "x"}

    for provenance in ({"energy": energy}, {"energy": {"co2G": "much"}}):
        publish({"a.json": json.dumps(provenance).encode()}, provenance=provenance)

    cards_of = [cards.parse(text(hub, "README.md", tag)).metadata.get("co2_eq_emissions") for tag in ("v1", "v2")]
    source = "codecarbon 3.3.2 (estimated)"
    where = {"geographical_location": "HUN", "hardware_used": "x"}
    assert cards_of == [{"emissions": 123.5, "source": source, **where}, None]
