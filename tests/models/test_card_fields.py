"""What a card says of what it should say, and how one is filled in."""

from __future__ import annotations

from typing import Any

import pytest
from people import ANN, BOB, DIGITS

from jupyter_hubcollab.catalogue.choices import choices
from jupyter_hubcollab.errors import BadCard, StaleParent
from jupyter_hubcollab.hub.commits import Put
from jupyter_hubcollab.hub.hub import Hub
from jupyter_hubcollab.models import Models, cards
from jupyter_hubcollab.models.card_fields import completeness, form
from jupyter_hubcollab.models.suggesting import check
from jupyter_hubcollab.names import DEFAULT_BRANCH, FilePath, RepoKind
from jupyter_hubcollab.wire import CardWrite

WHOLE = """---
license: mit
pipeline_tag: translation
library_name: transformers
language: [fr]
datasets: [menus]
tags: [food]
model-index: [{name: m, results: []}]
---
Translates menus.

# Uses
Menus.
## Limitations
No wines.
## How to get started
Run it.
## Training details
### Hyperparameters
Many.
## Evaluation
By hand.
"""


def lacking(text: str, kind: RepoKind = "model") -> set[str]:
    return {gap.name for gap in completeness(kind, cards.shown(text)).missing}


def test_a_whole_card_lacks_nothing() -> None:
    """Every field and section is there, under whatever usual heading."""
    assert lacking(WHOLE) == set()
    assert completeness("model", cards.shown(WHOLE)).score == 1


@pytest.mark.parametrize(
    ("cut", "gap"),
    [
        ("license: mit\n", "license"),
        ("language: [fr]\n", "language"),
        ("datasets: [menus]\n", "datasets"),
        ("No wines.\n", "limitations"),
        ("### Hyperparameters\nMany.\n", "training"),
    ],
)
def test_what_is_cut_out_is_missing(cut: str, gap: str) -> None:
    """One gap for one thing; a heading with nothing under it says nothing."""
    assert lacking(WHOLE.replace(cut, "")) == {gap}


@pytest.mark.parametrize("text", ["[More Information Needed]", "<!-- tell where it fails -->", "TODO"])
def test_a_place_holder_says_nothing(text: str) -> None:
    """What a template left there is no answer."""
    assert lacking(WHOLE.replace("No wines.", text)) == {"limitations"}


def test_a_model_without_words_needs_no_language() -> None:
    """The meter asks for nothing that cannot be told."""
    assert "language" not in lacking(WHOLE.replace("translation", "tabular-regression").replace("language: [fr]\n", ""))


def test_the_most_important_comes_first() -> None:
    """Who has a minute writes what most readers need."""
    gaps = completeness("dataset", cards.shown("")).missing

    assert [gap.weight for gap in gaps] == sorted((gap.weight for gap in gaps), reverse=True)
    assert {"license", "content"} <= {gap.name for gap in gaps[:5]}


@pytest.mark.parametrize("kind", ["model", "dataset", "space"])
def test_the_form_has_a_reason_for_each_field(kind: RepoKind) -> None:
    """The editor shows it beside the field."""
    shown = form(kind)

    assert shown.fields
    assert all(each.why and each.title and each.weight > 0 for each in [*shown.fields, *shown.sections])


def test_a_broken_card_is_shown_with_its_problem() -> None:
    """Who types YAML sees at once what is wrong, and goes on typing."""
    told = check("model", "---\nlicense: [\n---\nText.")

    assert told.problem is not None
    assert "YAML" in told.problem
    assert "Text." in told.card.markdown


def test_a_card_is_filled_in_with_what_is_known(publish: Any, models: Models) -> None:
    """Parameters, packages and numbers come from the record of the version; nothing else is said."""
    publish(
        metrics={"accuracy": 0.9},
        library="sklearn",
        parameters={"depth": "3|4"},
        provenance={"notebook": "lab/d.ipynb", "packages": {"scikit-learn": "1.9"}, "parameter_count": 1200},
    )

    told = models.suggesting.suggest(ANN, DIGITS, DEFAULT_BRANCH)

    assert {fact.name for fact in told.filled} == {"training", "evaluation"}
    assert "| depth | 3\\|4 |" in told.text
    assert "scikit-learn 1.9" in told.text
    assert "1,200 parameters" in told.text
    assert "| accuracy | 0.9 |" in told.text
    assert "datasets" not in cards.parse(told.text).metadata
    assert {"license", "limitations"} <= {gap.name for gap in check("model", told.text).completeness.missing}


