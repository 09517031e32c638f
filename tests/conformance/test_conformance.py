"""The tests of ``huggingface_hub`` itself pass against our server, but for those that are listed with a reason."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import conforming
import live
import outside
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]
QUICK = ("theirs/test_commit_api.py", "theirs/test_snapshot_download.py")
SKIPS = tomllib.loads((Path(__file__).with_name("skips.toml")).read_text())


def test_the_clients_own_tests_pass(tmp_path: Path) -> None:
    """Nothing fails; ``make conformance`` runs all modules, ``make test`` two of them."""
    server_folder = tmp_path / "server"
    server_folder.mkdir()
    server = live.start(server_folder, "--HubCollab.anonymous_read=True")

    try:
        found = conforming.run(tmp_path, server, *(() if os.environ.get("CONFORMANCE") else QUICK))
    except outside.CannotFetch as error:
        pytest.skip(f"the source distribution of huggingface_hub cannot be fetched: {error}")
    finally:
        server.stop()

    passed = sum(one.result == "passed" for one in found)
    print(f"\n{passed} passed, {sum(one.result == 'skipped' for one in found)} skipped of {len(found)}")
    assert [f"{one.name}: {one.why}" for one in found if one.result == "failed"] == []
    assert passed > 20


@pytest.mark.parametrize("module", sorted(SKIPS))
def test_every_skip_has_a_reason(module: str) -> None:
    """A list of exceptions that says nothing is none."""
    assert module in conforming.MODULES
    assert all(len(why) > 15 for why in SKIPS[module].values())
