"""Repos through the unmodified huggingface_hub."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import live
import pytest

if TYPE_CHECKING:
    from huggingface_hub import HfApi


def fresh() -> str:
    return f"team/r{uuid4().hex[:12]}"


def test_the_client_knows_who_it_is(ann: HfApi, bob: HfApi) -> None:
    """`hf auth whoami` names the person behind the token."""
    assert ann.whoami()["name"] == "ann"
    assert bob.whoami()["fullname"] == "Bob"


def test_the_server_s_own_token_acts_for_its_owner(server: live.Live) -> None:
    """Also when the client keeps the cookie that Jupyter sends along."""
    from huggingface_hub import HfApi

    api = HfApi(endpoint=server.endpoint, token=live.TOKEN)
    name = fresh()
    api.create_repo(name)

    assert api.whoami()["name"] == "ann"
    api.delete_repo(name)


def test_a_repo_is_created_once(ann: HfApi) -> None:
    """A second time is an error, unless it may exist."""
    from huggingface_hub.errors import HfHubHTTPError

    name = fresh()
    url = ann.create_repo(name)

    assert (url.repo_id, url.repo_type) == (name, "model")
    with pytest.raises(HfHubHTTPError, match=r"model repository called .* already exists"):
        ann.create_repo(name)
    assert ann.create_repo(name, exist_ok=True) == url


@pytest.mark.parametrize("kind", ["model", "dataset", "space"])
def test_a_repo_of_every_kind_lives_and_dies(ann: HfApi, kind: str) -> None:
    """Create, look, delete; after that it is not found."""
    from huggingface_hub.errors import RepositoryNotFoundError

    name = fresh()
    ann.create_repo(name, repo_type=kind, space_sdk="gradio" if kind == "space" else None)

    info = ann.repo_info(name, repo_type=kind)
    assert (info.id, info.author) == (name, "team")
    assert kind != "space" or info.sdk == "gradio"  # type: ignore[union-attr]
    ann.delete_repo(name, repo_type=kind)
    with pytest.raises(RepositoryNotFoundError):
        ann.repo_info(name, repo_type=kind)
    assert not ann.repo_exists(name, repo_type=kind)


def test_a_name_without_namespace_is_one_s_own(ann: HfApi) -> None:
    """As on huggingface.co."""
    name = uuid4().hex[:12]

    assert ann.create_repo(name).repo_id == f"ann/{name}"


def test_a_private_repo_is_for_its_owner(ann: HfApi, bob: HfApi) -> None:
    """Others find nothing, by name or in lists; made public, they do."""
    from huggingface_hub.errors import RepositoryNotFoundError

    name = fresh()
    ann.create_repo(name, private=True)

    with pytest.raises(RepositoryNotFoundError):
        bob.model_info(name)
    with pytest.raises(RepositoryNotFoundError):
        bob.upload_file(path_or_fileobj=b"x", path_in_repo="x", repo_id=name)
    assert list(bob.list_models(search=name)) == []
    assert [one.id for one in ann.list_models(search=name)] == [name]
    ann.update_repo_settings(name, private=False)
    assert bob.model_info(name).private is False


def test_only_the_owner_deletes(bob: HfApi, repo: str) -> None:
    """Others are told that they may not."""
    from huggingface_hub.errors import HfHubHTTPError

    with pytest.raises(HfHubHTTPError, match="only the owner"):
        bob.delete_repo(repo)


def test_a_token_for_reading_only_reads(repo: str, api_of: object) -> None:
    """Making a repo and committing need more."""
    from huggingface_hub.errors import HfHubHTTPError

    reader = api_of("ann", "read")  # type: ignore[operator]

    assert reader.model_info(repo).id == repo
    with pytest.raises(HfHubHTTPError, match="may only read"):
        reader.create_repo(fresh())
    with pytest.raises(HfHubHTTPError, match="may only read"):
        reader.upload_file(path_or_fileobj=b"x", path_in_repo="x", repo_id=repo)


def test_an_old_name_leads_to_a_renamed_repo(ann: HfApi, repo: str) -> None:
    """Downloads by the old name go on working."""
    to = fresh()

    ann.move_repo(repo, to)

    assert ann.model_info(repo).id == to
    assert ann.list_repo_files(repo) == [".gitattributes"]


def test_names_are_the_same_in_every_case(ann: HfApi, repo: str) -> None:
    """The reply has the name as it was given."""
    assert ann.model_info(repo.upper()).id == repo


def test_lists_are_filtered_sorted_and_paged(ann: HfApi) -> None:
    """By author, words, tags; a limit over several pages."""
    author = f"t{uuid4().hex[:8]}"
    for n in range(5):
        ann.create_repo(f"{author}/m{n}")
    card = b"---\nlicense: apache-2.0\npipeline_tag: text-classification\n---\n"
    ann.upload_file(path_or_fileobj=card, path_in_repo="README.md", repo_id=f"{author}/m3")

    def names(**filters: object) -> list[str]:
        return [one.id.split("/")[1] for one in ann.list_models(author=author, **filters)]  # type: ignore[arg-type]

    assert names(sort="created_at") == ["m4", "m3", "m2", "m1", "m0"]
    assert names(sort="last_modified", limit=1) == ["m3"]
    assert names(search="m1") == ["m1"]
    assert names(filter="license:apache-2.0") == ["m3"]
    assert names(pipeline_tag="text-classification") == ["m3"]
    assert names(filter=["license:apache-2.0", "none"]) == []


def test_a_list_goes_on_at_the_next_page(server: live.Live, ann: HfApi) -> None:
    """The `Link` header leads from page to page, also behind a path prefix."""
    author = f"t{uuid4().hex[:8]}"
    for n in range(5):
        ann.create_repo(f"{author}/m{n}")
    found, url = [], f"{server.endpoint}/api/models?author={author}&limit=2&sort=createdAt"

    while url:
        _, headers, body = live.call("GET", url, str(ann.token))
        found += [part.split('"')[0].rpartition("/")[2] for part in body.decode().split('"id":"')[1:]]
        url = (headers["Link"] or "").partition(">")[0].removeprefix("<")

    assert found == ["m4", "m3", "m2", "m1", "m0"]


def test_properties_can_be_asked_for(ann: HfApi, repo: str) -> None:
    """`expand` gives these and no others; an unknown one is refused."""
    from huggingface_hub.errors import BadRequestError

    info = ann.model_info(repo, expand=["downloads", "cardData"])

    assert info.downloads == 0
    assert info.sha is None
    with pytest.raises(BadRequestError):
        ann.model_info(repo, expand=["nonsense"])  # type: ignore[list-item]


def test_an_unknown_call_is_refused_in_the_protocol_s_words(server: live.Live, ann: HfApi) -> None:
    """JSON with a code, never a page; and strangers are not told even that."""
    status, headers, body = live.call("GET", f"{server.endpoint}/api/papers/search", str(ann.token))

    assert (status, headers["X-Error-Code"]) == (501, "NotImplemented")
    assert body.startswith(b'{"error"')
    assert live.call("GET", f"{server.endpoint}/api/papers/search", None)[0] == 401
    status, headers, _ = live.call("GET", f"{server.endpoint}/api/models/gpt2", str(ann.token))
    assert (status, headers["X-Error-Code"]) == (404, "RepoNotFound")
