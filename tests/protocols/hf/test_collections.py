"""Collections and copies of repos through the unmodified huggingface_hub."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import live
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from huggingface_hub import HfApi


def test_a_collection_is_put_together(ann: HfApi, bob: HfApi, repo: str) -> None:
    """Made, filled, noted, ordered, renamed, found by what is in it, taken apart; by who may write there only."""
    from huggingface_hub.errors import HfHubHTTPError

    title = f"Good ones {uuid4().hex[:6]}"
    made = ann.create_collection(title, description="the best")
    assert ann.create_collection(title, exists_ok=True).slug == made.slug
    other = f"team/d{uuid4().hex[:8]}"
    ann.create_repo(other, repo_type="dataset")
    ann.add_collection_item(made.slug, repo, "model", note="first")
    filled = ann.add_collection_item(made.slug, other, "dataset")
    ann.add_collection_item(made.slug, other, "dataset", exists_ok=True)
    ann.update_collection_item(made.slug, filled.items[1].item_object_id, position=0, note="now first")

    found = bob.get_collection(made.slug)

    assert (found.title, found.description, found.slug.split("/")[0]) == (title, "the best", "ann")
    assert [(one.item_id, one.item_type, one.note) for one in found.items] == [
        (other, "dataset", "now first"),
        (repo, "model", "first"),
    ]
    assert [one.slug for one in bob.list_collections(item=f"models/{repo}")] == [made.slug]
    renamed = ann.update_collection_metadata(made.slug, title="Better ones", theme="pink")
    assert renamed.slug != made.slug
    assert bob.get_collection(made.slug).title == "Better ones"
    with pytest.raises(HfHubHTTPError):
        bob.add_collection_item(made.slug, repo, "model")
    ann.delete_collection_item(made.slug, found.items[0].item_object_id)
    assert [one.item_id for one in bob.get_collection(made.slug).items] == [repo]
    ann.delete_collection(made.slug)
    ann.delete_collection(made.slug, missing_ok=True)
    with pytest.raises(HfHubHTTPError):
        bob.get_collection(made.slug)


def test_what_is_private_stays_so(ann: HfApi, bob: HfApi) -> None:
    """A private collection is not there for others; of a public one, its private repos are not."""
    from huggingface_hub.errors import HfHubHTTPError

    secret = f"ann/s{uuid4().hex[:8]}"
    ann.create_repo(secret, private=True)
    hidden = ann.create_collection(f"Mine {uuid4().hex[:6]}", private=True)
    shown = ann.create_collection(f"Ours {uuid4().hex[:6]}")
    ann.add_collection_item(shown.slug, secret, "model")

    assert [one.item_id for one in ann.get_collection(shown.slug).items] == [secret]
    assert bob.get_collection(shown.slug).items == []
    assert hidden.slug not in {one.slug for one in bob.list_collections(owner="ann")}
    assert hidden.slug in {one.slug for one in ann.list_collections(owner="ann")}
    with pytest.raises(HfHubHTTPError):
        bob.get_collection(hidden.slug)
    with pytest.raises(HfHubHTTPError):
        bob.add_collection_item(bob.create_collection(f"B {uuid4().hex[:6]}").slug, secret, "model")


def test_collections_are_listed_in_pages(server: live.Live, api_of: Callable[[str], HfApi]) -> None:
    """The next page is linked."""
    cat = api_of("cat")
    for n in range(3):
        cat.create_collection(f"c{n}")

    status, headers, _ = live.call("GET", f"{server.endpoint}/api/collections?owner=cat&limit=2", str(cat.token))

    assert status == 200
    assert 'rel="next"' in headers["Link"]
    assert len(list(cat.list_collections(owner="cat"))) == 3


def test_a_repo_is_copied(ann: HfApi, bob: HfApi, folder: Path, repo: str) -> None:
    """All files as they are now, the large ones without their bytes; history begins anew."""
    ann.upload_folder(repo_id=repo, folder_path=folder)
    ann.upload_file(repo_id=repo, path_in_repo="config.json", path_or_fileobj=b"{}")
    name = f"bob/copy{uuid4().hex[:8]}"

    made = bob.duplicate_repo(repo, name)
    again = bob.duplicate_repo(repo, name, exist_ok=True)
    hidden = bob.duplicate_repo(repo, name + "p", private=True)

    assert (made.repo_id, again.repo_id) == (name, name)
    assert sorted(bob.list_repo_files(name)) == sorted(ann.list_repo_files(repo))
    assert Path(bob.hf_hub_download(name, "sub/model.safetensors")).read_bytes() == bytes(range(256)) * 20_000
    assert len(bob.list_repo_commits(name)) == 2
    assert not ann.repo_exists(hidden.repo_id)


def test_files_of_another_repo_are_committed_by_hash(ann: HfApi, repo: str) -> None:
    """`CommitOperationCopy` between repos."""
    from huggingface_hub import CommitOperationCopy

    content = os.urandom(50_000)
    ann.upload_file(repo_id=repo, path_in_repo="w.bin", path_or_fileobj=content)
    target = f"team/t{uuid4().hex[:8]}"
    ann.create_repo(target)

    copy = CommitOperationCopy("w.bin", "copy.bin", src_repo_id=repo, src_repo_type="model")
    ann.create_commit(target, [copy], commit_message="copy")

    assert Path(ann.hf_hub_download(target, "copy.bin")).read_bytes() == content


def test_what_somebody_likes_is_listed(server: live.Live, ann: HfApi, bob: HfApi, repo: str) -> None:
    """By kind, and only what the asker may know of."""
    secret = f"bob/s{uuid4().hex[:8]}"
    bob.create_repo(secret, private=True)
    for name in (repo, secret):
        live.call("POST", f"{server.endpoint}/api/models/{name}/like", str(bob.token), b"")

    assert set(bob.list_liked_repos("bob").models) == {repo, secret}
    assert ann.list_liked_repos("bob").models == [repo]
