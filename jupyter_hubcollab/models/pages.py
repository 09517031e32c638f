"""Repos of every kind as their pages show them: head, card, folders, history, differences, refs.

Built as ``Pages(shelves, differences, summaries, versions=…, facts=…, scans=…, protection=…)``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

from .. import wire
from ..access import require
from ..errors import AccessDenied
from ..names import DEFAULT_BRANCH, FilePath, RepoId, RepoKind, Revision
from . import cards, provenance
from .scan.kinds import kind_of
from .scan.verdicts import SAFE

if TYPE_CHECKING:
    from ..access import Actor
    from ..hub.differences import Difference, Differences, FileDifference
    from ..hub.files import Entry
    from ..hub.protection import Protection, Rule
    from ..hub.refs import Commit, Ref
    from ..hub.repos import Repo
    from .facts import FactsOf
    from .publications import Shelves
    from .scan import Scans, Verdict
    from .summaries import Summaries
    from .versions import Versions

FOLDERS: dict[RepoKind, str] = {"model": "models", "dataset": "datasets", "space": "spaces"}
"""How a kind is called in addresses."""
MOST_LISTED = 500
MOST_COMMITS = 500
UNSCANNED: tuple[wire.Safety, str] = ("unscanned", "nobody has looked into it yet")


class Pages:
    """Shows repos."""

    def __init__(  # noqa: PLR0913 -- collaborators
        self,
        shelves: Shelves,
        differences: Differences,
        summaries: Summaries,
        *,
        versions: Versions,
        facts: FactsOf,
        scans: Scans,
        protection: Protection,
    ) -> None:
        self._shelves = shelves
        self._differences = differences
        self._summaries = summaries
        self._versions = versions
        self._facts = facts
        self._scans = scans
        self._protection = protection

    def list(self, actor: Actor, kind: RepoKind, *, owner: str | None, limit: int, offset: int) -> wire.RepoList:
        """Some repos of a kind, the last changed first; only those of *owner*, if given."""
        from ..hub.repos import Listing

        listing = Listing(kind, owner=owner, limit=min(limit, MOST_LISTED), offset=offset)
        found = self._shelves.repos.select(actor, listing)
        total = self._shelves.repos.count(actor, listing)
        return wire.RepoList(repos=[head(actor, repo) for repo in found], total=total)

    def page(self, actor: Actor, repo: RepoId, revision: Revision) -> wire.RepoPage:
        """What the page of a repo opens with."""
        found = self._shelves.repos.get(actor, repo)
        commit = self._shelves.refs.resolve(actor, found.id, revision).id
        text = self._facts.text(actor, found.id, Revision(commit), cards.NAME)
        card = cards.shown(text)
        return wire.RepoPage(
            repo=head(actor, found),
            revision=revision,
            commit=commit,
            card=wire.Card(revision=revision, markdown=card.markdown, metadata=card.metadata),
            model=self._about(actor, found, revision, commit) if found.id.kind == "model" else None,
        )

    def _about(self, actor: Actor, found: Repo, revision: Revision, commit: str) -> wire.ModelAbout:
        made = provenance.read(self._facts.text(actor, found.id, Revision(commit), provenance.NAME))
        versioned = "" if revision == DEFAULT_BRANCH else f', revision="{revision}"'
        return wire.ModelAbout(
            summary=self._summaries.shown(actor, [found])[0],
            versions=list(self._versions.list(actor, found.id)),
            provenance=provenance.shown(made),
            load_code=f'import jupyter_hubcollab as hub\n\nmodel = hub.load("{found.id}"{versioned})',
        )

    def tree(self, actor: Actor, repo: RepoId, revision: Revision, path: str) -> wire.Tree:
        """What lies in a folder, folders first, with the verdicts on the files."""
        found = self._shelves.repos.get(actor, repo)
        commit = self._shelves.refs.resolve(actor, found.id, revision).id
        below = self._shelves.files.tree(actor, found.id, Revision(commit), path=path)
        start = len(path) + 1 if path else 0
        here = [entry for entry in below if "/" not in entry.path[start:]]
        sizes = _sizes_of_folders(below, start)
        files = [entry for entry in here if not entry.is_dir]
        return wire.Tree(
            revision=revision,
            commit=commit,
            path=path,
            entries=[
                *(_folder(entry, sizes.get(entry.path, (0, 0))) for entry in here if entry.is_dir),
                *self._shown(found.id, commit, files),
            ],
            size_bytes=sum(entry.size for entry in below),
            file_count=sum(not entry.is_dir for entry in below),
        )

    def _shown(self, repo: RepoId, commit: str, files: Sequence[Entry]) -> Iterable[wire.TreeEntry]:
        digests = [(entry.path, entry.digest) for entry in files if entry.digest is not None]
        verdicts = self._scans.known(digests)
        chunked = self._shelves.blobs.xet_hashes(digest for _, digest in digests)
        for entry in files:
            verdict = verdicts.get((entry.path, entry.digest)) if entry.digest else None
            kept = "git" if entry.digest is None else "xet" if entry.digest in chunked else "lfs"
            yield _file(repo, commit, entry, verdict=verdict, kept=kept)  # type: ignore[arg-type]

    def commits(self, actor: Actor, repo: RepoId, revision: Revision, *, limit: int, offset: int) -> wire.CommitList:
        """A page of the history."""
        limit = min(limit, MOST_COMMITS)
        found = self._shelves.refs.history(actor, repo, revision, limit=limit + 1, offset=offset)
        shown = [commit_shown(one) for one in found[:limit]]
        return wire.CommitList(revision=revision, commits=shown, has_more=len(found) > limit)

    def made_by(self, actor: Actor, repo: RepoId, revision: Revision, path: str) -> wire.Comparison:
        """What a commit changed."""
        return comparison(self._differences.made_by(actor, repo, revision, path=path))

    def between(self, actor: Actor, repo: RepoId, base: Revision, to: Revision, path: str) -> wire.Comparison:
        """What differs between two revisions."""
        return comparison(self._differences.between(actor, repo, base, to, path=path))

    def since_common(self, actor: Actor, repo: RepoId, base: Revision, to: Revision, path: str) -> wire.Comparison:
        """What a merge of *to* into *base* would bring."""
        return comparison(self._differences.since_common(actor, repo, base, to, path=path))

    def refs(self, actor: Actor, repo: RepoId) -> wire.RefList:
        """All branches and tags."""
        refs, rules = self._shelves.refs, self._protection.list(actor, repo)
        return wire.RefList(
            branches=[ref_shown(ref, rules) for ref in refs.branches(actor, repo)],
            tags=[ref_shown(ref, rules) for ref in refs.tags(actor, repo)],
        )

    def storage(self, actor: Actor, repo: RepoId) -> wire.RepoStorage:
        """What a repo takes."""
        found = self._shelves.repos.get(actor, repo)
        sizes = {blob.digest: blob.size for blob in self._shelves.repos.named_blobs(actor, repo)}
        return wire.RepoStorage(
            files_bytes=found.size_bytes,
            blobs_bytes=sum(sizes.values()),
            blob_count=len(sizes),
            history_bytes=self._shelves.refs.history_bytes(found),
        )


def head(actor: Actor, repo: Repo) -> wire.RepoHead:
    """A repo as *actor* sees it."""
    return wire.RepoHead(
        kind=repo.id.kind,
        id=str(repo.id),
        namespace=repo.id.namespace,
        name=repo.id.name,
        owner=repo.owner,
        visibility="private" if repo.private else "public",
        gated=repo.gated or "off",
        may=permission(actor, repo),
        size_bytes=repo.size_bytes,
        downloads=repo.downloads,
        likes=repo.likes,
        created_at=repo.created_at,
        updated_at=repo.updated_at,
    )


def permission(actor: Actor, repo: Repo) -> wire.Permission:
    """The most that *actor* may do with a repo that they may read."""
    wanted: tuple[Literal["admin", "write"], ...] = ("admin", "write")
    for scope in wanted:
        try:
            require(actor, scope, repo)
        except AccessDenied:
            continue
        return scope
    return "read"


def commit_shown(commit: Commit) -> wire.CommitEntry:
    """A commit as people read it."""
    return wire.CommitEntry(
        id=commit.id,
        parents=list(commit.parents),
        message=commit.message,
        author=wire.Author(name=commit.author, display_name=commit.author_name),
        at=commit.at,
    )


def ref_shown(ref: Ref, rules: Sequence[Rule] = ()) -> wire.RefEntry:
    """A branch or a tag as people read it; *rules* protect some."""
    matched = any(rule.kind == ref.kind and fnmatchcase(ref.name, rule.pattern) for rule in rules)
    return wire.RefEntry(
        name=ref.name,
        kind=ref.kind,
        commit=ref.commit,
        message=ref.message,
        author=ref.author,
        at=ref.at,
        is_protected=matched or (ref.kind == "branch" and ref.name == DEFAULT_BRANCH),
    )


def comparison(found: Difference) -> wire.Comparison:
    """A difference as the page draws it."""
    return wire.Comparison(
        base=commit_shown(found.base) if found.base is not None else None,
        head=commit_shown(found.head),
        files=[_difference(file) for file in found.files],
        file_count=found.file_count,
    )


def _difference(file: FileDifference) -> wire.FileDiff:
    hunks = [
        wire.DiffHunk(
            header=hunk.header,
            lines=[wire.DiffLine(sign=line.sign, text=line.text, old=line.old, new=line.new) for line in hunk.lines],
        )
        for hunk in file.hunks
    ]
    return wire.FileDiff(
        path=file.path,
        old_path=file.old_path,
        kind=file.kind,
        content=file.content,
        old_size=file.old_size,
        new_size=file.new_size,
        additions=file.additions,
        deletions=file.deletions,
        hunks=hunks,
        is_cut=file.is_cut,
    )


def _sizes_of_folders(below: Sequence[Entry], start: int) -> dict[str, tuple[int, int]]:
    """Bytes and number of all files in each folder that stands *start* characters down."""
    sizes: dict[str, tuple[int, int]] = {}
    for entry in below:
        end = entry.path.find("/", start)
        if end > 0 and not entry.is_dir:
            size, count = sizes.get(entry.path[:end], (0, 0))
            sizes[entry.path[:end]] = (size + entry.size, count + 1)
    return sizes


def _folder(entry: Entry, size: tuple[int, int]) -> wire.TreeEntry:
    return wire.TreeEntry(
        name=entry.path.rpartition("/")[2],
        path=entry.path,
        is_folder=True,
        size_bytes=size[0],
        file_count=size[1],
        digest=entry.oid,
        kept="git",
        safety="safe",
        safety_note="",
        url="",
    )


def _file(
    repo: RepoId, commit: str, entry: Entry, *, verdict: Verdict | None, kept: Literal["git", "lfs", "xet"]
) -> wire.TreeEntry:
    if verdict is None and entry.digest is None and not kind_of(entry.path):
        verdict = SAFE  # a small text file
    safety, note = (verdict.safety, verdict.note) if verdict else UNSCANNED
    return wire.TreeEntry(
        name=entry.path.rpartition("/")[2],
        path=entry.path,
        is_folder=False,
        size_bytes=entry.size,
        file_count=1,
        digest=entry.digest or entry.oid,
        kept=kept,
        safety=safety,
        safety_note=note,
        url=resolve_url(repo, commit, entry.path),
    )


def resolve_url(repo: RepoId, commit: str, path: FilePath) -> str:
    """Where the bytes of a file are, below the server's base URL."""
    return f"hubcollab/api/repos/{FOLDERS[repo.kind]}/{repo}/resolve/{commit}/{quote(path)}"
