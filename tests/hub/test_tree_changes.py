"""Two trees are compared as git compares them."""

from __future__ import annotations

from pathlib import Path

import pygit2
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyter_hubcollab.hub.tree_changes import changes
from jupyter_hubcollab.hub.trees import edited
from jupyter_hubcollab.names import FilePath

PATHS = ["a", "b", "d/x", "d/y", "d/e/z", "e/ü", "e/q"]
TREES = st.dictionaries(st.sampled_from(PATHS), st.sampled_from([b"1", b"2", b"\x000 tricky\x00"]))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TREES, TREES)
def test_the_same_files_differ_as_for_git(tmp_path: Path, before: dict[str, bytes], after: dict[str, bytes]) -> None:
    """New, gone and changed files, in folders that come and go."""
    git = pygit2.init_repository(str(tmp_path / "r.git"), bare=True)

    def tree(files: dict[str, bytes]) -> str:
        return edited(git, None, {FilePath(path): str(git.create_blob(files[path])) for path in files})

    old, new = tree(before), tree(after)

    found = {one.path: (one.old, one.new) for one in changes(git, old, new) if not one.is_folder}

    deltas = git.diff(git[old], git[new]).deltas
    nothing = "0" * 40
    expected = {
        delta.new_file.path: tuple(
            None if str(file.id) == nothing else str(file.id) for file in (delta.old_file, delta.new_file)
        )
        for delta in deltas
    }
    assert found == expected
