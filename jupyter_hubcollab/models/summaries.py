"""Models as lists and the model page show them.

Built as ``Summaries(repos, files, facts, versions, scans)``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote

from .. import wire
from ..names import DEFAULT_BRANCH, RepoId, Revision
from . import cards, provenance
from .scan.kinds import kind_of
from .scan.verdicts import SAFE

if TYPE_CHECKING:
    from ..access import Actor
    from ..hub.files import Entry, Files
    from ..hub.refs import Refs
    from ..hub.repos import Repo, Repos
    from .facts import Facts, FactsOf
    from .scan import Scans, Verdict
    from .versions import Versions

MOST_LISTED = 500
UNSCANNED: tuple[wire.Safety, str] = ("unscanned", "nobody has looked into it yet")


class Summaries:
    """Shows models."""

    def __init__(
        self, repos: Repos, refs: Refs, files: Files, facts: FactsOf, *, versions: Versions, scans: Scans
    ) -> None:
        self._repos = repos
        self._refs = refs
        self._files = files
        self._facts = facts
        self._versions = versions
        self._scans = scans

    def page(self, actor: Actor, *, owner: str | None, limit: int, offset: int) -> wire.ModelList:
        """Some models, the last changed first; only those of *owner*, if given."""
        from ..hub.repos import Listing

        listing = Listing("model", owner=owner, limit=min(limit, MOST_LISTED), offset=offset)
        found = self._repos.select(actor, listing)
        return wire.ModelList(models=self.shown(actor, found), total=self._repos.count(actor, listing))

    def one(self, actor: Actor, repo: RepoId) -> wire.ModelSummary:
        """One model."""
        return self.shown(actor, [self._repos.get(actor, repo)])[0]

    def shown(self, actor: Actor, found: Sequence[Repo]) -> list[wire.ModelSummary]:
        """*found* as models; what they say of themselves is read from the index in one go."""
        heads = {repo.id: repo.head or self._refs.resolve(actor, repo.id, DEFAULT_BRANCH).id for repo in found}
        facts = self._facts.many(actor, heads.items())
        return [self._summary(actor, repo, facts[repo.id, heads[repo.id]]) for repo in found]

    def model_page(self, actor: Actor, repo: RepoId, revision: Revision) -> wire.ModelPage:
        """Everything that the page of a model opens with."""
        model = self.one(actor, repo)
        found = RepoId(model.namespace, model.name)
        commit = Revision(self._refs.resolve(actor, found, revision).id)
        made = provenance.read(self._facts.text(actor, found, commit, provenance.NAME))
        return wire.ModelPage(
            model=model,
            card=self.card(actor, found, revision),
            files=self.files(actor, found, revision),
            versions=list(self._versions.list(actor, found)),
            provenance=provenance.shown(made),
            load_code=_load_code(model, revision),
        )

    def card(self, actor: Actor, repo: RepoId, revision: Revision) -> wire.Card:
        """The card of a revision; a broken one as the text it is."""
        self._refs.resolve(actor, repo, revision)
        card = cards.shown(self._facts.text(actor, repo, revision, cards.NAME))
        return wire.Card(revision=revision, markdown=card.markdown, metadata=card.metadata)

    def files(self, actor: Actor, repo: RepoId, revision: Revision) -> wire.FileList:
        """The files of a revision with the verdicts on them."""
        commit = self._refs.resolve(actor, repo, revision)
        entries = [entry for entry in self._files.tree(actor, repo, Revision(commit.id)) if not entry.is_dir]
        verdicts = self._scans.known([(entry.path, entry.digest) for entry in entries if entry.digest is not None])
        shown = [
            _file(repo, commit.id, entry, verdicts.get((entry.path, entry.digest)) if entry.digest else None)
            for entry in entries
        ]
        warning = self._versions.deprecations.warning(self._repos.get(actor, repo), commit.id)
        return wire.FileList(revision=revision, commit=commit.id, files=shown, warning=warning)

    def _summary(self, actor: Actor, repo: Repo, facts: Facts) -> wire.ModelSummary:
        newest = self._versions.newest(actor, repo.id)
        return wire.ModelSummary(
            id=str(repo.id),
            namespace=repo.id.namespace,
            name=repo.id.name,
            summary=facts.summary,
            visibility="private" if repo.private else "public",
            mine=repo.owner == actor.name,
            owner=repo.owner,
            task=facts.task,
            library=facts.library,
            license=facts.license,
            tags=list(facts.tags),
            size_bytes=facts.size_bytes,
            parameters=facts.parameters if facts.parameters is not None else _counted(repo),
            downloads=repo.downloads,
            latest=newest.tag if newest else None,
            metrics=newest.metrics if newest else [],
            deprecated=newest.deprecated.reason if newest and newest.deprecated else None,
            updated_at=repo.updated_at,
        )


def _counted(repo: Repo) -> int | None:
    """Parameters, as the weights of ``main`` tell."""
    told = repo.weights.get("safetensors") or repo.weights.get("gguf") or {}
    total = told.get("total")
    return total if isinstance(total, int) else None


def _file(repo: RepoId, commit: str, entry: Entry, verdict: Verdict | None) -> wire.FileEntry:
    if verdict is None and entry.digest is None and not kind_of(entry.path):
        verdict = SAFE  # a small text file
    safety, note = (verdict.safety, verdict.note) if verdict else UNSCANNED
    return wire.FileEntry(
        path=entry.path,
        size_bytes=entry.size,
        digest=entry.digest or entry.oid,
        is_blob=entry.digest is not None,
        safety=safety,
        safety_note=note,
        url=f"hubcollab/api/models/{repo}/resolve/{commit}/{quote(entry.path)}",
    )


def _load_code(model: wire.ModelSummary, revision: Revision) -> str:
    versioned = "" if revision == DEFAULT_BRANCH else f', revision="{revision}"'
    return f'import jupyter_hubcollab as hub\n\nmodel = hub.load("{model.id}"{versioned})'
