"""What a notebook cell imports; talks HTTP to the hub."""

from ..wire import Keep
from .callbacks import callback
from .checkpointing import Resumed, checkpoint, checkpoints, promote, resume
from .diffs import Diff, diff
from .downloads import download
from .loading import load
from .publishing import Publication, publish
from .searching import SearchResults, search
from .version_list import Versions, versions
from .workspaces import Workspace, workspace

__all__ = [
    "Diff",
    "Keep",
    "Publication",
    "Resumed",
    "SearchResults",
    "Versions",
    "Workspace",
    "callback",
    "checkpoint",
    "checkpoints",
    "diff",
    "download",
    "load",
    "promote",
    "publish",
    "resume",
    "search",
    "versions",
    "workspace",
]
