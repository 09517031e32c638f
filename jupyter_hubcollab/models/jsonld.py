"""Models and datasets as linked data: schema.org with the terms of FAIR4ML 0.1.0, and Croissant 1.0 for datasets.

`node` turns what is known of one thing into JSON-LD, and says nothing of what is not known. The context stands in each
document, so that no reader asks the network for it. FAIR4ML writes schema.org with http, as its own vocabulary does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from urllib.parse import quote

from ..names import RepoKind

CONTEXT: Mapping[str, object] = {
    "@vocab": "http://schema.org/",
    "fair4ml": "https://w3id.org/fair4ml#",
    "cr": "http://mlcommons.org/croissant/",
    "dct": "http://purl.org/dc/terms/",
    "conformsTo": {"@id": "dct:conformsTo", "@type": "@id"},
    "url": {"@type": "@id"},
    "contentUrl": {"@type": "@id"},
    "dateCreated": {"@type": "http://schema.org/DateTime"},
    "dateModified": {"@type": "http://schema.org/DateTime"},
    **{
        name: {"@id": f"fair4ml:{name}"}
        for name in (
            *("evaluatedMLModel", "evaluationDataset", "evaluationMetrics", "evaluationResults", "fineTunedFrom"),
            *("hasCO2eEmissions", "hasEvaluation", "intendedUse", "legal", "ethicalSocial", "mlTask", "modelCategory"),
            *("modelRisksBiasLimitations", "sharedBy", "trainedOn", "usageInstructions", "codeSampleSnippet"),
        )
    },
}
"""What the short names stand for."""
CROISSANT = "http://mlcommons.org/croissant/1.0"
_DATASET = ["Dataset", "cr:Dataset"]

_KINDS: Mapping[RepoKind, object] = {"model": "fair4ml:MLModel", "dataset": _DATASET, "space": "SoftwareApplication"}
_SECTIONS = {
    "intendedUse": re.compile(r"(direct |intended |out[- ]of[- ]scope |downstream )?(uses?|usage)( cases?)?"),
    "modelRisksBiasLimitations": re.compile(r".*\b(limitations?|bias(es)?|risks?)\b.*"),
    "usageInstructions": re.compile(r"how to (use|get started).*|usage instructions|getting started.*|quick ?start"),
    "ethicalSocial": re.compile(r"ethic.*|social.*impact.*|environmental impact"),
    "legal": re.compile(r"licen[cs]e.*|legal.*|terms.*"),
}
_HEADING = re.compile(r"^#{1,4}\s+(.+?)\s*#*$", re.MULTILINE)
_SAFE = ":/?#[]@!$&'()*+,;=-._~%"
LONGEST_SECTION = 4000


@dataclass(frozen=True, slots=True)
class Person:
    """Who made it."""

    name: str
    display_name: str = ""


@dataclass(frozen=True, slots=True)
class Download:
    """A file that one can get."""

    path: str
    size_bytes: int
    url: str
    sha256: str | None = None
    media_type: str = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A number with what it was measured on."""

    metric: str
    value: float
    dataset: str | None = None
    split: str | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What is known of a model, dataset or space; unknown is None or empty."""

    iri: str
    """Absolute address, which is its name, too."""
    id: str
    name: str
    kind: RepoKind = "model"
    description: str = ""
    markdown: str = ""
    """The card, from which the sections on use and risk are taken."""
    version: str | None = None
    task: str | None = None
    category: str | None = None
    library: str | None = None
    license: str | None = None
    languages: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    parameters: int | None = None
    size_bytes: int | None = None
    base_models: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    evaluations: tuple[Evaluation, ...] = ()
    requirements: tuple[str, ...] = ()
    emissions: str | None = None
    authors: tuple[Person, ...] = ()
    shared_by: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    parent: str | None = None
    """Address of the version before."""
    code: str = ""
    downloads: int | None = None
    likes: int | None = None
    files: tuple[Download, ...] = field(default=())


def document(about: Described) -> dict[str, object]:
    """One thing as a JSON-LD document of its own."""
    return {"@context": CONTEXT, **node(about)}


def node(about: Described) -> dict[str, object]:
    """One thing as a node of a graph."""
    told: dict[str, object] = {
        "@id": iri(about.iri),
        "@type": _KINDS[about.kind],
        "identifier": about.id,
        "name": about.name,
        "url": iri(about.iri),
        "description": about.description,
        "version": about.version,
        "keywords": list(about.tags),
        "inLanguage": list(about.languages),
        "license": licence(about.license),
        "author": [_person(one) for one in about.authors],
        "dateCreated": _moment(about.created_at),
        "dateModified": _moment(about.updated_at),
        "isBasedOn": {"@id": iri(about.parent)} if about.parent else None,
        "interactionStatistic": _counters(about),
        "distribution": [_download(one, about) for one in about.files],
        "storageRequirements": f"{about.size_bytes} B" if about.size_bytes else None,
    }
    extra = _of_model(about) if about.kind == "model" else _of_dataset(about) if about.kind == "dataset" else {}
    return {name: value for name, value in {**told, **extra}.items() if value not in (None, "", [], {})}


def iri(address: str) -> str:
    """*address* as an IRI: what may not stand in one is percent-encoded."""
    return quote(address, safe=_SAFE)


@lru_cache(maxsize=1024)
def licence(name: str | None) -> object:
    """A licence by the address of its SPDX entry; one that SPDX does not list by its name."""
    from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

    if not name:
        return None
    try:
        spdx = str(canonicalize_license_expression(name))
    except InvalidLicenseExpression:
        return name
    return {"@id": f"https://spdx.org/licenses/{spdx}"} if re.fullmatch(r"[A-Za-z0-9.-]+", spdx) else spdx


def sections(markdown: str) -> dict[str, str]:
    """What a card says under its headings on use, risks and law, by FAIR4ML's term; the first heading of each wins."""
    found: dict[str, str] = {}
    headings = list(_HEADING.finditer(markdown[:200_000]))
    ends = [*(heading.start() for heading in headings[1:]), len(markdown)]
    for heading, end in zip(headings, ends, strict=False):
        text = markdown[heading.end() : end].strip()
        title = heading[1].strip(" *_:").lower()
        term = next((term for term, titles in _SECTIONS.items() if titles.fullmatch(title)), None)
        if text and term and term not in found and not text.lower().startswith("[more information needed]"):
            found[term] = text[:LONGEST_SECTION]
    return found


