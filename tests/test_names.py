"""Names are parsed once, and hostile ones never get in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_hubcollab import names
from jupyter_hubcollab.errors import BadName, BadPath, BadRevision


def test_a_repo_id_is_two_names() -> None:
    """namespace/name is parsed, and shown as it was written."""
    repo = names.repo_id("Team/digits-v1.0_x", "dataset")

    assert repo == names.RepoId("Team", "digits-v1.0_x", "dataset")
    assert str(repo) == "Team/digits-v1.0_x"
    assert repo.key == "dataset:team/digits-v1.0_x"


@pytest.mark.parametrize(
    "text",
    [
        "", "/", "digits", "a/b/c", "../x", "x/..", "./x", "team/", "/digits", "team/../x", "a\\b/c", "team/x.git",
        "team/-x", "team/x-", "team/a--b", "team/a..b", "команда/цифры", "team/数字", "team/🙂", "team/x\n", "team/x y",
        "team/%2e%2e", "team/" + "x" * 97, "team/.x", "team/x.", "team/x.lock", "a" * 10_000,
    ],
)  # fmt: skip
def test_a_bad_repo_id_is_refused_with_a_short_remedy(text: str) -> None:
    """Ids that climb, are empty or in other alphabets never become a name."""
    with pytest.raises(BadName) as refused:
        names.repo_id(text)

    assert len(str(refused.value)) < 400
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("text", ["main", "v1", "refs/pr/1", "runs/abc", "feature/größe", "a1b2c3d"])
def test_a_revision_is_what_git_can_hold(text: str) -> None:
    """Branches with slashes and any alphabet, tags and commit ids are revisions."""
    assert names.revision(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a..b",
        "a b",
        "a~1",
        "a^",
        "a:b",
        "x@{1}",
        "/a",
        "a/",
        "a//b",
        "-x",
        ".a",
        "a.lock",
        "\x00",
        "a\\b",
        "x" * 300,
    ],
)
def test_a_revision_that_git_could_not_hold_is_refused(text: str) -> None:
    """Nothing that git's reflog or revision syntax would swallow is taken."""
    with pytest.raises(BadRevision):
        names.revision(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/",
        "/etc/passwd",
        "../x",
        "a/../b",
        "a//b",
        "a/./b",
        "a/",
        ".git/config",
        "x/.GIT/y",
        "a\\b",
        "a\x00b",
        "a\nb",
        "é" * 700,
    ],
)
def test_a_path_that_climbs_is_refused(text: str) -> None:
    """A path stays inside its repo and out of git's own folder."""
    with pytest.raises(BadPath):
        names.file_path(text)


@given(st.text())
def test_any_text_is_a_path_or_is_refused(text: str) -> None:
    """No text makes the parser fail otherwise, and what it lets through does not climb."""
    try:
        path = names.file_path(text)
    except BadPath:
        return

    assert ".." not in path.split("/")
    assert not path.startswith("/")


@pytest.mark.parametrize("text", ["", "abc", "A" * 64, "g" * 64, "a" * 63, "a" * 65])
def test_a_digest_is_sixty_four_hexadecimal_digits(text: str) -> None:
    """Anything else is no SHA-256."""
    with pytest.raises(BadName):
        names.digest(text)
