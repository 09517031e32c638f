"""What the name of a file says about how it is loaded."""

from __future__ import annotations

from pathlib import PurePosixPath

PICKLED = frozenset(
    (
        *(".pkl", ".pickle", ".joblib", ".jbl", ".dill", ".cloudpickle", ".pk", ".npy", ".npz"),
        *(".pt", ".pth", ".ckpt", ".nemo", ".mar", ".ptl"),
    )
)
"""Suffixes under which loaders expect pickles; what cannot be read there is refused."""

PERHAPS = frozenset([".bin", ".dat", ".model", ".p", ".sav"])
"""Suffixes of pickles, of raw numbers, and of formats of a library's own."""

_OF_THEIR_OWN = frozenset([".keras", ".py", ".skops", ".safetensors"])


def suffix(path: str) -> str:
    """What counts of a file's name: ``.pt`` of ``a/b.pt``."""
    return PurePosixPath(path).suffix.lower()


def kind_of(path: str) -> str:
    """The suffix where the bytes alone do not tell how they are loaded, else nothing."""
    found = suffix(path)
    return found if found in PICKLED | PERHAPS | _OF_THEIR_OWN else ""
