"""What ``hubcollab.yaml`` may say: one struct for each part; the JSON Schema for editors is made of them.

Keys are written in snake_case, as in the YAML files around them. Each field has a sentence, which editors show.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

NAME = "hubcollab.yaml"
"""The file in a repo."""


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A part of the file; what it does not know is an error."""


class Bound(_Part, frozen=True, kw_only=True):
    """What a number must meet, absolute or relative to another version."""

    min: Annotated[float, Meta(description="The lowest value that passes.")] | UnsetType = UNSET
    max: Annotated[float, Meta(description="The highest value that passes.")] | UnsetType = UNSET
    no_worse_than: (
        Annotated[str, Meta(min_length=1, description="An alias or version that must not be better: champion, v3.")]
        | UnsetType
    ) = UNSET
    by: Annotated[float, Meta(ge=0, description="So much worse than no_worse_than still passes.")] = 0.0
    higher_is_better: (
        Annotated[bool, Meta(description="The direction, where the metric's name does not tell it.")] | UnsetType
    ) = UNSET


Bounds = dict[str, Bound]


class OnDataset(_Part, frozen=True, kw_only=True):
    """An evaluation on a table of the hub."""

    dataset: Annotated[str, Meta(description="A dataset of the hub: team/digits-test or team/digits-test@v1.")]
    file: Annotated[str, Meta(min_length=1, description="The table in it: .csv, .jsonl, .json or .parquet.")]
    target: Annotated[str, Meta(min_length=1, description="The column that holds the right answers.")]
    metrics: Annotated[
        list[str],
        Meta(
            min_length=1,
            description="accuracy, f1, f1_macro, mae, mse, rmse, r2 …; or a script in the repo: metrics/own.py",
        ),
    ] = msgspec.field(default_factory=lambda: ["accuracy"])
    model_type: Annotated[
        Literal["classifier", "regressor"], Meta(description="For mlflow: which default metrics it computes.")
    ] = "classifier"


class Evaluation(_Part, frozen=True, kw_only=True):
    """A job that measures the model: exactly one of notebook, python, evaluate, mlflow."""

    name: Annotated[str, Meta(pattern=r"^[\w.-]{1,60}$", description="How it is called in verdicts and in history.")]
    notebook: (
        Annotated[str, Meta(pattern=r"\.ipynb$", description="A notebook of the repo; it leaves a dict 'metrics'.")]
        | UnsetType
    ) = UNSET
    python: (
        Annotated[
            str,
            Meta(min_length=1, description="checks.holdout:measure (a function that gives a dict), or a script.py."),
        ]
        | UnsetType
    ) = UNSET
    evaluate: Annotated[OnDataset, Meta(description="Usual metrics on a table of the hub.")] | UnsetType = UNSET
    mlflow: Annotated[OnDataset, Meta(description="mlflow.models.evaluate on a table of the hub.")] | UnsetType = UNSET
    dataset: (
        Annotated[str, Meta(description="A dataset of the hub that the notebook or the function gets.")] | UnsetType
    ) = UNSET
    parameters: Annotated[
        dict[str, object],
        Meta(description="Parameters of the notebook (after its cell tagged 'parameters') or of the function."),
    ] = msgspec.field(default_factory=dict)
    metrics: Annotated[Bounds, Meta(description="What the measured numbers must meet, by name.")] = msgspec.field(
        default_factory=dict
    )


class Limits(_Part, frozen=True, kw_only=True):
    """What each job may take."""

    time_s: Annotated[float, Meta(gt=0, le=86_400, description="Seconds for each job.")] = 600.0
    memory_mb: Annotated[int, Meta(ge=128, description="Memory of each process, in MB.")] = 4096
    network: Annotated[bool, Meta(description="May it reach the network?")] = False


class Latency(_Part, frozen=True, kw_only=True):
    """How fast one prediction is, after warming up, with one input at a time."""

    max_ms: Annotated[float, Meta(gt=0, description="The highest latency that passes, in milliseconds.")]
    percentile: Annotated[float, Meta(gt=0, le=100, description="Which one counts: 95 is the slow end.")] = 95.0
    runs: Annotated[int, Meta(ge=5, le=10_000, description="How many predictions are timed.")] = 50
    sample: (
        Annotated[object, Meta(description="An input; else the examples are used, or the model's own input example.")]
        | UnsetType
    ) = UNSET


