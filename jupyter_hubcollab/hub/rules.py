"""What a hub allows, as its settings say: who may do what in open namespaces, how much and how large."""

from __future__ import annotations

from dataclasses import dataclass

from ..access import Scope


@dataclass(frozen=True, slots=True)
class Rules:
    """The settings of a hub that its services keep."""

    everyone: Scope = "write"
    """What all who are logged in may do in organisations that say nothing else."""
    owner: str = ""
    """Who looks after organisations that have no admin."""
    person_quota_bytes: int = 0
    """How much the repos of a person may hold; 0: no limit."""
    organisation_quota_bytes: int = 0
    """How much the repos of an organisation may hold; 0: no limit."""
    most_files: int = 100_000
    """Files that a revision may have."""
    largest_commit: int = 1 << 40
    """Bytes that one commit or push may bring."""


STANDARD = Rules()
"""What holds where nothing is set."""
