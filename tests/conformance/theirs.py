"""Stands in as ``conftest.py`` beside the client's own tests, whose source distribution has none.

Their tests name a server, three people and an organization in constants; `suite.py` has put ours there. What is listed
in ``skips.toml`` is skipped with the reason that stands there.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import HfApi, RepoUrl

from .testing_constants import ENDPOINT_STAGING, TOKEN
from .testing_utils import repo_name

MARKS = ("api", "transfer", "inference", "xet", "no_xet", "production", "deprecated", "git_lfs", "vcr")
ASKS_ELSEWHERE = "asks huggingface.co itself, which tests do not reach"


class RepoFactory:
    """Makes repos for a test and deletes them after it."""

    def __init__(self, api: HfApi) -> None:
        self._api = api
        self._made: list[tuple[RepoUrl, Any]] = []

    def __call__(
        self, repo_type: str = "model", *, repo_id: str | None = None, token: Any = None, **kw: Any
    ) -> RepoUrl:
        url = self._api.create_repo(repo_id or repo_name(), repo_type=repo_type, token=token, **kw)
        self._made.append((url, token))
        return url

    def clear(self) -> None:
        """Delete what was made."""
        for url, token in self._made:
            self._api.delete_repo(url.repo_id, repo_type=url.repo_type, token=token, missing_ok=True)


def pytest_configure(config: pytest.Config) -> None:
    """Their marks."""
    for mark in MARKS:
        config.addinivalue_line("markers", f"{mark}: of the client's own suite")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what is listed, each with its reason."""
    listed = tomllib.loads(Path(os.environ["CONFORMANCE_SKIPS"]).read_text())
    reasons = {f"{module}::{name}": why for module, tests in listed.items() for name, why in tests.items()}
    for item in items:
        name = item.nodeid.partition("/")[2].replace(".py", "").partition("[")[0]
        why = reasons.get(name) or reasons.get(name.rpartition("::")[0])
        if item.get_closest_marker("production"):
            why = ASKS_ELSEWHERE
        if item.get_closest_marker("no_xet"):
            why = "for a client without hf_xet"
        if why is not None:
            item.add_marker(pytest.mark.skip(reason=why))


@pytest.fixture(scope="session")
def api() -> HfApi:
    """The client of the first person."""
    return HfApi(endpoint=ENDPOINT_STAGING, token=TOKEN)


@pytest.fixture
def repo_factory(api: HfApi) -> Iterator[RepoFactory]:
    """Makes repos that are gone after the test."""
    factory = RepoFactory(api)
    yield factory
    factory.clear()


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path_factory.mktemp("hub")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(folder))
