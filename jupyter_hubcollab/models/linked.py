"""Repos as linked data: gathers what `jsonld` says of a revision from card, index, versions and provenance.

Built as ``Linked(shelves, facts, versions)``.
"""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ..names import RepoId, Revision
from . import cards, jsonld, provenance
from .metrics import Measured, stated, unit_of
from .pages import FOLDERS

if TYPE_CHECKING:
    from ..access import Actor
    from ..hub.files import Entry
    from ..hub.refs import Commit
    from ..hub.repos import Repo
    from .facts import FactsOf
    from .publications import Shelves
    from .versions import Versions

MOST_FILES = 1000
_OWN_FILES = {".gitattributes", cards.NAME, provenance.NAME}


class Linked:
    """Tells of repos in JSON-LD."""

    def __init__(self, shelves: Shelves, facts: FactsOf, versions: Versions) -> None:
        self._shelves = shelves
        self._facts = facts
        self._versions = versions

    def document(self, actor: Actor, repo: RepoId, revision: Revision, base: str) -> dict[str, object]:
        """A revision as a JSON-LD document; addresses in it begin with *base*, which ends with a slash."""
        return jsonld.document(self.described(actor, repo, revision, base))

    def described(self, actor: Actor, repo: RepoId, revision: Revision, base: str) -> jsonld.Described:
        """What is known of a revision.

        Raises:
            RepoNotFound, RevisionNotFound: it is not there for *actor*.
        """
        found = self._shelves.repos.get(actor, repo)
        commit = self._shelves.refs.resolve(actor, found.id, revision)
        at = Revision(commit.id)
        card = cards.shown(self._facts.text(actor, found.id, at, cards.NAME))
        entries = [one for one in self._shelves.files.tree(actor, found.id, at) if not one.is_dir]
        size = sum(one.size for one in entries)
        about = _stated(card) | self._of_version(actor, found, commit, base)
        about |= self._of_making(actor, found.id, at) if found.id.kind == "model" else {}
        return jsonld.Described(
            **about,
            iri=address(base, found.id),
            id=str(found.id),
            name=found.id.name,
            kind=found.id.kind,
            markdown=card.markdown,
            description=cards.summary(card.markdown),
            size_bytes=size,
            shared_by=found.owner,
            created_at=found.created_at,
            updated_at=commit.at,
            downloads=found.downloads,
            likes=found.likes,
            files=self._files(actor, found.id, at, entries, base),
        )

    def _of_version(self, actor: Actor, found: Repo, commit: Commit, base: str) -> dict[str, Any]:
        """Which version the commit is, who made it, and which one it follows."""
        author = jsonld.Person(commit.author, commit.author_name)
        told: dict[str, Any] = {"authors": (author,), "version": commit.id}
        tags = self._versions.list(actor, found.id) if found.id.kind == "model" else ()
        place = next((place for place, version in enumerate(tags) if version.commit == commit.id), None)
        if place is None:
            return told
        told["version"] = tags[place].tag
        if place + 1 < len(tags):
            told["parent"] = f"{address(base, found.id)}?revision={quote(tags[place + 1].tag, safe='')}"
        return told

    def _of_making(self, actor: Actor, repo: RepoId, at: Revision) -> dict[str, Any]:
        """What the record of its making adds."""
        fields = provenance.read(self._facts.text(actor, repo, at, provenance.NAME))
        made, count = provenance.shown(fields), fields.get("parameter_count")
        packages = made.packages if made else {}
        return {
            "parameters": count if isinstance(count, int) and not isinstance(count, bool) else None,
            "requirements": tuple(f"{name}=={version}" for name, version in sorted(packages.items())),
            "code": f'import jupyter_hubcollab as hub\n\nmodel = hub.load("{repo}", revision="{at}")',
        }

    def _files(
        self, actor: Actor, repo: RepoId, at: Revision, entries: Sequence[Entry], base: str
    ) -> tuple[jsonld.Download, ...]:
        start = f"{address(base, repo)}/resolve/{at}/"
        return tuple(
            jsonld.Download(
                one.path,
                one.size,
                start + quote(one.path),
                sha256=one.digest or (self._digest(actor, repo, at, one) if repo.kind == "dataset" else None),
                media_type=mimetypes.guess_type(one.path)[0] or "application/octet-stream",
            )
            for one in [one for one in entries if one.path not in _OWN_FILES][:MOST_FILES]
        )

    def _digest(self, actor: Actor, repo: RepoId, at: Revision, entry: Entry) -> str:
        """SHA-256 of a file that git keeps, and so a small one: Croissant wants the hash of each file."""
        pieces = self._shelves.files.description(actor, repo, at, entry, (0, entry.size))
        return hashlib.sha256(b"".join(pieces)).hexdigest()


def address(base: str, repo: RepoId) -> str:
    """The one name of a repo of this hub in linked data."""
    return f"{base}hubcollab/api/repos/{FOLDERS[repo.kind]}/{repo}"


def _stated(card: cards.Card) -> dict[str, Any]:
    """What the front matter of a card says."""
    front = card.metadata
    return {
        "task": _text(front.get("pipeline_tag")),
        "library": _text(front.get("library_name")),
        "license": _text(front.get("license")),
        "languages": _texts(front.get("language")),
        "tags": _texts(front.get("tags")),
        "base_models": _texts(front.get("base_model")),
        "datasets": _texts(front.get("datasets")),
        "evaluations": tuple(_evaluation(one) for one in stated(front)),
        "emissions": _emissions(front.get("co2_eq_emissions")),
    }


def _evaluation(one: Measured) -> jsonld.Evaluation:
    return jsonld.Evaluation(one.name, one.value, one.dataset, one.split, one.unit or unit_of(one.name))


def _emissions(value: object) -> str | None:
    """``co2_eq_emissions`` of a card in words; its unit is the gram."""
    said = value.get("emissions") if isinstance(value, dict) else value
    if isinstance(said, bool) or not isinstance(said, int | float):
        return None
    source = value.get("source") if isinstance(value, dict) else None
    return f"{said:g} g CO2e" + (f" ({source})" if isinstance(source, str) and source else "")


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _texts(value: object) -> tuple[str, ...]:
    given = value if isinstance(value, list) else [value]
    return tuple(one for one in given if isinstance(one, str) and one)
