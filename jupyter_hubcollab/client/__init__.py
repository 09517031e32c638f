"""What a notebook cell imports; talks HTTP to the hub."""

from ..wire import Keep
from .callbacks import callback
from .cataloguing import catalogue
from .checkpointing import Resumed, checkpoint, checkpoints, promote, resume
from .comparing import Compared, compare
from .diffs import Diff, diff
from .downloads import download
from .linked import LinkedData, linked_data
from .loading import load
from .publishing import Publication, publish
from .reviewing import Reviews, review, reviews
from .searching import SearchResults, fits, search, similar
from .version_list import Versions, versions
from .workspaces import Workspace, workspace

__all__ = [
    "Compared",
    "Diff",
    "Keep",
    "LinkedData",
    "Publication",
    "Resumed",
    "Reviews",
    "SearchResults",
    "Versions",
    "Workspace",
    "callback",
    "catalogue",
    "checkpoint",
    "checkpoints",
    "compare",
    "diff",
    "download",
    "fits",
    "linked_data",
    "load",
    "promote",
    "publish",
    "resume",
    "review",
    "reviews",
    "search",
    "similar",
    "versions",
    "workspace",
]
