"""The hub as MLflow's model registry: models are repos, versions are the tags v1, v2 …, as MLflow's client sees them.

Built by ``Registry(Stock(repos, commits, refs, models), run_models)``. Git is the truth: a model's description is its
card, a version a tagged commit. Aliases, stages and MLflow's tags stand in tables beside it. Names have two parts,
``team/digits``; MLflow's URIs allow no slash in a name, so ``team--digits`` means the same, and a bare ``digits`` is
the caller's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .. import wire
from ..access import Actor
from ..errors import BadQuery, RunNotFound, TrackingUnavailable, VersionNotFound
from ..hub.changes import Put
from ..hub.listing import Listing
from ..models import cards
from ..models.notes import NOTHING, OF_MODEL, Note
from ..names import DEFAULT_BRANCH, FilePath, RepoId, repo_id
from ..wire import PublicationRequest, VersionRegistration
from .conditions import Condition, matches, order_of, parse

if TYPE_CHECKING:
    from ..hub.commits import Commits
    from ..hub.refs import Refs
    from ..hub.repos import Repo, Repos
    from ..models.models import Models
    from .run_models import RunModels

IS_PROMPT = "mlflow.prompt.is_prompt"
STAGES = {name.lower(): name for name in ("None", "Staging", "Production", "Archived")}
ACTIVE_STAGES = ("Staging", "Production")
MODEL_ORDER = ("name", "creation_timestamp", "last_updated_timestamp", "timestamp")
VERSION_ORDER = ("name", "version_number", "creation_timestamp", "last_updated_timestamp")
_NUMBERED = re.compile(r"v([1-9]\d{0,8})")
_BY_US = re.compile(r"Publish v\d+")
AT_A_TIME = 200


@dataclass(frozen=True)
class Stock:
    """The parts of the hub that the registry acts on."""

    repos: Repos
    commits: Commits
    refs: Refs
    models: Models


@dataclass(frozen=True, slots=True)
class Version:
    """A version as MLflow's registry has it."""

    repo: Repo
    number: int
    made: wire.Version
    note: Note
    labels: Mapping[str, str]
    aliases: tuple[str, ...]

    @property
    def created_ms(self) -> int:
        """When it was made."""
        return int(self.made.created_at.timestamp() * 1000)

    @property
    def updated_ms(self) -> int:
        """When something was last said about it."""
        return int(self.note.updated_at.timestamp() * 1000) if self.note.updated_at else self.created_ms

    @property
    def source(self) -> str:
        """From where the files came; of a version that MLflow's client did not make, the hub itself."""
        return self.note.source or self.download_uri

    @property
    def download_uri(self) -> str:
        """Where MLflow's client gets the files: pinned to the commit."""
        return f"hubcollab:/models/{self.repo.id}/{self.made.commit}"

    @property
    def description(self) -> str:
        """What somebody said of it, else the message with which it was published."""
        if self.note.description is not None:
            return self.note.description
        return "" if _BY_US.fullmatch(self.made.message) else self.made.message


@dataclass(frozen=True, slots=True)
class Model:
    """A model as MLflow's registry has it."""

    repo: Repo
    description: str
    labels: Mapping[str, str]
    aliases: Mapping[str, int]
    latest: tuple[Version, ...]