def _of_model(about: Described) -> dict[str, object]:
    parameters = {"@type": "QuantitativeValue", "value": about.parameters, "unitText": "parameters"}
    return {
        "mlTask": about.task,
        "modelCategory": about.category,
        "softwareRequirements": list(about.requirements) or about.library,
        "size": parameters if about.parameters is not None else None,
        "fineTunedFrom": [_named("fair4ml:MLModel", one) for one in about.base_models],
        "trainedOn": [_named(_DATASET, one) for one in about.datasets],
        "hasEvaluation": [_evaluation(one, about) for one in about.evaluations],
        "hasCO2eEmissions": about.emissions,
        "sharedBy": {"@type": "Person", "name": about.shared_by} if about.shared_by else None,
        "codeSampleSnippet": about.code,
        **sections(about.markdown),
    }


def _of_dataset(about: Described) -> dict[str, object]:
    return {"conformsTo": CROISSANT if about.files else None}


def _named(kind: object, name: str) -> dict[str, object]:
    return {"@type": kind, "name": name, "identifier": name}


def _evaluation(one: Evaluation, about: Described) -> dict[str, object]:
    result: dict[str, object] = {"@type": "PropertyValue", "name": one.metric, "value": one.value}
    told: dict[str, object] = {
        "@type": "fair4ml:MLModelEvaluation",
        "evaluatedMLModel": {"@id": iri(about.iri)},
        "evaluationMetrics": one.metric,
        "evaluationResults": {**result, "unitText": one.unit} if one.unit else result,
    }
    if one.dataset:
        data = _named(_DATASET, one.dataset)
        told["evaluationDataset"] = {**data, "description": f"split: {one.split}"} if one.split else data
    return told


def _person(one: Person) -> dict[str, object]:
    told = {"@type": "Person", "name": one.display_name or one.name}
    return {**told, "identifier": one.name} if one.name != told["name"] else dict(told)


def _download(one: Download, about: Described) -> dict[str, object]:
    told: dict[str, object] = {
        "@type": ["DataDownload", "cr:FileObject"] if about.kind == "dataset" else "DataDownload",
        "name": one.path,
        "contentUrl": iri(one.url),
        "contentSize": f"{one.size_bytes} B",
        "encodingFormat": one.media_type,
    }
    return {**told, "sha256": one.sha256} if one.sha256 else told


def _counters(about: Described) -> Iterable[dict[str, object]]:
    counts = (("DownloadAction", about.downloads), ("LikeAction", about.likes))
    return [
        {"@type": "InteractionCounter", "interactionType": {"@type": action}, "userInteractionCount": count}
        for action, count in counts
        if count
    ]


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
