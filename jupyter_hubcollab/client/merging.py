"""Weights of several branches or versions made one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from .. import wire
from ..errors import BadInput
from ..names import repo_id
from .addresses import of_repo
from .connection import Connection, connect
from .diffs import wait


def merge_weights(  # noqa: PLR0913 -- options by keyword
    repo: str,
    revisions: Sequence[str],
    *,
    into: str,
    method: Literal["linear", "slerp", "ties"] = "linear",
    base: str | None = None,
    weights: Sequence[float] = (),
    density: float = 0.5,
    scale: float = 1.0,
    message: str = "",
    connection: Connection | None = None,
) -> str:
    """Mix the weights of *revisions* of the model *repo* as a commit on the branch *into*, and give that branch.

    *weights* are the shares of each, equal ones if there are none. TIES needs the common origin as *base*, and keeps
    the *density* of the changes that are largest, times *scale*. The card of the result says of what it was made; open
    a pull request to have it judged and merged.

    Raises:
        BadInput: the models cannot be mixed: they have other tensors, or no safetensors.
    """
    id, hub = repo_id(repo), connection or connect()
    if not into.strip():
        raise BadInput("say on which branch the result should be, as in into='mixed'")
    asked = wire.WeightMergeRequest(
        revisions=list(revisions),
        into=into,
        base=base,
        weights=wire.WeightRecipe(method=method, shares=list(weights), density=density, scale=scale),
        message=message,
    )
    job = hub.post(f"{of_repo(id)}/weight-merges", asked, wire.Job)
    wait(hub, job, f"mixing the weights of {repo}")
    return into
