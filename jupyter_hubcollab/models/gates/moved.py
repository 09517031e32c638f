"""What the gates tell the rest of the hub."""

from __future__ import annotations

from dataclasses import dataclass

from ... import wire
from ...names import RepoId


@dataclass(frozen=True, slots=True)
class GateMoved:
    """A run of the gates began, moved on or ended."""

    repo: RepoId
    private: bool
    owner: str
    run: wire.GateRun

    @property
    def what(self) -> str:
        """What the news are of: newer ones of the same run replace older ones."""
        return f"gate {self.run.id}"
