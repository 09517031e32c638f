"""Gated repos, organizations and protected refs, by the real clients."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import live
import pytest
from huggingface_hub import hf_hub_download
from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, RepositoryNotFoundError

if TYPE_CHECKING:
    from huggingface_hub import HfApi


@pytest.fixture
def gated(ann: HfApi, folder: Path) -> str:
    """A model of Ann's with files and a gate that she opens by hand."""
    name = f"team/g{uuid4().hex[:10]}"
    ann.create_repo(name)
    ann.upload_folder(repo_id=name, folder_path=folder)
    ann.update_repo_settings(name, gated="manual")
    return name


def ask(server: live.Live, user: str, repo: str) -> int:
    url = f"{server.endpoint}/{repo}/ask-access"
    status, _, _ = live.call("POST", url, server.hub_token(user), b"", Content_Type="application/x-www-form-urlencoded")
    return int(status)


def test_a_gate_is_told_in_the_client_s_own_words(bob: HfApi, gated: str, tmp_path: Path) -> None:
    """GatedRepoError for files, metadata for everybody."""
    with pytest.raises(GatedRepoError) as refused:
        bob.hf_hub_download(gated, "config.json", cache_dir=tmp_path)
    with pytest.raises(GatedRepoError):
        bob.snapshot_download(gated, cache_dir=tmp_path)
    with pytest.raises(GatedRepoError):
        bob.auth_check(gated)

    assert refused.value.response.status_code == 403
    assert bob.model_info(gated).gated == "manual"
    assert "config.json" in bob.list_repo_files(gated)
    assert "Digits" in Path(bob.hf_hub_download(gated, "README.md", cache_dir=tmp_path)).read_text()


def test_requests_are_asked_listed_and_decided(
    server: live.Live, ann: HfApi, bob: HfApi, gated: str, tmp_path: Path
) -> None:
    """The whole way from asking to reading and back."""
    assert ask(server, "bob", gated) == 200
    pending = list(ann.list_pending_access_requests(gated))
    assert [(one.username, one.status) for one in pending] == [("bob", "pending")]

    ann.accept_access_request(gated, "bob")
    assert Path(bob.hf_hub_download(gated, "sub/model.safetensors", cache_dir=tmp_path)).stat().st_size == 256 * 20_000
    bob.auth_check(gated)

    ann.reject_access_request(gated, "bob", rejection_reason="no")
    assert [one.username for one in ann.list_rejected_access_requests(gated)] == ["bob"]
    with pytest.raises(GatedRepoError):
        bob.auth_check(gated)
    ann.cancel_access_request(gated, "bob")
    assert [one.username for one in ann.list_pending_access_requests(gated)] == ["bob"]


def test_access_is_granted_without_a_request(ann: HfApi, bob: HfApi, gated: str) -> None:
    """And only by who may decide."""
    with pytest.raises(HfHubHTTPError) as refused:
        bob.grant_access(gated, "bob")
    assert refused.value.response.status_code == 403

    ann.grant_access(gated, "bob")

    assert [one.username for one in ann.list_accepted_access_requests(gated)] == ["bob"]
    bob.auth_check(gated)
    with pytest.raises(HfHubHTTPError):
        bob.auth_check(gated, write=True)


def test_git_and_its_large_files_keep_the_gate(server: live.Live, gated: str, tmp_path: Path) -> None:
    """Neither clone nor an LFS batch is a way around it."""
    url = server.endpoint.replace("://", f"://x:{server.hub_token('bob')}@") + f"/{gated}"
    cloned = subprocess.run(["git", "clone", url, tmp_path / "c"], capture_output=True, text=True, check=False)
    batch = b'{"operation": "download", "objects": []}'
    status, headers, _ = live.call(
        "POST", f"{server.endpoint}/{gated}.git/info/lfs/objects/batch", server.hub_token("bob"), batch
    )
    token, _, _ = live.call("GET", f"{server.endpoint}/api/models/{gated}/xet-read-token/main", server.hub_token("bob"))

    assert cloned.returncode != 0
    assert (status, headers["X-Error-Code"], token) == (403, "GatedRepo", 403)


