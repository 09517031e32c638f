"""Writing cards: filled in from what is known of a revision, checked while one types, committed.

Nothing is invented: what nobody recorded is left out, and what people wrote stays as it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from .. import wire
from ..errors import BadCard, StaleParent
from ..names import CONFIG_FILE, FilePath, RepoId, Revision, revision
from . import cards, provenance
from .card_fields import completeness
from .metrics import stated

if TYPE_CHECKING:
    from ..access import Actor
    from ..hub.refs import Commit
    from .facts import FactsOf
    from .publications import Shelves

MOST_ROWS = 60

Part = tuple[str, str, str]
"""What is filled in, its text, and where it is known from."""


class Suggesting:
    """Fills cards in."""

    def __init__(self, shelves: Shelves, facts: FactsOf) -> None:
        self._shelves = shelves
        self._facts = facts

    def source(self, actor: Actor, repo: RepoId, at: Revision) -> wire.CardSource:
        """The card of a revision as it was written."""
        found = self._shelves.repos.get(actor, repo)
        commit = self._shelves.refs.resolve(actor, found.id, at).id
        return wire.CardSource(text=self._facts.text(actor, found.id, Revision(commit), cards.NAME), commit=commit)

    def suggest(self, actor: Actor, repo: RepoId, at: Revision) -> wire.CardSuggestion:
        """The card of a revision with what is known filled in.

        Raises:
            RepoNotFound, RevisionNotFound: it is not there for *actor*.
        """
        found = self._shelves.repos.get(actor, repo)
        at = Revision(self._shelves.refs.resolve(actor, found.id, at).id)
        card = cards.shown(self._facts.text(actor, found.id, at, cards.NAME))
        made = provenance.read(self._facts.text(actor, found.id, at, provenance.NAME))
        config = provenance.read(self._facts.text(actor, found.id, at, CONFIG_FILE))
        fields = dict(_fields(card, config))
        lacking = {gap.name for gap in completeness(found.id.kind, card).missing}
        parts = [part for part in _sections(found.id, card, made, config) if part[0] in lacking]
        text = cards.render(
            cards.Card(
                {**card.metadata, **{name: value for name, (value, _) in fields.items()}},
                "\n\n".join([card.markdown.strip() or f"# {found.id.name}", *(text for _, text, _ in parts)]) + "\n",
            )
        )
        filled = [wire.CardFact(name=name, source=source) for name, (_, source) in fields.items()]
        return wire.CardSuggestion(
            text=text, filled=[*filled, *(wire.CardFact(name=name, source=source) for name, _, source in parts)]
        )

    def write(self, actor: Actor, repo: RepoId, request: wire.CardWrite) -> Commit:
        """Commit a card that was written on top of ``request.since``.

        Raises:
            BadCard: it cannot be read.
            StaleParent: somebody else has changed the card since.
            AccessDenied: *actor* may not write there.
        """
        from ..hub.changes import Put

        cards.parse(request.text)
        found, branch = self._shelves.repos.get(actor, repo), revision(request.branch)
        head = self._shelves.refs.resolve(actor, found.id, branch).id
        before, now = (
            self._facts.text(actor, found.id, Revision(at), cards.NAME) for at in (request.since or head, head)
        )
        if before != now:
            raise StaleParent(
                f"{cards.NAME} was changed since this draft was begun; look at what changed before you replace it"
            )
        content = request.text.encode()
        return self._shelves.commits.commit(
            actor,
            found.id,
            [Put(FilePath(cards.NAME), content, len(content))],
            message=request.message.strip() or "Write the card",
            branch=branch,
            parent=head,
        )


def check(kind: wire.RepoKind, text: str) -> wire.CardCheck:
    """What is to be said of a card that is being written."""
    problem: str | None = None
    try:
        card = cards.parse(text)
    except BadCard as error:
        problem, card = str(error), cards.shown(text)
    return wire.CardCheck(
        problem=problem,
        completeness=completeness(kind, card),
        card=wire.Card(revision="", markdown=card.markdown, metadata=card.metadata),
    )


def _fields(card: cards.Card, config: dict[str, object]) -> Iterator[tuple[str, tuple[object, str]]]:
    """Fields of the front matter that the files tell."""
    if not card.metadata.get("library_name") and isinstance(config.get("transformers_version"), str):
        yield "library_name", ("transformers", CONFIG_FILE)
    base = config.get("_name_or_path")
    if (
        not card.metadata.get("base_model")
        and isinstance(base, str)
        and base.count("/") == 1
        and not base.startswith(("/", "."))
    ):
        yield "base_model", (base, CONFIG_FILE)


def _sections(repo: RepoId, card: cards.Card, made: dict[str, object], config: dict[str, object]) -> Iterator[Part]:
    if repo.kind != "model":
        return
    yield (
        "start",
        f'## How to use\n\n```python\nimport jupyter_hubcollab as hub\n\nmodel = hub.load("{repo}")\n```',
        "the hub",
    )
    training = _training(made, config)
    if training:
        yield "training", "## Training\n\n" + "\n\n".join(training), provenance.NAME
    rows = [(one.name, f"{one.value:g}", one.dataset or "", one.split or "") for one in stated(card.metadata)]
    if rows:
        yield "evaluation", "## Evaluation\n\n" + _table(("Metric", "Value", "Data set", "Split"), rows), "model-index"


def _training(made: dict[str, object], config: dict[str, object]) -> list[str]:
    """How it was made, as far as it was recorded."""
    said: list[str] = []
    shown = provenance.shown(made)
    if shown and shown.notebook:
        run = f", run `{shown.run_id}`" if shown.run_id else ""
        said.append(f"Made in the notebook `{shown.notebook}`{run}.")
    count, listed = made.get("parameter_count"), config.get("architectures")
    architecture = listed[0] if isinstance(listed, list) and listed else made.get("architecture")
    if isinstance(architecture, str) and architecture:
        said.append(f"Architecture: `{architecture[:200]}`.")
    if isinstance(count, int) and not isinstance(count, bool):
        said.append(f"It has {count:,} parameters.")
    said += _training_itself(made)
    parameters = made.get("parameters")
    if isinstance(parameters, dict) and parameters:
        rows = [(str(name), _plain(value)) for name, value in sorted(parameters.items())]
        said.append(_table(("Parameter", "Value"), rows))
    if shown and shown.packages:
        packages = ", ".join(f"{name} {version}" for name, version in sorted(shown.packages.items())[:MOST_ROWS])
        said.append(f"Environment: Python {shown.python or ''}".rstrip() + f"; {packages}.")
    return said


def _training_itself(made: dict[str, object]) -> list[str]:
    """On what, how long and where it was trained, as its run and its kernel recorded."""
    said: list[str] = []
    training, machine = made.get("training"), made.get("machine")
    if isinstance(training, dict):
        data = [f"`{one[:200]}`" for one in training.get("data") or () if isinstance(one, str)]
        if data:
            said.append(f"Data that the run logged: {', '.join(data[:MOST_ROWS])}.")
        seconds = training.get("seconds")
        if isinstance(seconds, int | float) and seconds >= 0:
            said.append(f"The run took {_duration(seconds)}.")
    if isinstance(machine, dict) and machine:
        words = [str(machine[name])[:200] for name in ("processor", "gpu") if machine.get(name)]
        words += [f"{machine['cores']} cores"] if machine.get("cores") else []
        words += [f"{machine['memory_gb']} GB of memory"] if machine.get("memory_gb") else []
        said.append(f"Published from a machine with {', '.join(words)}.")
    return said


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} s"
    return f"{seconds // 60:.0f} min {seconds % 60:02.0f} s" if seconds < 3600 else f"{seconds / 3600:.1f} h"


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows[:MOST_ROWS]]
    text = "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |" for row in lines
    )
    return text + (f"\n\n… and {len(rows) - MOST_ROWS} more" if len(rows) > MOST_ROWS else "")


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