class Registry:
    """MLflow's calls of a registry, on the hub."""

    def __init__(self, stock: Stock, run_models: RunModels) -> None:
        self._repos = stock.repos
        self._commits = stock.commits
        self._refs = stock.refs
        self._models = stock.models
        self._run_models = run_models

    def name(self, actor: Actor, text: str) -> RepoId:
        """The repo that MLflow's *text* names."""
        if "/" not in text and "--" in text:
            text = text.replace("--", "/", 1)
        return repo_id(text if "/" in text else f"{actor.name}/{text}")

    def create_model(self, actor: Actor, name: str, tags: Mapping[str, str], description: str) -> Model:
        """A model without versions."""
        repo = self._repos.create(actor, self.name(actor, name))
        if tags:
            self._models.notes.label(actor, repo.id, OF_MODEL, tags)
        if description:
            self.describe_model(actor, str(repo.id), description)
        return self.model(actor, str(repo.id))

    def describe_model(self, actor: Actor, name: str, description: str) -> Model:
        """Make *description* the text of the card; its front matter stays."""
        id = self.name(actor, name)
        card = cards.shown(self._models.facts.text(actor, id, DEFAULT_BRANCH, cards.NAME))
        content = cards.render(cards.Card(card.metadata, description)).encode()
        change = Put(FilePath(cards.NAME), content, len(content))
        self._commits.commit(actor, id, [change], message="Describe the model")
        return self.model(actor, name)

    def rename_model(self, actor: Actor, name: str, new_name: str) -> Model:
        """Give the model another name."""
        renamed = self._repos.rename(actor, self.name(actor, name), self.name(actor, new_name))
        return self.model(actor, str(renamed.id))

    def delete_model(self, actor: Actor, name: str) -> None:
        """Delete the repo, for its owner."""
        self._repos.delete(actor, self.name(actor, name))

    def model(self, actor: Actor, name: str) -> Model:
        """One model."""
        return self._model(actor, self._repos.get(actor, self.name(actor, name)))

    def models(self, actor: Actor, text: str, order: Sequence[str]) -> Iterator[Model]:
        """Models that meet the filter *text*, by name unless *order* says otherwise."""
        wanted = [_model_condition(one) for one in parse(text) if one.key != IS_PROMPT]
        found = [repo for repo in self._all(actor, wanted) if self._meets(repo, wanted)]
        for key, descending in reversed(order_of(order, MODEL_ORDER) or [("name", False)]):
            found.sort(key=_MODEL_KEYS[key], reverse=descending)
        return (self._model(actor, repo) for repo in found)

    def label_model(self, actor: Actor, name: str, key: str, value: str | None) -> None:
        """Set a tag of the model, or with null forget it."""
        self._label(actor, self.name(actor, name), OF_MODEL, (key, value))

    def create_version(self, actor: Actor, asked: VersionRegistration) -> Version:
        """Make a version of files whose bytes were sent before."""
        id = self.name(actor, asked.name)
        self._repos.get(actor, id)
        made = self._models.publications.publish(actor, id, self._publication(actor, asked))
        origin = {"source": asked.source, "run_link": asked.run_link, "model_id": asked.model_id}
        self._models.notes.change(actor, id, made.tag, description=asked.description or "", deleted=False, **origin)
        if asked.tags:
            self._models.notes.label(actor, id, made.tag, asked.tags)
        return self.version(actor, asked.name, made.tag)

    def _publication(self, actor: Actor, asked: VersionRegistration) -> PublicationRequest:
        """With the run's metrics, parameters and origin, where the run is ours."""
        registered = {"source": asked.source, "model_id": asked.model_id}
        try:
            return self._run_models.request_of(actor, asked.run_id or "", asked.files, registered)
        except (RunNotFound, TrackingUnavailable):
            return PublicationRequest(files=asked.files, run_id=asked.run_id, provenance={"registered": registered})

    def version(self, actor: Actor, name: str, version: str) -> Version:
        """One version, by its number or tag.

        Raises:
            VersionNotFound: there is none.
        """
        repo = self._repos.get(actor, self.name(actor, name))
        number = version.removeprefix("v")
        for one in self._versions(actor, repo):
            if str(one.number) == number:
                return one
        raise VersionNotFound(f"Model Version (name={name}, version={version}) not found")

    def versions(self, actor: Actor, text: str, order: Sequence[str]) -> Iterator[Version]:
        """Versions that meet the filter *text*, the last changed first unless *order* says otherwise."""
        wanted = [_version_condition(one) for one in parse(text) if one.key != IS_PROMPT]
        named = [one for one in wanted if one.entity == "attribute" and one.key == "name"]
        repos = (repo for repo in self._all(actor, named) if self._meets(repo, named))
        found = [one for repo in repos for one in self._versions(actor, repo) if _version_meets(one, wanted)]
        found.sort(key=lambda one: (-one.updated_ms, str(one.repo.id), -one.number))
        for key, descending in reversed(order_of(order, VERSION_ORDER)):
            found.sort(key=_VERSION_KEYS[key], reverse=descending)
        return iter(found)

    def latest(self, actor: Actor, name: str, stages: Sequence[str]) -> list[Version]:
        """The newest version of each of *stages*, or of every stage."""
        wanted = {stage_of(stage) for stage in stages} or set(STAGES.values())
        found = self.model(actor, name).latest
        return [version for version in found if version.note.stage in wanted]

    def describe_version(self, actor: Actor, name: str, version: str, description: str) -> Version:
        """Say something else of a version."""
        found = self.version(actor, name, version)
        self._models.notes.change(actor, found.repo.id, found.made.tag, description=description)
        return self.version(actor, name, version)

    def move_stage(self, actor: Actor, name: str, version: str, *, stage: str, archive: bool) -> Version:
        """Put a version into a stage; with *archive*, those that were there go to the archive."""
        to = stage_of(stage)
        if archive and to not in ACTIVE_STAGES:
            raise BadQuery(
                "Model version transition cannot archive existing model versions because "
                f"'{stage}' is not an Active stage. Valid stages are {', '.join(ACTIVE_STAGES)}"
            )
        found = self.version(actor, name, version)
        for protected in (to, to.lower()):
            self._models.aliases.require(actor, found.repo, protected, found.made.tag)
        others = [one for one in self._versions(actor, found.repo) if one.note.stage == to and one != found]
        for other in others if archive else ():
            self._models.notes.change(actor, found.repo.id, other.made.tag, stage="Archived")
        self._models.notes.change(actor, found.repo.id, found.made.tag, stage=to)
        return self.version(actor, name, version)

    def delete_version(self, actor: Actor, name: str, version: str) -> None:
        """Delete the tag of a version; its number is not given again, its commit stays in the history."""
        found = self.version(actor, name, version)
        self._models.aliases.delete_of(actor, found.repo.id, found.made.tag)
        self._refs.delete_tag(actor, found.repo.id, found.made.tag)
        emptied = {"description": None, "source": None, "run_link": None, "model_id": None}
        self._models.notes.change(actor, found.repo.id, found.made.tag, deleted=True, stage="None", **emptied)

    def label_version(self, actor: Actor, name: str, version: str, *, key: str, value: str | None) -> None:
        """Set a tag of a version, or with null forget it."""
        found = self.version(actor, name, version)
        self._label(actor, found.repo.id, found.made.tag, (key, value))

    def set_alias(self, actor: Actor, name: str, alias: str, version: str) -> None:
        """Let an alias lead to a version."""
        found = self.version(actor, name, version)
        self._models.aliases.set(actor, found.repo.id, alias, found.made.tag)

    def delete_alias(self, actor: Actor, name: str, alias: str) -> None:
        """Forget an alias."""
        self._models.aliases.delete(actor, self.name(actor, name), alias)

    def by_alias(self, actor: Actor, name: str, alias: str) -> Version:
        """The version to which an alias leads.

        Raises:
            BadQuery: there is no such alias; MLflow calls that a bad parameter.
        """
        try:
            tag = self._models.aliases.get(actor, self.name(actor, name), alias)
        except VersionNotFound as error:
            raise BadQuery(str(error)) from error
        return self.version(actor, name, tag)

    def _label(self, actor: Actor, id: RepoId, tag: str, label: tuple[str, str | None]) -> None:
        key, value = label
        if value is None:
            self._models.notes.unlabel(actor, id, tag, key)
        else:
            self._models.notes.label(actor, id, tag, {key: value})

    def _all(self, actor: Actor, wanted: Iterable[Condition]) -> Iterator[Repo]:
        """Models that may meet the conditions: the one that is named, else all."""
        named = [one.text for one in wanted if one.entity == "attribute" and one.comparator == "="]
        if named:
            id = self.name(actor, named[0])
            yield from (repo for repo in self._repos.select(actor, Listing("model", search=str(id))) if repo.id == id)
            return
        offset = 0
        while page := self._repos.select(actor, Listing("model", order="name", limit=AT_A_TIME, offset=offset)):
            yield from page
            offset += AT_A_TIME

    def _meets(self, repo: Repo, wanted: Sequence[Condition]) -> bool:
        labelled = any(one.entity == "tag" for one in wanted)
        labels = self._models.notes.labels([repo])[repo.pk].get(OF_MODEL, {}) if labelled else {}
        values = {"name": str(repo.id)}
        return all(
            matches(_plain(one), labels.get(one.key) if one.entity == "tag" else values[one.key]) for one in wanted
        )

    def _model(self, actor: Actor, repo: Repo) -> Model:
        versions = self._versions(actor, repo)
        by_stage = {version.note.stage: version for version in sorted(versions, key=lambda one: one.number)}
        labels = self._models.notes.labels([repo])[repo.pk].get(OF_MODEL, {})
        card = cards.shown(self._models.facts.text(actor, repo.id, DEFAULT_BRANCH, cards.NAME))
        aliases = {alias: version.number for version in versions for alias in version.aliases}
        return Model(repo, card.markdown.strip("\n"), labels, aliases, tuple(by_stage.values()))

    def _versions(self, actor: Actor, repo: Repo) -> list[Version]:
        aliases: dict[str, list[str]] = {}
        for alias, tag in self._models.aliases.all(actor, repo.id).items():
            aliases.setdefault(tag, []).append(alias)
        notes, labels = self._models.notes.of(repo), self._models.notes.labels([repo])[repo.pk]
        return [
            Version(
                repo,
                int(number[1]),
                made,
                notes.get(made.tag, NOTHING),
                labels.get(made.tag, {}),
                tuple(aliases.get(made.tag, ())),
            )
            for made in self._models.versions.list(actor, repo.id)
            if (number := _NUMBERED.fullmatch(made.tag))
        ]


