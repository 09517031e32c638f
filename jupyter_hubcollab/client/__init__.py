"""What a notebook cell imports; talks HTTP to the hub."""

from ..wire import Keep
from .callbacks import callback
from .cataloguing import catalogue
from .checkpointing import Resumed, checkpoint, checkpoints, promote, resume
from .comparing import Compared, compare
from .diffs import Diff, diff
from .downloads import download
from .gating import (
    ExamplesDiff,
    ExamplesTable,
    Verdict,
    alias,
    compare_examples,
    examples,
    expect,
    gates,
    judge,
    unexpect,
)
from .linked import LinkedData, linked_data
from .loading import load
from .merging import merge_weights
from .panels import panel
from .publishing import Publication, publish
from .reproducing import Reproduction, reproduce
from .reviewing import Reviews, review, reviews
from .searching import SearchResults, fits, search, similar
from .variant_list import Variants, variants
from .version_list import Versions, versions
from .workspaces import Workspace, workspace

__all__ = [
    "Compared",
    "Diff",
    "ExamplesDiff",
    "ExamplesTable",
    "Keep",
    "LinkedData",
    "Publication",
    "Reproduction",
    "Resumed",
    "Reviews",
    "SearchResults",
    "Variants",
    "Verdict",
    "Versions",
    "Workspace",
    "alias",
    "callback",
    "catalogue",
    "checkpoint",
    "checkpoints",
    "compare",
    "compare_examples",
    "diff",
    "download",
    "examples",
    "expect",
    "fits",
    "gates",
    "judge",
    "linked_data",
    "load",
    "merge_weights",
    "panel",
    "promote",
    "publish",
    "reproduce",
    "resume",
    "review",
    "reviews",
    "search",
    "similar",
    "unexpect",
    "variants",
    "versions",
    "workspace",
]
