"""What a notebook cell imports; talks HTTP to the hub."""

from .diffs import Diff, diff
from .downloads import download
from .loading import load
from .publishing import Publication, publish
from .searching import SearchResults, search
from .version_list import Versions, versions
from .workspaces import Workspace, workspace

__all__ = [
    "Diff",
    "Publication",
    "SearchResults",
    "Versions",
    "Workspace",
    "diff",
    "download",
    "load",
    "publish",
    "search",
    "versions",
    "workspace",
]