class Examples(_Part, frozen=True, kw_only=True):
    """The team's shared examples."""

    file: Annotated[str, Meta(pattern=r"\.jsonl$", description="Where they lie in the repo.")] = "tests/examples.jsonl"
    min_passed: Annotated[float, Meta(ge=0, le=1, description="The part of them that must pass.")] = 1.0
    keep: (
        Annotated[str, Meta(min_length=1, description="What passes with this alias or version must go on passing.")]
        | UnsetType
    ) = UNSET


class Reproduction(_Part, frozen=True, kw_only=True):
    """Run the training notebook again and compare."""

    notebook: Annotated[str, Meta(pattern=r"\.ipynb$", description="The snapshot in the version.")] = "notebook.ipynb"
    tolerance: Annotated[float, Meta(ge=0, description="By how much a metric may differ.")] = 0.01
    metrics: Annotated[
        list[str], Meta(description="Which metrics must come out again; none named: all that the version states.")
    ] = msgspec.field(default_factory=list)


class Rules(_Part, frozen=True, kw_only=True):
    """The gates of a model: what a version must meet, and what it may not become before it does."""

    protected: Annotated[
        list[Annotated[str, Meta(pattern=r"^[\w-]{1,255}$")]],
        Meta(description="Aliases that lead only to versions which pass: champion, production."),
    ] = msgspec.field(default_factory=list)
    branches: Annotated[
        list[str],
        Meta(
            description="Branches that take only pull requests which pass, besides the protected ones: main, release/*."
        ),
    ] = msgspec.field(default_factory=list)
    environment: Annotated[
        Literal["pinned", "server"],
        Meta(description="pinned: what the version's requirements.txt says; server: what the server itself has."),
    ] = "pinned"
    limits: Annotated[Limits, Meta(description="What each job may take.")] = msgspec.field(default_factory=Limits)
    card: Annotated[
        list[str], Meta(description="Fields that the card must have: license, pipeline_tag, datasets …")
    ] = msgspec.field(default_factory=list)
    licenses: (
        Annotated[list[str], Meta(min_length=1, description="SPDX licenses that are allowed: apache-2.0, mit.")]
        | UnsetType
    ) = UNSET
    size_mb: Annotated[float, Meta(gt=0, description="The largest sum of its files, in MB.")] | UnsetType = UNSET
    scan: (
        Annotated[
            Literal["safe", "caution"],
            Meta(description="safe: every file was scanned and found safe; caution: files that need care pass too."),
        ]
        | UnsetType
    ) = UNSET
    latency: Annotated[Latency, Meta(description="How fast one prediction is.")] | UnsetType = UNSET
    metrics: Annotated[Bounds, Meta(description="What the metrics that the card states must meet.")] = msgspec.field(
        default_factory=dict
    )
    evaluations: Annotated[list[Evaluation], Meta(max_length=50, description="Jobs that measure the model.")] = (
        msgspec.field(default_factory=list)
    )
    examples: Annotated[Examples, Meta(description="The team's shared examples; they run if there are any.")] = (
        msgspec.field(default_factory=Examples)
    )
    reproduction: (
        Annotated[Reproduction, Meta(description="Run the training notebook again and compare.")] | UnsetType
    ) = UNSET


def schema(address: str) -> dict[str, object]:
    """The JSON Schema of the file, under the name *address*."""
    (shape,), parts = msgspec.json.schema_components(
        [Rules], schema_hook=lambda _: {"description": "any value"}, ref_template="#/$defs/{name}"
    )
    parts["Evaluation"]["oneOf"] = [{"required": [way]} for way in WAYS]
    about = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": address, "title": NAME}
    return about | {"description": Rules.__doc__ or "", **shape, "$defs": parts}


WAYS = ("notebook", "python", "evaluate", "mlflow")
"""How an evaluation measures."""
