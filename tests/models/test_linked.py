"""Linked data of models and datasets: valid RDF, nothing invented."""

from __future__ import annotations

import json
from typing import Any

import pytest
from people import ANN, DIGITS
from vocabulary import problems

from jupyter_hubcollab.catalogue.linked import graph
from jupyter_hubcollab.hub.commits import Put
from jupyter_hubcollab.hub.hub import Hub
from jupyter_hubcollab.models import Models, jsonld
from jupyter_hubcollab.names import DEFAULT_BRANCH, FilePath, RepoId, Revision
from jupyter_hubcollab.wire import CatalogueRow

BASE = "http://lab.example:8888/user/ada/"
CARD = """---
license: apache-2.0
language: [fr, de]
pipeline_tag: image-classification
base_model: team/großes model
datasets: [mnist]
co2_eq_emissions: {emissions: 12.5, source: codecarbon}
tags: [digits]
---
# Digits

Reads digits.

## Intended uses

Postal codes.

## Bias, Risks, and Limitations

Only Arabic numerals.

## How to use

[More Information Needed]
"""


def commit(hub: Hub, repo: RepoId, files: dict[str, bytes]) -> None:
    puts = [Put(FilePath(path), content, len(content)) for path, content in files.items()]
    hub.commits.commit(ANN, repo, puts, message="Tell more")


def test_a_version_is_valid_rdf_with_what_is_known(publish: Any, models: Models, hub: Hub) -> None:
    """Metrics, base model, data, licence, use and risks come from card and record."""
    publish(metrics={"accuracy": 0.5})
    commit(hub, DIGITS, {"README.md": CARD.encode()})
    publish(metrics={"accuracy": 0.9})

    told = models.linked.document(ANN, DIGITS, Revision("v2"), BASE)

    assert problems(json.dumps(told)) == []
    assert told["@id"] == f"{BASE}hubcollab/api/repos/models/team/digits"
    assert (told["version"], told["license"]) == ("v2", {"@id": "https://spdx.org/licenses/Apache-2.0"})
    assert told["isBasedOn"] == {"@id": f"{BASE}hubcollab/api/repos/models/team/digits?revision=v1"}
    assert told["inLanguage"] == ["fr", "de"]
    assert told["intendedUse"] == "Postal codes."
    assert told["modelRisksBiasLimitations"] == "Only Arabic numerals."
    assert "usageInstructions" not in told
    assert told["hasCO2eEmissions"] == "12.5 g CO2e (codecarbon)"
    assert 0.9 in [one["evaluationResults"]["value"] for one in told["hasEvaluation"]]  # type: ignore[attr-defined]


def test_a_dataset_is_a_croissant(models: Models, hub: Hub) -> None:
    """Its files have address, size, kind and hash, as Croissant wants them."""
    rows = RepoId("team", "rows", "dataset")
    hub.repos.create(ANN, rows)
    commit(hub, rows, {"train set.parquet": b"PAR1", "README.md": b"---\nlicense: my own\n---\nRows."})

    told = models.linked.document(ANN, rows, DEFAULT_BRANCH, BASE)

    assert problems(json.dumps(told)) == []
    assert (told["conformsTo"], told["license"]) == (jsonld.CROISSANT, "my own")
    (file,) = told["distribution"]  # type: ignore[misc]
    assert file["contentUrl"].endswith("/train%20set.parquet")
    assert (file["contentSize"], len(file["sha256"])) == ("4 B", 64)


@pytest.mark.parametrize(
    "card",
    [
        b"",
        b"---\nlicense: [a, 1]\nlanguage: 3\nbase_model: {a: b}\n---\n",
        b"\xff\x00# Uses\n\x01",
        b"# Uses\n## Uses\n",
    ],
    ids=["empty", "other types", "no text", "empty sections"],
)
def test_a_poor_card_makes_poor_but_valid_rdf(publish: Any, models: Models, hub: Hub, card: bytes) -> None:
    """What has another shape than it should is left out."""
    publish()
    commit(hub, DIGITS, {"README.md": card})

    assert problems(json.dumps(models.linked.document(ANN, DIGITS, DEFAULT_BRANCH, BASE))) == []


def test_the_catalogue_is_one_valid_document() -> None:
    """Also with names that are no IRIs and facts that nobody knows."""
    known = {
        "id": "zoo/a <b>",
        "source": "zoo",
        "name": "a",
        "url": "https://zoo.example/a <b>|{c}",
        "task": "summarization",
        "license": "MIT OR Apache-2.0",
        "languages": ["fr"],
        "datasets": ["xsum"],
        "metrics": [("rouge", 0.4, "xsum"), ("loss", 1.0, "")],
        "base_model": "zoo/b",
        "parameters": 0,
        "likes": 3,
    }
    rows = [row(**known), row(id="team/x", source="hub", name="x", kind="dataset"), row(id="s", source="zoo", name="s")]

    text = b"".join(graph(rows, BASE)).decode()

    assert problems(text) == []
    assert [one["@id"] for one in json.loads(text)["@graph"]] == [
        "https://zoo.example/a%20%3Cb%3E%7C%7Bc%7D",
        f"{BASE}hubcollab/api/repos/datasets/team/x",
        f"{BASE}hubcollab/api/catalogue#zoo%3Amodel%3As",
    ]


def row(**known: Any) -> CatalogueRow:
    """A row of the catalogue of which little is known."""
    empty: dict[str, Any] = {"kind": "model", "visibility": "public", "summary": "", "cursor": "1", "downloads": 0}
    empty |= {"likes": 0, "reviews": 0, "languages": [], "datasets": [], "metrics": [], "tags": []}
    rest = {name: None for name in CatalogueRow.__struct_fields__ if name not in empty}
    return CatalogueRow(**{**rest, **empty, **known})
