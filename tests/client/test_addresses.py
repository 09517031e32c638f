"""Names of all sorts become parts of addresses."""

from __future__ import annotations

from jupyter_hubcollab.client import addresses
from jupyter_hubcollab.names import repo_id


def test_files_keep_their_folders_in_an_address():
    """A path's slashes stand, and what an address cannot hold is written as one does there."""
    address = addresses.inner("data/train #1?.csv")

    assert address == "data/train%20%231%3F.csv"


def test_a_branch_is_one_part_of_an_address():
    """The slash in the name of a branch does not begin another part."""
    part = addresses.part("runs/one")

    assert part == "runs%2Fone"


def test_repos_of_every_kind_have_an_address():
    """Each kind has its own folder."""
    where = [addresses.of_repo(repo_id("team/digits", kind)) for kind in ("model", "dataset", "space")]

    assert where == ["repos/models/team/digits", "repos/datasets/team/digits", "repos/spaces/team/digits"]
