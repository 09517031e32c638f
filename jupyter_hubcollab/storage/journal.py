"""Notes of steps that belong together: written before the first, removed after the last, found after a crash."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .files import write_whole


class Journal:
    """At most one note per name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def note(self, name: str, steps: dict[str, Any]) -> None:
        """Remember, durably, what is about to be done.

        Raises:
            StorageFull: there is no room; do not begin.
        """
        write_whole(self._file(name), json.dumps({"name": name, **steps}).encode(), self._folder)

    def done(self, name: str) -> None:
        """Forget the note; should a power cut bring it back, its steps are found to be done."""
        self._file(name).unlink(missing_ok=True)

    def get(self, name: str) -> dict[str, Any] | None:
        """The note of this name, if something was left undone."""
        try:
            return _parsed(self._file(name).read_bytes())
        except FileNotFoundError:
            return None

    def pending(self) -> Iterator[dict[str, Any]]:
        """All notes."""
        for file in sorted(self._folder.glob("*.json")):
            steps = _parsed(file.read_bytes())
            if steps is not None:
                yield steps

    def _file(self, name: str) -> Path:
        return self._folder / (name.replace("/", "--") + ".json")


def _parsed(content: bytes) -> dict[str, Any] | None:
    steps = json.loads(content)
    return steps if isinstance(steps, dict) else None
