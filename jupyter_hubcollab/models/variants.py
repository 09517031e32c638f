"""The forms in which a model exists, and making some: other weights of its repo, and repos that were made of it.

Built as ``Variants(shelves, summaries, jobs)``. Types are read from the headers of safetensors, each file's once; of
other formats the name has to tell.
"""

from __future__ import annotations

import json
import posixpath
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .. import wire
from ..access import covers, require, role
from ..errors import BadInput, BlobNotFound, NotSupported
from ..hub.changes import Change, Put
from ..hub.headers import parameters_in, safetensors_header
from ..names import FilePath, RepoId, Revision, revision
from .diff.tensor_files import tensors_of
from .scan.verdicts import Verdict, worst
from .variant_files import Group, cast_name, code_of, default_of, grouped
from .weight_casting import KINDS, cast, is_castable

if TYPE_CHECKING:
    from ..access import Actor
    from ..hub.files import Entry
    from ..hub.repos import Repo
    from ..jobs import Jobs, Progress
    from .publications import Shelves
    from .summaries import Summaries

Types = Counter[str]
"""How many numbers there are of each type."""

MOST_GROUPS = 100
MOST_SHARDS = 64
MOST_REMEMBERED = 2_000
MOST_CHILDREN = 100
LARGEST_INDEX = 8 << 20
INDEX = ".safetensors.index.json"
BRANCH = "variants/"
ELSEWHERE = ("int8", "int4", "fp8", "onnx", "gguf", "pruned")
"""What other tools make."""
DERIVED = ("", "finetune", "adapter", "merge")
"""Relations of which something else comes than another form of the same model."""


@dataclass(frozen=True)
class _Found:
    """A revision of a model, and the forms in it."""

    actor: Actor
    repo: Repo
    asked: Revision
    commit: Revision
    entries: dict[str, Entry]
    groups: list[Group]
    types: list[Types]

    def sources(self, label: str) -> Iterator[Group]:
        """The weights of which *label* can be made."""
        made = {(one.folder, one.stem) for one in self.groups}
        for group, types in zip(self.groups, self.types, strict=True):
            is_new = (group.folder, f"{group.stem}.{label}") not in made
            is_plain = group.format == "safetensors" and not group.label
            if is_plain and is_new and any(is_castable(kind, KINDS[label]) for kind in types):
                yield group