def stage_of(name: str) -> str:
    """MLflow's spelling of a stage.

    Raises:
        BadQuery: there is no such stage.
    """
    found = STAGES.get(name.lower())
    if found is None:
        raise BadQuery(f"Invalid Model Version stage: {name}. Value must be one of {', '.join(STAGES.values())}.")
    return found


_MODEL_KEYS = {
    "name": lambda repo: str(repo.id),
    "creation_timestamp": lambda repo: repo.created_at,
    "last_updated_timestamp": lambda repo: repo.updated_at,
    "timestamp": lambda repo: repo.updated_at,
}
_VERSION_KEYS = {
    "name": lambda one: str(one.repo.id),
    "version_number": lambda one: one.number,
    "creation_timestamp": lambda one: one.created_ms,
    "last_updated_timestamp": lambda one: one.updated_ms,
}


def _entity(one: Condition, known: Sequence[str]) -> Condition:
    if one.entity in ("tag", "tags"):
        return Condition("tag", one.key, one.comparator, one.value)
    if one.entity not in ("", "attribute", "attributes") or one.key not in known:
        raise BadQuery(f"Invalid attribute key '{one.key}' specified. Valid keys are {', '.join(known)}, tags.…")
    return Condition("attribute", one.key, one.comparator, one.value)


def _model_condition(one: Condition) -> Condition:
    return _entity(one, ("name",))


def _version_condition(one: Condition) -> Condition:
    return _entity(one, ("name", "version_number", "run_id", "source_path"))


def _plain(one: Condition) -> Condition:
    """A name may be asked for as ``team--digits``."""
    if one.entity == "attribute" and one.key == "name" and isinstance(one.value, str) and "/" not in one.value:
        return Condition(one.entity, one.key, one.comparator, one.value.replace("--", "/", 1))
    return one


def _version_meets(version: Version, wanted: Sequence[Condition]) -> bool:
    values: dict[str, object] = {
        "name": str(version.repo.id),
        "version_number": version.number,
        "run_id": version.made.run_id,
        "source_path": version.source,
    }
    return all(
        matches(_plain(one), version.labels.get(one.key) if one.entity == "tag" else values[one.key]) for one in wanted
    )
