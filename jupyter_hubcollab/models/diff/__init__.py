"""What differs between two revisions, two models or two runs: numbers, fields, notebooks, files, tensors.

Not the lines of files, which are in `hub.differences`.
"""

from .diffs import Diffs
from .repo_sides import RepoSides

__all__ = ["Diffs", "RepoSides"]
