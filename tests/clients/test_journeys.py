"""Whole journeys by the libraries that people use, unmodified: model, data set, command line, git, JavaScript."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import live
import outside
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]
HERE = Path(__file__).parent
HEAVY = pytest.mark.skipif(
    not os.environ.get("CLIENTS"), reason="fetches gigabytes of other people's clients: make clients"
)
LIBRARIES = ("huggingface_hub>=2.4,<3", "transformers==5.23.0", "datasets==5.2.0", "torch")


def run(*command: str, settings: dict[str, str], cwd: Path | None = None) -> str:
    """Run a program of others; what it printed."""
    done = subprocess.run(command, env=settings, capture_output=True, text=True, check=False, cwd=cwd)
    assert done.returncode == 0, f"{command}: {done.stdout[-1000:]}{done.stderr[-3000:]}"
    return done.stdout


def seen_by(script: str, settings: dict[str, str], name: str) -> dict[str, object]:
    """What a script saw that runs beside the libraries."""
    try:
        python = outside.environment_with("libraries", *LIBRARIES)
    except outside.CannotFetch as error:
        pytest.skip(f"the libraries cannot be fetched: {error}")
    printed = run(str(python), "-W", "ignore", str(HERE / script), name, settings=settings)
    found: dict[str, object] = json.loads(printed.splitlines()[-1])
    return found


@HEAVY
def test_a_model_is_pushed_and_loaded_by_transformers(settings: dict[str, str]) -> None:
    """``push_to_hub`` and ``from_pretrained`` give the same numbers, by branch too."""
    seen = seen_by("transformers_journey.py", settings, f"ann/tiny-{uuid4().hex[:8]}")

    assert seen["same"]
    assert seen["branches differ"]
    assert "cat" in str(seen["vocabulary"])
    assert seen["guesses"]


@HEAVY
def test_a_data_set_is_pushed_loaded_and_streamed(settings: dict[str, str]) -> None:
    """``load_dataset`` gives what ``push_to_hub`` took, whole, by split, by configuration and as a stream."""
    seen = seen_by("datasets_journey.py", settings, f"ann/rows-{uuid4().hex[:8]}")

    assert seen == {
        "rows": {"train": 20_000, "test": 100},
        "same": True,
        "first": ["row 0", "row 1", "row 2"],
        "late": 15_000,
        "small": 50,
        "sliced": list(range(10, 20)),
    }


def test_the_command_line_makes_fills_fetches_and_deletes(settings: dict[str, str], tmp_path: Path) -> None:
    """``hf`` from the first command to the last."""
    hf, name = str(Path(sys.executable).with_name("hf")), f"ann/cli-{uuid4().hex[:8]}"
    (tmp_path / "up" / "sub").mkdir(parents=True)
    (tmp_path / "up" / "README.md").write_text("---\nlicense: mit\n---\n# By hand\n")
    content = os.urandom(2 << 20)
    (tmp_path / "up" / "sub" / "model.bin").write_bytes(content)

    who = run(hf, "auth", "whoami", settings=settings)
    run(hf, "upload", name, str(tmp_path / "up"), ".", "--private", settings=settings)
    listed = run(hf, "models", "list", "--author", "ann", "--quiet", settings=settings)
    run(hf, "repos", "tag", "create", name, "v1", settings=settings)
    run(hf, "download", name, "--local-dir", str(tmp_path / "down"), "--revision", "v1", settings=settings)
    run(hf, "repos", "delete", name, "--yes", settings=settings)

    assert "ann" in who
    assert name in listed
    assert (tmp_path / "down" / "sub" / "model.bin").read_bytes() == content
    assert (tmp_path / "down" / "README.md").read_text().endswith("# By hand\n")


@pytest.mark.skipif(shutil.which("git-lfs") is None, reason="git-lfs is not installed")
def test_git_and_git_lfs_find_nothing_wrong(settings: dict[str, str], server: live.Live, tmp_path: Path) -> None:
    """What was uploaded is cloned, changed, pushed, and whole to git and git-lfs, here and on the server."""
    from huggingface_hub import HfApi

    api, name = HfApi(endpoint=server.endpoint, token=settings["HF_TOKEN"]), f"ann/git-{uuid4().hex[:8]}"
    api.create_repo(name)
    api.upload_file(path_or_fileobj=os.urandom(3 << 20), path_in_repo="sub/model.bin", repo_id=name)
    api.upload_file(path_or_fileobj=b"---\nlicense: mit\n---\n", path_in_repo="README.md", repo_id=name)
    remote = f"{server.endpoint.replace('://', '://ann:' + settings['HF_TOKEN'] + '@')}/{name}"
    own = {**settings, "HOME": str(tmp_path), "GIT_TERMINAL_PROMPT": "0", "GIT_CONFIG_NOSYSTEM": "1"}
    run("git", "config", "--global", "user.email", "ann@example.org", settings=own)
    run("git", "config", "--global", "user.name", "Ann", settings=own)
    run("git", "lfs", "install", settings=own)
    clone = tmp_path / "clone"
    run("git", "clone", "-q", remote, str(clone), settings=own)
    (clone / "more.safetensors").write_bytes(os.urandom(1 << 20))
    run("git", "add", "more.safetensors", settings=own, cwd=clone)
    run("git", "commit", "-qm", "More", settings=own, cwd=clone)

    run("git", "push", "-q", settings=own, cwd=clone)

    run("git", "fsck", "--strict", "--full", settings=own, cwd=clone)
    run("git", "lfs", "fsck", settings=own, cwd=clone)
    again = tmp_path / "again"
    run("git", "clone", "-q", remote, str(again), settings=own)
    assert (again / "more.safetensors").read_bytes() == (clone / "more.safetensors").read_bytes()
    assert len((again / "sub" / "model.bin").read_bytes()) == 3 << 20
    for bare in (server.folder / "repos").glob("*/*.git"):
        run("git", "--git-dir", str(bare), "fsck", "--strict", "--full", settings=own)


@HEAVY
def test_the_javascript_client_makes_fills_reads_and_deletes(settings: dict[str, str], server: live.Live) -> None:
    """``@huggingface/hub`` with its own Xet code."""
    folder, name = outside.CLIENTS / "javascript", f"ann/js-{uuid4().hex[:8]}"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text('{"private": true, "type": "module"}')
    run(
        "npm",
        "install",
        "--silent",
        "--no-audit",
        "--no-fund",
        "@huggingface/hub@2.17.5",
        settings=settings,
        cwd=folder,
    )
    shutil.copy(HERE / "hub_journey.mjs", folder)

    token = f"hf_{settings['HF_TOKEN']}"  # this client takes only tokens that begin so
    printed = run("node", "hub_journey.mjs", server.endpoint, token, name, settings=settings, cwd=folder)

    seen = json.loads(printed.splitlines()[-1])
    assert (seen["same"], seen["part"], seen["missing"]) == (True, True, False)
    assert {"README.md", "sub/model.bin"} <= set(seen["files"])
    assert name in seen["models"]
