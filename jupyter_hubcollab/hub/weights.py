"""What a model's files say of it: parameters, formats, configuration. Read once a commit, which never changes."""

from __future__ import annotations

import json
import posixpath
import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, select, update

from ..access import Actor
from ..errors import BadInput, BlobNotFound, EntryNotFound, HubError
from ..names import CONFIG_FILE, DEFAULT_BRANCH, WEIGHTS_FILE, FilePath, RepoId, Revision
from ..storage.database import Database
from ..storage.schema import repo_tags, repos
from .events import CommitMade
from .files import Entry, Files
from .headers import Read, gguf_facts, parameters_in, safetensors_header
from .namespaces import Namespaces
from .refs import HEADS, Refs
from .repos import Repo

Facts = dict[str, Any]
"""``safetensors``, ``gguf`` and ``config`` as the Hugging Face Hub words them, each if there is one; ``formats``."""

_INDEX = f"{WEIGHTS_FILE}.index.json"
_FORMATS = {".safetensors": "safetensors", ".gguf": "gguf", ".onnx": "onnx", ".keras": "keras", ".tflite": "tflite"}
_MOST_SHARDS, _MOST_FILES, _LARGEST_JSON = 400, 2000, 8 << 20
_MOST_REMEMBERED = 2000


class Weights:
    """Reads what weight files say of themselves."""

    def __init__(self, database: Database, refs: Refs, files: Files, namespaces: Namespaces) -> None:
        self._namespaces = namespaces
        self._database = database
        self._refs = refs
        self._files = files
        self._lock = threading.Lock()
        self._remembered: OrderedDict[tuple[int, str], Facts] = OrderedDict()

    def of(self, actor: Actor, repo: Repo, commit: str) -> Facts:
        """The facts of a commit of *repo*."""
        key = (repo.pk, commit)
        with self._lock:
            found = self._remembered.get(key)
        if found is None:
            found = self._read(actor, repo, Revision(commit))
            with self._lock:
                self._remembered[key] = found
                if len(self._remembered) > _MOST_REMEMBERED:
                    self._remembered.popitem(last=False)
            if commit == repo.head:
                self._keep(repo, found)
        return found

    def headers(self, actor: Actor, repo: Repo, index: str) -> tuple[Facts, dict[str, Facts]]:
        """The index *index* of ``main``, and the headers of the files that it names.

        Raises:
            EntryNotFound: one of them is not there.
            BadInput: one of them is not what its name says.
        """
        at = Revision(repo.head or "main")
        content = self._json(actor, repo, at, self._files.entry(actor, repo.id, at, FilePath(index)))
        folder = posixpath.dirname(index)
        found = {}
        for shard in _shards(content):
            entry = self._files.entry(actor, repo.id, at, FilePath(posixpath.join(folder, shard)))
            found[shard] = safetensors_header(self._reader(actor, repo, at, entry), entry.size)
        return content, found

    def heed(self, event: CommitMade) -> None:
        """Read a new ``main`` before anybody asks: lists are filtered by it."""
        if event.repo.kind != "model" or event.ref != f"{HEADS}main":
            return
        _, commit, found = self._refs.find(event.actor, event.repo, Revision(event.commit))
        names = {} if len(commit.tree) > _MOST_FILES else {str(one.name) for one in commit.tree}
        if any(posixpath.splitext(name)[1] in _FORMATS for name in names) or found.has_weights:
            self.of(event.actor, found, event.commit)

    def refresh(self, id: RepoId, owner: str) -> None:
        """Read ``main`` again, whatever is remembered of it."""
        if id.kind != "model":
            return
        try:
            reader = self._namespaces.reader(owner, id.namespace)
            _, commit, found = self._refs.find(reader, id, DEFAULT_BRANCH)
            self._keep(found, self._read(reader, found, Revision(str(commit.id))))
        except HubError:  # an empty or damaged repo, which fsck tells
            return

    def _read(self, actor: Actor, repo: Repo, at: Revision) -> Facts:
        entries = {one.path: one for one in self._files.tree(actor, repo.id, at, recursive=False) if not one.is_dir}
        facts: Facts = {}
        formats = {_FORMATS[end] for path in entries if (end := posixpath.splitext(path)[1]) in _FORMATS}
        facts["formats"] = sorted(formats)
        try:
            facts |= self._safetensors(actor, repo, at, entries)
            facts |= self._gguf(actor, repo, at, entries)
            facts |= self._config(actor, repo, at, entries)
        except (BadInput, BlobNotFound, EntryNotFound):  # somebody uploaded something else under that name
            pass
        return facts

    def _safetensors(self, actor: Actor, repo: Repo, at: Revision, entries: dict[FilePath, Entry]) -> Facts:
        is_sharded = WEIGHTS_FILE not in entries and _INDEX in entries
        if is_sharded:
            names: Sequence[str] = _shards(self._json(actor, repo, at, entries[FilePath(_INDEX)]))
        else:
            every = sorted(path for path in entries if path.endswith(".safetensors"))
            names = [WEIGHTS_FILE] if WEIGHTS_FILE in entries else every
        total: dict[str, int] = {}
        for name in names[:_MOST_SHARDS]:
            entry = entries.get(FilePath(name))
            if entry is None:
                return {}
            header = safetensors_header(self._reader(actor, repo, at, entry), entry.size)
            for dtype, count in parameters_in(header).items():
                total[dtype] = total.get(dtype, 0) + count
        if not names:
            return {}
        return {"safetensors": {"parameters": total, "total": sum(total.values()), "sharded": is_sharded}}

    def _gguf(self, actor: Actor, repo: Repo, at: Revision, entries: dict[FilePath, Entry]) -> Facts:
        first = next((one for path, one in sorted(entries.items()) if path.endswith(".gguf")), None)
        if first is None:
            return {}
        return {"gguf": gguf_facts(self._reader(actor, repo, at, first), first.size)}

    def _config(self, actor: Actor, repo: Repo, at: Revision, entries: dict[FilePath, Entry]) -> Facts:
        entry = entries.get(FilePath(CONFIG_FILE))
        if entry is None:
            return {}
        content = self._json(actor, repo, at, entry)
        shown = ("architectures", "model_type", "quantization_config", "auto_map")
        return {"config": {name: content[name] for name in shown if name in content}}

    def _json(self, actor: Actor, repo: Repo, at: Revision, entry: Entry) -> Facts:
        if entry.size > _LARGEST_JSON:
            raise BadInput(f"'{entry.path}' is too long")
        try:
            content = json.loads(self._reader(actor, repo, at, entry)(0, entry.size))
        except (ValueError, RecursionError) as error:
            raise BadInput(f"'{entry.path}' is no JSON") from error
        if not isinstance(content, dict):
            raise BadInput(f"'{entry.path}' is no JSON object")
        return content

    def _reader(self, actor: Actor, repo: Repo, at: Revision, entry: Entry) -> Read:
        def read(start: int, end: int) -> bytes:
            span = (start, min(end, entry.size))
            return b"".join(self._files.description(actor, repo.id, at, entry, span))

        return read

    def _keep(self, repo: Repo, facts: Facts) -> None:
        """Note it where lists look."""
        total = (facts.get("safetensors") or facts.get("gguf") or {}).get("total")
        values = {"weights": json.dumps(facts), "parameters": total if total and total < 1 << 62 else None}
        tags = [{"repo_pk": repo.pk, "tag": tag} for tag in facts["formats"]]
        with self._database.write_derived() as connection:
            connection.execute(update(repos).where(repos.c.pk == repo.pk, repos.c.head == repo.head).values(**values))
            mine = (repo_tags.c.repo_pk == repo.pk) & repo_tags.c.tag.in_(_FORMATS.values())
            held = set(connection.execute(select(repo_tags.c.tag).where(mine)).scalars())
            new = [tag for tag in tags if tag["tag"] not in held]
            if new:
                connection.execute(insert(repo_tags), new)


def _shards(index: Facts) -> list[str]:
    weight_map = index.get("weight_map")
    if not isinstance(weight_map, dict):
        return []
    return sorted({name for name in weight_map.values() if isinstance(name, str)})[:_MOST_SHARDS]
