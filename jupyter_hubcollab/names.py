"""Names, parsed once at the edge into frozen values: repo ids, revisions, paths, digests."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, NewType, get_args

from .errors import BadName, BadPath, BadRevision

RepoKind = Literal["model", "dataset", "space"]
KINDS: tuple[RepoKind, ...] = get_args(RepoKind)

Digest = NewType("Digest", str)
"""SHA-256 of some bytes, 64 lower-case hexadecimal digits."""

Revision = NewType("Revision", str)
"""A branch, a tag, or a commit id of 4 to 40 hexadecimal digits, as the user wrote it."""

FilePath = NewType("FilePath", str)
"""A path inside a repo: relative, ``/``-separated, without empty, ``.`` and ``..`` parts."""

DEFAULT_BRANCH = Revision("main")

CONFIG_FILE = "config.json"
"""What a model of transformers is: its settings."""
GENERATION_FILE = "generation_config.json"
WEIGHTS_FILE = "model.safetensors"
SKOPS_FILE = "model.skops"
"""A model of scikit-learn."""
TENSOR_FOLDER = "tensors/"
"""Where a checkpoint has a file for each tensor."""

_UNFIT = re.compile(r"[^\w .@+-]+")
_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,95}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
# What git-check-ref-format refuses, and the control characters.
_BAD_REF = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|/$|^/|\.$|\.lock(/|$)|(^|/)\.")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NOT_FOR_NAMES = re.compile(r"[^A-Za-z0-9._-]+|--+|\.\.+")
MAX_PATH_BYTES = 1024


@dataclass(frozen=True, slots=True, order=True)
class RepoId:
    """A repo's name: ``team/digits`` of kind ``model``."""

    namespace: str
    name: str
    kind: RepoKind = "model"

    def __str__(self) -> str:
        return f"{self.namespace}/{self.name}"

    @property
    def key(self) -> str:
        """The name in lower case: two repos that differ in case only are one."""
        return f"{self.kind}:{self}".lower()


def repo_id(text: str, kind: str = "model") -> RepoId:
    """Parse ``namespace/name``.

    Raises:
        BadName: *text* is empty, climbs, or has characters that no hub allows.
    """
    if kind not in KINDS:
        raise BadName(f"'{kind}' is no kind of repo; use one of {', '.join(KINDS)}")
    parts = text.split("/")
    if len(parts) != 2:
        raise BadName(f"'{_shown(text)}' is no repo id; write it as namespace/name, as in team/digits")
    for part in parts:
        _check_part(part, text)
    return RepoId(parts[0], parts[1], kind)


def _check_part(part: str, whole: str) -> None:
    refused = not _PART.fullmatch(part) or "--" in part or ".." in part or part.endswith((".", "-", ".git", ".lock"))
    if refused:
        raise BadName(
            f"'{_shown(whole)}' is no repo id: each part takes up to 96 letters of the Latin alphabet, digits, "
            "'-', '_' and '.', begins with a letter or digit, and has no '--', '..' or '.git' at its end"
        )


def namespace_of(person: str) -> str:
    """The namespace that a person's name asks for: as much of it as a repo id can hold."""
    cleaned = _NOT_FOR_NAMES.sub("-", person).strip("-._")[:96].rstrip("-._")
    return cleaned.removesuffix(".git").removesuffix(".lock") or "user"


def namespace(text: str) -> str:
    """Parse what stands before the slash.

    Raises:
        BadName: no repo id can begin so.
    """
    return repo_id(f"{text}/x").namespace


def revision(text: str) -> Revision:
    """Parse the name of a branch, a tag or a commit.

    Raises:
        BadRevision: git could not hold such a name.
    """
    if not text or len(text.encode()) > 250 or _BAD_REF.search(text) or text.startswith("-"):
        raise BadRevision(f"'{_shown(text)}' is no revision; use a branch, a tag or a commit id")
    return Revision(text)


def file_path(text: str) -> FilePath:
    """Parse a path inside a repo.

    Raises:
        BadPath: *text* is empty, absolute, climbs out, or names git's own folder.
    """
    parts = text.split("/")
    refused = (
        not text
        or len(text.encode("utf-8", "surrogatepass")) > MAX_PATH_BYTES
        or "\\" in text
        or _CONTROL.search(text)
        or any(
            part in ("", ".", "..") or part.lower() == ".git" or len(part.encode("utf-8", "replace")) > 255
            for part in parts
        )
    )
    if refused:
        raise BadPath(f"'{_shown(text)}' is no path inside a repo; use a relative path such as data/train.csv")
    return FilePath(text)


def digest(text: str) -> Digest:
    """Parse a SHA-256.

    Raises:
        BadName: *text* is not 64 lower-case hexadecimal digits.
    """
    if not _DIGEST.fullmatch(text):
        raise BadName(f"'{_shown(text)}' is no SHA-256 in hexadecimal")
    return Digest(text)


def _shown(text: str) -> str:
    """*text* as it may stand in a message: no control characters, not too long."""
    clean = _CONTROL.sub("�", text)
    return clean if len(clean) <= 80 else clean[:77] + "…"


def file_word(text: str) -> str:
    """*text*, such as the name of a data set, as a part of a path: what does not fit becomes a dash."""
    return _UNFIT.sub("-", text).strip(". ") or "unnamed"