class Variants:
    """The variants of all models."""

    def __init__(self, shelves: Shelves, summaries: Summaries, jobs: Jobs) -> None:
        self._shelves = shelves
        self._summaries = summaries
        self._jobs = jobs
        self._lock = threading.Lock()
        self._known: OrderedDict[str, Types] = OrderedDict()

    def of(self, actor: Actor, repo: RepoId, at: Revision) -> wire.VariantList:
        """The forms of a revision of a model, and the repos of this hub that are forms of it."""
        found = self._find(actor, repo, at)
        may = covers(role(actor, found.repo), "write") and actor.scope != "read"
        return wire.VariantList(
            id=str(found.repo.id),
            commit=found.commit,
            variants=[*self._here(found), *self._elsewhere(actor, found.repo)],
            makeable=[label for label in KINDS if may and any(found.sources(label))],
        )

    def make(self, actor: Actor, repo: RepoId, asked: wire.VariantRequest) -> wire.Job:
        """Begin to write the weights of a model again in other precisions; a commit beside the old ones.

        Raises:
            NotSupported: other tools make this.
            BadInput: there is nothing of which it could be made, or it is there already.
        """
        found = self._find(actor, repo, revision(asked.revision))
        require(actor, "write", found.repo)
        formats = list(dict.fromkeys(asked.formats))
        work = [(label, group) for label in formats for group in self._wanted(found, label)]
        if not work:
            raise BadInput(f"say which variants to make: {' or '.join(KINDS)}")
        into = self._branch(found, asked.into)

        def make(progress: Progress) -> None:
            changes = self._made(found, work, progress)
            if into not in {ref.name for ref in self._shelves.refs.branches(actor, found.repo.id)}:
                self._shelves.refs.create_branch(actor, found.repo.id, into, found.commit)
            message = f"Add {' and '.join(formats)} weights"
            self._shelves.commits.commit(actor, found.repo.id, changes, message=message, branch=Revision(into))

        return self._jobs.start(actor, "variants", f"Make {' and '.join(formats)} of {found.repo.id}", make)

    def _find(self, actor: Actor, repo: RepoId, at: Revision) -> _Found:
        found = self._shelves.repos.get(actor, repo)
        commit = Revision(self._shelves.refs.resolve(actor, found.id, at).id)
        every = self._shelves.files.tree(actor, found.id, commit)
        entries = {str(one.path): one for one in every if not one.is_dir}
        groups = grouped(entries)[:MOST_GROUPS]
        bare = _Found(actor, found, at, commit, entries, groups, [])
        return replace(bare, types=[self._types(bare, one) for one in groups])

    def _here(self, found: _Found) -> list[wire.Variant]:
        """The forms in the repo itself: what is loaded by default first, then the smallest."""
        default, id = default_of(found.groups), str(found.repo.id)
        listed = self._summaries.files(found.actor, found.repo.id, found.commit).files
        safety = {one.path: one.safety for one in listed}
        shown = []
        for group, types in zip(found.groups, found.types, strict=True):
            paths = [*group.paths, *group.beside]
            one = wire.Variant(
                repo_id=id,
                label=group.label,
                format=group.format,
                dtype=max(types, key=lambda kind: types[kind]) if types else group.named_type,
                parameters=sum(types.values()) or None,
                size_bytes=sum(found.entries[path].size for path in paths),
                files=paths,
                relation="",
                safety=worst(Verdict(safety[path]) for path in paths).safety,
                is_default=group is default,
                code=code_of(id, found.asked, group, default),
            )
            shown.append(one)
        return sorted(shown, key=lambda one: (not one.is_default, one.size_bytes))

    def _elsewhere(self, actor: Actor, repo: Repo) -> Iterator[wire.Variant]:
        """Repos of this hub whose card says that they are this model in another form."""
        from ..hub.repos import Listing

        asked = Listing("model", tags=[f"base_model:{repo.id}"], limit=MOST_CHILDREN)
        for child in self._shelves.repos.select(actor, asked):
            how = child.card.get("base_model_relation")
            if not isinstance(how, str) or how in DERIVED:
                continue
            told = child.weights
            numbers = told.get("safetensors") or told.get("gguf") or {}
            types: dict[str, int] = numbers.get("parameters") or {}
            yield wire.Variant(
                repo_id=str(child.id),
                label="",
                format=", ".join(told.get("formats") or ()),
                dtype=max(types, key=lambda kind: types[kind]) if types else "",
                parameters=numbers.get("total"),
                size_bytes=child.size_bytes,
                files=[],
                relation=how,
                safety=None,
                is_default=False,
                code=f'import jupyter_hubcollab as hub\n\nmodel = hub.load("{child.id}")',
            )

    def _types(self, found: _Found, group: Group) -> Types:
        """The types of a group's numbers, as the headers tell; empty where they do not."""
        total: Types = Counter()
        if group.format == "safetensors":
            for path in group.paths[:MOST_SHARDS]:
                total += self._types_in(found, found.entries[path])
        return total

    def _types_in(self, found: _Found, entry: Entry) -> Types:
        key = entry.digest or entry.oid
        with self._lock:
            known = self._known.get(key)
        if known is not None:
            return known
        files, id = self._shelves.files, found.repo.id

        def read(start: int, end: int) -> bytes:
            span = (start, min(end, entry.size))
            return b"".join(files.description(found.actor, id, found.commit, entry, span))

        try:
            types = Counter(parameters_in(safetensors_header(read, entry.size)))
        except (BadInput, BlobNotFound):  # somebody uploaded something else under that name
            types = Counter()
        with self._lock:
            self._known[key] = types
            if len(self._known) > MOST_REMEMBERED:
                self._known.popitem(last=False)
        return types

    def _wanted(self, found: _Found, label: str) -> list[Group]:
        if label in ELSEWHERE:
            raise NotSupported(
                f"{label} is not made here, {' and '.join(KINDS)} are. Publish what another tool makes as a model "
                f"whose card says 'base_model: {found.repo.id}' and 'base_model_relation: quantized': it is listed, too"
            )
        if label not in KINDS:
            raise BadInput(f"'{label[:40]}' is no variant that is known here; {' and '.join(KINDS)} can be made")
        wanted = list(found.sources(label))
        if not wanted:
            raise BadInput(f"{found.repo.id} has no safetensors at {found.asked} of which {label} would be new")
        return wanted

    def _branch(self, found: _Found, into: str | None) -> str:
        """Where the result goes: to the branch of which it is made, else to one of its own."""
        if into:
            return into
        branches = {ref.name for ref in self._shelves.refs.branches(found.actor, found.repo.id)}
        return found.asked if found.asked in branches else f"{BRANCH}{found.asked}"

    def _made(self, found: _Found, work: Sequence[tuple[str, Group]], progress: Progress) -> list[Change]:
        total = max(sum(found.entries[path].size for _, group in work for path in group.paths), 1)
        done = 0

        def tell(count: int) -> None:
            nonlocal done
            done += count
            progress(min(done / total, 1.0), f"{done >> 20} of {total >> 20} MiB")

        return [change for label, group in work for change in self._cast(found, label, group, tell)]

    def _cast(self, found: _Found, label: str, group: Group, tell: Callable[[int], None]) -> Iterator[Change]:
        """The files of *group* in another precision, stored, and their index where they are shards."""
        size = 0
        for path in group.paths:
            entry = found.entries[path]

            def span(start: int, end: int, entry: Entry = entry) -> Iterator[bytes]:
                return self._shelves.files.content(found.actor, found.repo.id, found.commit, entry, (start, end))

            tensors = tensors_of(path, entry.size, span)
            digest = self._shelves.blobs.put(cast(tensors, KINDS[label], tell))
            put = Put(FilePath(cast_name(path, label)), digest, self._shelves.blobs.size(digest))
            size += put.size
            yield put
        for path in [one for one in found.entries if one.endswith(INDEX)]:
            content = self._index(found, path, label, group, size)
            if content is not None:
                stem = path.removesuffix(".json")
                yield Put(FilePath(f"{stem}.{label}.json"), content, len(content))

    def _index(self, found: _Found, path: str, label: str, group: Group, size: int) -> bytes | None:
        """Which tensor is in which shard, for the new names; None if it is the index of other files."""
        entry, folder = found.entries[path], posixpath.dirname(path)
        if entry.size > LARGEST_INDEX:
            raise BadInput(f"'{path}' is too long")
        text = b"".join(self._shelves.files.content(found.actor, found.repo.id, found.commit, entry))
        try:
            known: dict[str, str] = json.loads(text)["weight_map"]
            listed = {posixpath.join(folder, one) for one in known.values()}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadInput(f"'{path}' is no index of shards") from error
        if not listed & set(group.paths):
            return None
        renamed = {name: cast_name(one, label) for name, one in known.items()}
        return json.dumps({"metadata": {"total_size": size}, "weight_map": renamed}, indent=1).encode()
