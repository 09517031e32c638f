"""``.gitignore``: which paths a repo does not want."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

IGNORE_FILE = ".gitignore"


@dataclass(frozen=True, slots=True)
class _Rule:
    pattern: re.Pattern[str]
    ignores: bool


class Ignoring:
    """The rules of one ``.gitignore`` at the root of a repo; the last one that fits decides, as git has it."""

    def __init__(self, text: str) -> None:
        self._rules: Sequence[_Rule] = tuple(
            rule for line in text.splitlines() if (rule := _rule(line.rstrip())) is not None
        )

    def ignores(self, path: str) -> bool:
        """Is the file *path* not wanted, itself or with a folder above it?"""
        parts = path.split("/")
        return any(
            self._decides("/".join(parts[:depth]), is_folder=depth < len(parts)) for depth in range(1, len(parts) + 1)
        )

    def _decides(self, path: str, *, is_folder: bool) -> bool:
        written = path + "/" if is_folder else path
        last = next((rule for rule in reversed(self._rules) if rule.pattern.fullmatch(written)), None)
        return last is not None and last.ignores


def _rule(line: str) -> _Rule | None:
    if not line or line.startswith("#"):
        return None
    ignores = not line.startswith("!")
    glob = line.removeprefix("!").removeprefix("\\")
    folders_only = glob.endswith("/")
    glob = glob.rstrip("/")
    if not glob:
        return None
    begin = "" if "/" in glob else "(?:.*/)?"
    return _Rule(re.compile(begin + _regex(glob.lstrip("/")) + ("/" if folders_only else "/?")), ignores)


def _regex(glob: str) -> str:
    """A glob of git as a regular expression: ``*`` stays in its folder, ``**`` does not."""
    found = ""
    for piece in re.findall(r"\*\*/|/\*\*$|\*\*|\*|\?|\[[^\]/]+\]|.", glob):
        match piece:
            case "**/":
                found += "(?:.*/)?"
            case "/**":
                found += "/.*"
            case "**" | "*":
                found += "[^/]*"
            case "?":
                found += "[^/]"
            case _ if piece.startswith("[") and len(piece) > 2:
                found += "[" + piece[1:-1].replace("\\", "\\\\").replace("!", "^", 1 if piece[1] == "!" else 0) + "]"
            case _:
                found += re.escape(piece)
    return found
