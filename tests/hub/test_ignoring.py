"""Paths that a repo does not want: git itself is the judge."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from jupyter_hubcollab.hub.ignoring import Ignoring

RULES = (
    "# comment\n\n*.tmp\nnested/*\nbuild/\n/only-here\ndocs/**/draft.md\n!keep.tmp\n**/deep\n?.one\n[ab].two\n\\#odd\n"
)
PATHS = (
    "a.tmp keep.tmp sub/a.tmp sub/keep.tmp nested/file.bin nested/sub/file.bin x/nested/file.bin build/x src/build/x "
    "build only-here sub/only-here docs/draft.md docs/a/b/draft.md docs/a/final.md deep a/deep a/deep/b a.one ab.one "
    "a.two c.two #odd README.md"
)


@pytest.mark.parametrize("path", PATHS.split())
def test_it_ignores_what_git_ignores(path: str, tmp_path: Path) -> None:
    """The same verdict as ``git check-ignore``, for a file of this name."""
    (tmp_path / ".gitignore").write_text(RULES)
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_text("")

    judged = subprocess.run(["git", "-C", str(tmp_path), "check-ignore", "-q", "--", path], check=False)

    assert Ignoring(RULES).ignores(path) == (judged.returncode == 0)
