"""Whether a file is safe to load: a verdict by its bytes; nothing is imported, nothing called."""

from .folders import files_in, scanned
from .formats import scan
from .scans import Scans
from .verdicts import Verdict

__all__ = ["Scans", "Verdict", "files_in", "scan", "scanned"]