def test_data_time_and_machine_are_told_as_they_were_recorded(publish: Any, models: Models) -> None:
    """On what it was trained, how long, where, and what it is; nothing of it where nothing was recorded."""
    publish(
        provenance={
            "architecture": "StandardScaler → SVC",
            "machine": {"processor": "A processor", "cores": 8, "memory_gb": 33.5},
            "training": {"seconds": 185.0, "data": ["digits@a1b2"]},
        }
    )

    told = models.suggesting.suggest(ANN, DIGITS, DEFAULT_BRANCH).text

    for sentence in (
        "Architecture: `StandardScaler → SVC`.",
        "Data that the run logged: `digits@a1b2`.",
        "The run took 3 min 05 s.",
        "Published from a machine with A processor, 8 cores, 33.5 GB of memory.",
    ):
        assert sentence in told
    publish(provenance={"machine": {}, "training": {}})
    assert "machine" not in models.suggesting.suggest(ANN, DIGITS, DEFAULT_BRANCH).text


def test_what_people_wrote_stays(publish: Any, models: Models, hub: Hub) -> None:
    """A filled-in card begins with theirs; a section that they have is not written a second time."""
    publish(parameters={"depth": "3"})
    hub.commits.commit(ANN, DIGITS, [Put(FilePath("README.md"), WHOLE.encode(), len(WHOLE))], message="Write")

    told = models.suggesting.suggest(ANN, DIGITS, DEFAULT_BRANCH)

    assert (told.filled, cards.parse(told.text).markdown.strip()) == ([], cards.parse(WHOLE).markdown.strip())


@pytest.mark.parametrize(
    ("what", "typed", "value"),
    [
        ("licenses", "Apache", "apache-2.0"),
        ("licenses", "mit", "mit"),
        ("languages", "french", "fr"),
        ("tasks", "summ", "summarization"),
        ("libraries", "scikit", "sklearn"),
        ("models", "digi", "team/digits"),
    ],
)
def test_who_types_a_name_is_offered_the_value(publish: Any, hub: Hub, what: str, typed: str, value: str) -> None:
    """Names as people know them lead to what a card has to say."""
    publish()

    assert value in [one.value for one in choices(hub.repos, ANN, what, typed).choices[:5]]


def test_a_private_repo_is_offered_to_those_who_see_it(publish: Any, hub: Hub) -> None:
    """Completion tells no more than a list does."""
    publish(visibility="private")

    assert choices(hub.repos, ANN, "models", "digits").choices
    assert not choices(hub.repos, BOB, "models", "digits").choices


def test_a_card_is_committed_unless_somebody_else_wrote_it(publish: Any, models: Models) -> None:
    """What two people wrote apart is not lost; a change of another file is no reason to refuse."""
    begun = publish().revision
    publish({"other.json": b"{}"}, provenance={"notebook": "x"})
    first = models.suggesting.write(ANN, DIGITS, CardWrite(text=WHOLE, since=begun, message="Say more"))

    with pytest.raises(StaleParent, match="changed since"):
        models.suggesting.write(ANN, DIGITS, CardWrite(text="# Mine", since=begun))

    assert first.message == "Say more"
    assert models.summaries.card(ANN, DIGITS, DEFAULT_BRANCH).metadata["license"] == "mit"
    models.suggesting.write(ANN, DIGITS, CardWrite(text="# Mine", since=first.id))
    assert models.summaries.card(ANN, DIGITS, DEFAULT_BRANCH).markdown == "# Mine"


def test_a_broken_card_is_not_committed(publish: Any, models: Models) -> None:
    """Through the editor; git may bring any."""
    begun = publish().revision

    with pytest.raises(BadCard):
        models.suggesting.write(ANN, DIGITS, CardWrite(text="---\na: [\n---\n", since=begun))
