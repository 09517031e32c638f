"""What people did with huggingface_hub before 2.0; run by an environment that has such a version."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

from huggingface_hub import HfApi, HfFileSystem, __version__, hf_hub_download, snapshot_download


def main(name: str) -> dict[str, object]:
    """Create, upload, list, download, delete; by functions that take their address from HF_ENDPOINT."""
    api = HfApi()
    seen: dict[str, object] = {"version": __version__, "user": api.whoami()["name"]}
    seen["url"] = str(api.create_repo(name, private=True))
    again = api.create_repo(name, exist_ok=True)
    seen["id"], seen["kind"] = again.repo_id, again.repo_type
    folder = Path(tempfile.mkdtemp())
    (folder / "sub").mkdir()
    (folder / "README.md").write_text("---\nlicense: mit\n---\n# Old\n")
    (folder / "sub" / "model.bin").write_bytes(os.urandom(3 << 20))
    made = api.upload_folder(repo_id=name, folder_path=folder, commit_message="All of it")
    seen["commit"] = made.oid
    api.upload_file(path_or_fileobj=b"later", path_in_repo="later.txt", repo_id=name)
    seen["files"] = sorted(api.list_repo_files(name))
    seen["models"] = [one.id for one in api.list_models(author=name.partition("/")[0])]
    fetched = Path(hf_hub_download(name, "sub/model.bin"))
    seen["same"] = fetched.read_bytes() == (folder / "sub" / "model.bin").read_bytes()
    snapshot = Path(snapshot_download(name, revision=made.oid))
    seen["snapshot"] = sorted(path.name for path in snapshot.rglob("*") if path.is_file())
    api.create_branch(name, branch="dev")
    api.create_tag(name, tag="v1", revision=made.oid)
    refs = api.list_repo_refs(name)
    seen["refs"] = sorted(one.name for one in [*refs.branches, *refs.tags])
    seen["tree"] = sorted(one.path for one in api.list_repo_tree(name, recursive=True))
    seen["history"] = [one.title for one in api.list_repo_commits(name)]
    seen["read"] = HfFileSystem().cat(f"{name}/later.txt").decode()
    api.delete_file("later.txt", name)
    seen["left"] = api.file_exists(name, "later.txt")
    data = api.create_repo(name, repo_type="dataset")
    seen["dataset"] = [data.repo_id, data.repo_type]
    api.upload_file(path_or_fileobj=b"a,b\n1,2\n", path_in_repo="train.csv", repo_id=name, repo_type="dataset")
    api.delete_repo(name, repo_type="dataset")
    api.delete_repo(name)
    seen["there"] = api.repo_exists(name)
    return seen


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1])))