def test_whoami_tells_role_and_organizations(api_of: Callable[..., HfApi]) -> None:
    """With the name of the token that was used."""
    dora = api_of("dora", "read")
    api_of("dora").create_repo("dora-lab/one")

    me = dora.whoami()

    assert (me["name"], me["auth"]["accessToken"]) == ("dora", {"displayName": "test", "role": "read"})
    assert [(org["name"], org["roleInOrg"]) for org in me["orgs"]] == [("dora-lab", "admin")]
    assert dora.get_organization_overview("dora-lab").num_models == 1
    assert [one.username for one in dora.list_organization_members("dora-lab")] == ["dora"]
    assert [one.id for one in dora.list_user_repos("dora-lab")] == ["dora-lab/one"]
    assert dora.get_user_overview("dora").orgs[0].name == "dora-lab"


def test_a_repo_without_namespace_is_its_maker_s_own(api_of: Callable[..., HfApi]) -> None:
    """Others may not make one beside it."""
    emil, fred = api_of("emil"), api_of("fred")

    assert emil.create_repo("mine").repo_id == "emil/mine"

    with pytest.raises(HfHubHTTPError) as refused:
        fred.create_repo("emil/yours")
    assert refused.value.response.status_code == 403


def test_an_organization_that_shows_nothing_is_not_there(api_of: Callable[..., HfApi]) -> None:
    """Its overview, its members and its repos answer as for a name that nobody has."""
    api_of("gina").create_repo("gina-secret/one", private=True)
    fred = api_of("fred")

    for call in (fred.get_organization_overview, lambda name: list(fred.list_organization_members(name))):
        messages = []
        for name in ("gina-secret", "nobody-has"):
            with pytest.raises(HfHubHTTPError) as refused:
                call(name)
            messages.append(refused.value.response.text.replace(name, "*"))
        assert messages[0] == messages[1]


def test_a_push_keeps_protected_refs(server: live.Live, ann: HfApi, repo: str, tmp_path: Path) -> None:
    """Checked before any ref moves; git shows the reason."""
    rule = b'{"kind": "branch", "pattern": "stable", "writers": "write"}'
    protected = f"{server.url}/hubcollab/api/repos/models/{repo}/access/protected"
    ann.create_branch(repo, branch="stable")
    assert live.call("PUT", protected, server.hub_token("ann"), rule)[0] == 200
    url = server.endpoint.replace("://", f"://x:{server.hub_token('bob')}@") + f"/{repo}"
    git = ["git", "-C", str(tmp_path), "-c", "user.name=Bob", "-c", "user.email=b@example.org"]
    for words in (["init", "-q"], ["commit", "-q", "--allow-empty", "-m", "other"]):
        subprocess.run([*git, *words], check=True)

    forced = subprocess.run([*git, "push", "-f", url, "HEAD:stable"], capture_output=True, text=True, check=False)
    dropped = subprocess.run([*git, "push", url, ":stable"], capture_output=True, text=True, check=False)

    assert forced.returncode != 0
    assert "an admin has to rewrite it" in forced.stderr
    assert "an admin has to delete it" in dropped.stderr


def test_a_renamed_private_repo_leads_strangers_nowhere(ann: HfApi, bob: HfApi, tmp_path: Path) -> None:
    """Neither by its old nor by its new name, and the answer tells nothing of the other."""
    old, new = f"team/p{uuid4().hex[:10]}", f"team/q{uuid4().hex[:10]}"
    ann.create_repo(old, private=True)
    ann.move_repo(old, new)

    for name in (old, new):
        with pytest.raises(RepositoryNotFoundError) as refused:
            bob.model_info(name)
        assert new not in refused.value.response.text.replace(name, "")
    assert ann.model_info(old).id == new
    with pytest.raises(RepositoryNotFoundError):
        hf_hub_download(old, "x", endpoint=bob.endpoint, token=bob.token, cache_dir=tmp_path)
