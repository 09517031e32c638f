"""The real client, two people, and a fresh repo per test."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import live
import pytest

os.environ.setdefault("HF_HOME", tempfile.mkdtemp(prefix="hf-home-"))
os.environ |= {"HF_HUB_DISABLE_PROGRESS_BARS": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "DO_NOT_TRACK": "1"}

if TYPE_CHECKING:
    from huggingface_hub import HfApi


@pytest.fixture(scope="session")
def api_of(server: live.Live) -> Callable[[str, str], HfApi]:
    """The client of a person, with a token of a scope."""
    from huggingface_hub import HfApi

    def make(user: str, scope: str = "write") -> HfApi:
        return HfApi(endpoint=server.endpoint, token=server.hub_token(user, scope))

    return make


@pytest.fixture(scope="session")
def ann(api_of: Callable[..., HfApi]) -> HfApi:
    return api_of("ann")


@pytest.fixture(scope="session")
def bob(api_of: Callable[..., HfApi]) -> HfApi:
    return api_of("bob")


@pytest.fixture
def repo(ann: HfApi) -> str:
    """A public model of Ann's with nothing in it."""
    name = f"team/r{uuid4().hex[:12]}"
    ann.create_repo(name)
    return name


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder to upload: texts, a nested blob, an empty file."""
    (tmp_path / "up" / "sub").mkdir(parents=True)
    (tmp_path / "up" / "README.md").write_text("---\nlicense: mit\ntags: [vision]\n---\n# Digits\n")
    (tmp_path / "up" / "config.json").write_text('{"model_type": "digits"}')
    (tmp_path / "up" / "empty.txt").write_text("")
    (tmp_path / "up" / "sub" / "model.safetensors").write_bytes(bytes(range(256)) * 20_000)
    return tmp_path / "up"
